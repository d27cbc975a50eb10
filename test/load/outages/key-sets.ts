// JWTs of other issuers with the issuer's key set failing: at a function that has no set, or one that is too old, and at one
// whose set is to be renewed, which must go on with it.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { authorizerEvent } from '../../bench/end-to-end/authorizer-event.ts';
import { tokenCall } from '../../bench/end-to-end/flow.ts';
import type { FunctionProcess } from '../../bench/end-to-end/function-process.ts';
import { API_AUDIENCE, apiIdOf, ISSUER, tenantOf } from '../../bench/end-to-end/world.ts';
import { newForeignSigner, signForeignJwt } from '../../support/external-issuer-tokens.ts';
import { putEntry } from '../../support/put-entry.ts';
import { tokenEvent } from '../../support/token-events.ts';
import { atOnce } from './at-once.ts';
import { breakEachCall } from './break-each-call.ts';
import { jsonReply, openBreakableService, type Reply } from './breakable-service.ts';
import { type FunctionName, type NearAws, openFunction, openNearAws } from './near-aws.ts';
import { type IsRight, isRefusal, isSuccess } from './outcomes.ts';
import { createReport, type Report } from './report.ts';

/** A load has so long. */
const WAITED_MS = 2000;
/** A set is renewed after five minutes, and never used after ten. */
const [RENEWED_MS, TOO_OLD_MS] = [301_000, 601_000];
/** After a load that failed there is none for five seconds. */
const RECOVERY_MS = 7000;
const LIFETIME_SECONDS = 3000;

const [OWN, OTHER] = [newForeignSigner('RS256', 'k1'), newForeignSigner('RS256', 'k1')];
const REPLIES = {
  failing: jsonReply(500, { error: 'internal' }),
  'a page': (): Reply => ({ status: 200, headers: { 'content-type': 'text/html' }, body: Buffer.from('<h1>Sign in</h1>') }),
  'no keys': jsonReply(200, { keys: [] }),
  'no set': jsonReply(200, { error: 'maintenance' }),
};

interface KeySetFlow {
  readonly what: string;
  readonly function: FunctionName;
  readonly isRight: IsRight;
  /** Absent: the key of the set. */
  readonly isForged?: true;
}

const FLOWS: readonly KeySetFlow[] = [
  { what: 'call with a JWT of another issuer', function: 'authorizer', isRight: isSuccess },
  { what: 'jwt-bearer', function: 'token', isRight: isSuccess },
  { what: 'call with a forged JWT', function: 'authorizer', isRight: isRefusal, isForged: true },
  { what: 'jwt-bearer, forged', function: 'token', isRight: isRefusal, isForged: true },
];

export async function breakKeySets(): Promise<Report> {
  const report = createReport('key sets');
  const near = await openNearAws();
  const set = await openKeySet();
  const pieces = FLOWS.flatMap((flow) => [true, false].map((isOld) => ({ flow, isOld })));
  await atOnce(pieces, pieces.length, ({ flow, isOld }) => breakFlow({ near, target: set.origin, report }, flow, isOld));
  set.close();
  await near.close();
  return report;
}

interface Given {
  readonly near: NearAws;
  readonly target: string;
  readonly report: Report;
}

async function breakFlow({ near, target, report }: Given, flow: KeySetFlow, isOld: boolean): Promise<void> {
  const service = await openBreakableService({ target, waitedMs: WAITED_MS, replies: REPLIES });
  const iss = `https://keys.example/${new URL(service.endpoint).port}`;
  await putIssuer(near, iss, `${service.endpoint}/jwks`);
  const process = await openFunction(flow.function, near);
  let aheadMs = 0;
  const pass = async (ms: number): Promise<void> => {
    aheadMs += ms;
    await process.passMs(ms);
  };
  const newEvent = () => eventOf(flow, iss, Math.floor((Date.now() + aheadMs) / 1000));
  const broken = {
    ...{ service, isRight: flow.isRight, recoveryMs: RECOVERY_MS, recoversByClock: true, servesOn: () => !isOld, isCalledBehind: !isOld },
    flow: {
      what: `${flow.what}, ${isOld ? 'set too old' : 'set to be renewed'}`,
      async next() {
        // One that was just read is kept when it can't be renewed.
        if (!isOld) await readAnew(process, pass, newEvent);
        return newEvent();
      },
    },
    async prepare(): Promise<FunctionProcess> {
      await pass(isOld ? TOO_OLD_MS : RENEWED_MS);
      return process;
    },
  };
  report.tellBroken(broken.flow.what, await breakEachCall(broken, report));
  process.close();
  await service.close();
}

async function readAnew(process: FunctionProcess, pass: (ms: number) => Promise<void>, newEvent: () => Promise<object>): Promise<void> {
  await pass(TOO_OLD_MS);
  await process.invoke(await newEvent());
}

async function eventOf({ function: name, isForged }: KeySetFlow, iss: string, nowSeconds: number): Promise<object> {
  const times = { iat: nowSeconds, exp: nowSeconds + LIFETIME_SECONDS, jti: crypto.randomUUID() };
  const who = { iss, sub: 'u-1', preferred_username: 'alice', ...times };
  const sign = (claims: Record<string, unknown>) => signForeignJwt(isForged ? OTHER : OWN, { ...who, ...claims });
  if (name === 'token') {
    const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: await sign({ aud: ISSUER }) };
    return tokenEvent(tokenCall(grant, 'opaque'));
  }
  const authorization = `Bearer ${await sign({ aud: API_AUDIENCE, scope: 'order:write' })}`;
  return authorizerEvent({ apiId: apiIdOf('check'), method: 'POST', path: '/order', authorization });
}

async function putIssuer(near: NearAws, iss: string, jwksUri: string): Promise<void> {
  await putEntry({ endpoint: near.dynamoDb }, 'Tenants', {
    ...{ tenant: tenantOf('check'), entry: `issuer#${iss}`, type: 'jwt', use: ['jwt-bearer', 'gateway'] },
    ...{ jwksUri, allowPlaintext: true, allowPrivateAddress: true },
    ...{ audiences: [ISSUER, API_AUDIENCE], usernameClaim: 'preferred_username', scopeClaim: 'scope' },
  });
}

async function openKeySet(): Promise<{ readonly origin: string; close(): void }> {
  const server = createServer((_incoming, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'application/jwk-set+json' }).end(JSON.stringify({ keys: [OWN.jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close() };
}
