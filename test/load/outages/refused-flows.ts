// Requests that must never be answered as good, whatever fails meanwhile.

import { authorizerEvent } from '../../bench/end-to-end/authorizer-event.ts';
import { askForTokens, type Flow, tokenCall } from '../../bench/end-to-end/flow.ts';
import { SECRET } from '../../bench/end-to-end/secret.ts';
import type { World } from '../../bench/end-to-end/world.ts';
import { apiIdOf, clientOf, tenantOf } from '../../bench/end-to-end/world.ts';
import { basic, tokenEvent } from '../../support/token-events.ts';

export function refusedFlows(functions: Pick<World, 'token'>): readonly Flow[] {
  const client = clientOf('check', 'opaque');
  /** A token that was revoked a moment ago. */
  const deadToken = async (format: 'opaque' | 'jwt'): Promise<string> => {
    const { access_token: token } = await askForTokens(
      functions,
      tokenCall({ grant_type: 'client_credentials', scope: 'order:write' }, format),
    );
    const headers = basic(clientOf('check', format), SECRET);
    await functions.token.invoke(tokenEvent({ path: '/oauth2/revoke', form: { token }, headers }));
    return token;
  };
  const atApi = async (token: string) =>
    authorizerEvent({ apiId: apiIdOf('check'), method: 'POST', path: '/order', authorization: `Bearer ${token}` });
  let n = 0;
  return [
    { what: 'call with a revoked opaque token', function: 'authorizer', next: async () => atApi(await deadToken('opaque')) },
    { what: 'call with a revoked JWT', function: 'authorizer', next: async () => atApi(await deadToken('jwt')) },
    {
      ...{ what: 'login with a wrong password', function: 'token' },
      // Of a name that is new each time: one is locked after some.
      next: async () =>
        tokenEvent(tokenCall({ grant_type: 'password', username: `nobody-${n++}@${tenantOf('check')}`, password: 'wrong' }, 'opaque')),
    },
    {
      ...{ what: 'introspection of a revoked token', function: 'token' },
      next: async () =>
        tokenEvent({ path: '/oauth2/introspect', form: { token: await deadToken('opaque') }, headers: basic(client, SECRET) }),
    },
    {
      ...{ what: 'renewal with a token that nobody has', function: 'token' },
      next: async () => tokenEvent(tokenCall({ grant_type: 'refresh_token', refresh_token: `grt_${'x'.repeat(86)}` }, 'opaque')),
    },
  ];
}
