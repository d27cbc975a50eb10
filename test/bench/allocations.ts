// What hot requests allocate in a warm function, as JSON: bytes by request. A process of its own, without the hooks of a test
// runner, which allocate at every promise.

import { parseSigningKeys } from '../../functions/own-tokens/signing-keys.ts';
import type { Grant } from '../../functions/storage/grant.ts';
import { newSigningKeys } from '../support/signing-keys.ts';
import { basic } from '../support/token-events.ts';
import { allocatedBytes } from './allocated-bytes.ts';
import { newToken, openInvoker, readTenant } from './warm-authorizer.ts';
import { formEvent, openWarmTokenEndpoint } from './warm-token-endpoint.ts';

const keys = parseSigningKeys(JSON.stringify(newSigningKeys()));
const grants = new Map<string, Grant>();
const jwt = newToken(keys, await readTenant('none'), grants, Math.floor(Date.now() / 1000));
const invoke = await openInvoker('none', keys, grants);

const handler = await openWarmTokenEndpoint();
const headers = [...Object.entries(basic('opaque', 'secret')), ['Content-Type', 'application/x-www-form-urlencoded']].flat();

async function call(path: string, body: string): Promise<{ readonly access_token: string; readonly refresh_token: string }> {
  const answer = await handler(formEvent(path, headers, body));
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return JSON.parse(answer.body);
}

const login = await call('/oauth2/token', 'grant_type=password&username=publisher&password=publisher-pass&scope=order%3Awrite');
let refreshToken = login.refresh_token;

const requests = {
  authorizer: () => invoke(jwt),
  clientCredentials: () => call('/oauth2/token', 'grant_type=client_credentials&scope=order%3Awrite'),
  introspection: () => call('/oauth2/introspect', `token=${login.access_token}`),
  refresh: async () => {
    ({ refresh_token: refreshToken } = await call('/oauth2/token', `grant_type=refresh_token&refresh_token=${refreshToken}`));
  },
};

const bytes: Record<string, number> = {};
// Introspection comes before the grant is renewed or forgotten, whichever of the others is first.
for (const name of ['authorizer', 'introspection', 'refresh', 'clientCredentials'] as const)
  bytes[name] = Math.round(await allocatedBytes(requests[name]));
process.stdout.write(`${JSON.stringify(bytes)}\n`);
