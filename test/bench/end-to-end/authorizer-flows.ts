// What is asked of the authorizer: a guarded method, by every kind of caller.

import { basic } from '../../support/token-events.ts';
import { externalJwt } from './assertions.ts';
import { authorizerEvent } from './authorizer-event.ts';
import { eachOf, type Flow, type TokenPool } from './flow.ts';
import { API_AUDIENCE, apiIdOf, clientOf, REVOCATIONS, type Revocation, tenantOf, USER } from './world.ts';

export function authorizerFlows(pool: TokenPool): readonly Flow[] {
  return [
    ...tokenFlows(pool, 'opaque', 'check', 'opaque token'),
    ...REVOCATIONS.flatMap((revocation) => tokenFlows(pool, 'jwt', revocation, `JWT, ${revocation}`)),
    flow('JWT of another issuer', 'check', async () => `Bearer ${await externalJwt({ aud: API_AUDIENCE, scope: 'order:write' })}`),
    {
      ...{ what: 'authorized call, Basic', function: 'authorizer', samples: 60 },
      async next() {
        const { Authorization: authorization } = basic(`${USER.name}@${tenantOf('check')}`, USER.password);
        return authorizerEvent({ apiId: apiIdOf('check'), method: 'GET', path: '/menu', authorization });
      },
    },
  ];
}

/** Tokens that the function has not seen before, each; and one of them again and again. */
function tokenFlows(pool: TokenPool, format: 'opaque' | 'jwt', revocation: Revocation, name: string): readonly Flow[] {
  const client = clientOf(revocation, format);
  const [next, first] = [eachOf(pool, client), eachOf(pool, client)];
  let again: string | undefined;
  return [
    flow(`new ${name}`, revocation, async () => `Bearer ${(await next()).access_token}`),
    flow(`same ${name}`, revocation, async () => {
      again ??= `Bearer ${(await first()).access_token}`;
      return again;
    }),
  ];
}

function flow(what: string, revocation: Revocation, authorization: () => Promise<string>): Flow {
  return {
    ...{ what: `authorized call, ${what}`, function: 'authorizer' },
    async next() {
      return authorizerEvent({ apiId: apiIdOf(revocation), method: 'POST', path: '/order', authorization: await authorization() });
    },
  };
}
