// First answers of new functions, ours and those of others, against the same limit as in the group `cold-start`.

import { join } from 'node:path';
import { bundle } from '../../../infra/gatehouse/functions/bundle.ts';
import { basic, tokenEvent } from '../../support/token-events.ts';
import { tokenCall } from '../end-to-end/flow.ts';
import { SECRET } from '../end-to-end/secret.ts';
import { bareDynamoDb, type ColdCase, describeColdStart, measureColdStarts } from '../measure-cold-starts.ts';
import type { Row } from '../row.ts';
import { callWith } from './authorizer-candidates.ts';
import { bundlePeer } from './bundle-peer.ts';
import { PEERS } from './install-peers.ts';
import type { PeerWorld } from './peer-world.ts';

const BARE = 'bare';

/** @param token JWT of the tenant `check`, which is good */
export async function peerColdStartRows(world: PeerWorld, token: string): Promise<readonly Row[]> {
  const { environment, peerEnvironment } = world;
  const built = ({ directory, eagerBytes }: { readonly directory: string; readonly eagerBytes: number }, event: object): ColdCase => ({
    ...{ path: join(directory, 'index.mjs'), eagerBytes, event, environment },
  });
  const call = callWith('check', token);
  const form = { grant_type: 'client_credentials', scope: 'order:write' };
  const ours = tokenEvent(tokenCall(form, 'opaque'));
  const theirs = tokenEvent({ path: '/oauth2/token', form, headers: basic('opaque', SECRET) });
  const peer = (name: string, event: object, settings: Readonly<Record<string, string>> = {}): ColdCase => ({
    ...{ ...bundlePeer(name), event, environment: { ...peerEnvironment, ...settings } },
  });
  const asOurs = { CHECKS_GRANT: '1', END_USER_JWT: 'RS256', END_USER_KEY: world.endUserKeys.RS256 };
  const jsonwebtoken = `jsonwebtoken ${PEERS.jsonwebtoken}`;
  const cases: Readonly<Record<string, ColdCase>> = {
    [BARE]: built(bareDynamoDb(), {}),
    'authorizer: Gatehouse': built(bundle('authorizer'), call),
    [`authorizer: ${jsonwebtoken}, jwks-rsa ${PEERS['jwks-rsa']}`]: peer('jsonwebtoken-authorizer', call),
    [`authorizer: aws-jwt-verify ${PEERS['aws-jwt-verify']}`]: peer('aws-jwt-verify-authorizer', call),
    [`authorizer: fast-jwt ${PEERS['fast-jwt']}`]: peer('fast-jwt-authorizer', call),
    [`authorizer: ${jsonwebtoken}, grant read, RS256 to the backend`]: peer('jsonwebtoken-as-ours-authorizer', call, asOurs),
    'client_credentials: Gatehouse': built(bundle('token'), ours),
    [`client_credentials: oidc-provider ${PEERS['oidc-provider']}`]: peer('oidc-provider-endpoint', theirs),
    [`client_credentials: oauth2-server ${PEERS['@node-oauth/oauth2-server']}`]: peer('oauth2-server-endpoint', theirs),
  };
  const times = await measureColdStarts(cases);
  const totalMs = (name: string): number => times[name]?.totalMs ?? Number.NaN;
  const describe = (name: string): string => {
    const [time, { eagerBytes = 0 } = {}] = [times[name], cases[name]];
    return time === undefined ? '–' : describeColdStart(time, { eagerBytes });
  };
  return Object.keys(cases)
    .filter((name) => name !== BARE)
    .map((name) => ({
      ...{ what: `cold start to first answer, ${name}`, limit: `bare DynamoDB client ${describe(BARE)}`, measured: describe(name) },
      ...{ ratio: totalMs(name) / totalMs(BARE), aim: '–' },
    }));
}
