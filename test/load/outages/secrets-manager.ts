// Flows that need the signing keys, with Secrets Manager failing at each of its calls: at a cold function, which has no keys
// yet, and at one whose cache has run out, which must go on with those that it has.

import { authorizerFlows } from '../../bench/end-to-end/authorizer-flows.ts';
import type { Flow } from '../../bench/end-to-end/flow.ts';
import { grantFlows, loginFlows } from '../../bench/end-to-end/token-flows.ts';
import type { World } from '../../bench/end-to-end/world.ts';
import { clientOf, REDIRECT_URI } from '../../bench/end-to-end/world.ts';
import { authorizationQuery, newPkce } from '../../support/sign-in-browser.ts';
import { tokenEvent } from '../../support/token-events.ts';
import { atOnce } from './at-once.ts';
import { breakEachCall } from './break-each-call.ts';
import { openBreakableService } from './breakable-service.ts';
import { type NearAws, openFunction, openNearAws } from './near-aws.ts';
import { openNewTokens } from './new-tokens.ts';
import { type IsRight, isRefusal, isSuccess } from './outcomes.ts';
import { refusedFlows } from './refused-flows.ts';
import { createReport, type Report } from './report.ts';
import { SECRET_REPLIES } from './secret-replies.ts';

const AT_ONCE = 6;
/** A call has a second. */
const WAITED_MS = 1000;
/** Secrets are read again after it. */
const KEPT_MS = 300_100;
/** A secret that can't be used is asked for again after ten seconds. */
const RECOVERY_MS = 12_000;

const SHOWN: ReadonlyMap<string, IsRight> = new Map([
  ['client_credentials, jwt', isSuccess],
  ['password, jwt', isSuccess],
  ['refresh_token, jwt', isSuccess],
  ['sign-in page', isSuccess],
  ['authorized call, new opaque token', isSuccess],
  ['authorized call, new JWT, check', isSuccess],
  ['call with a revoked JWT', isRefusal],
]);

export async function breakSecretsManager(): Promise<Report> {
  const report = createReport('Secrets Manager');
  const near = await openNearAws();
  const pieces = [...SHOWN.keys()].flatMap((what) => [true, false].map((isCold) => ({ what, isCold })));
  await atOnce(pieces, AT_ONCE, ({ what, isCold }) => breakFlow(near, what, isCold, report));
  await near.close();
  return report;
}

async function breakFlow(near: NearAws, what: string, isCold: boolean, report: Report): Promise<void> {
  const service = await openBreakableService({ target: near.secretsManager, waitedMs: WAITED_MS, replies: SECRET_REPLIES });
  // What makes the requests has its keys.
  const maker = await openFunction('token', near);
  const flow = flowsOf({ token: maker }).find((candidate) => candidate.what === what);
  if (flow === undefined) throw new Error(`No flow is called ${what}.`);
  const open = () => openFunction(flow.function, { ...near, secretsManager: service.endpoint });
  const warm = isCold ? undefined : await open();
  const broken = {
    ...{ flow, service, isRight: SHOWN.get(what) ?? isSuccess, recoveryMs: RECOVERY_MS, recoversByClock: true, servesOn: () => !isCold },
    async prepare() {
      if (warm === undefined) return open();
      await Promise.all([warm, maker].map((process) => process.passMs(KEPT_MS)));
      return warm;
    },
    ...(isCold && { release: (process: { close(): void }) => process.close() }),
  };
  // The first request reads the keys.
  await warm?.invoke(await flow.next());
  report.tellBroken(`${what}, ${isCold ? 'cold' : 'warm'}`, await breakEachCall(broken, report));
  for (const process of [maker, warm]) process?.close();
  await service.close();
}

function flowsOf(functions: Pick<World, 'token'>): readonly Flow[] {
  const pool = openNewTokens(functions);
  return [...loginFlows(pool), ...authorizerFlows(pool), ...grantFlows(functions, pool), ...refusedFlows(functions), signInPage()];
}

/** The page seals the request into its form. */
function signInPage(): Flow {
  const query = () => authorizationQuery(newPkce().challenge, { client_id: clientOf('check', 'opaque'), redirect_uri: REDIRECT_URI });
  return {
    ...{ what: 'sign-in page', function: 'token' },
    next: async () => tokenEvent({ method: 'GET', path: '/oauth2/authorize', query: query() }),
  };
}
