// What attacks by documents of clients have in common: who asks, and what a refusal looks like.

import assert from 'node:assert/strict';
import { documentQuery, OWN } from './document-host.ts';
import { newForeignSigner, signForeignJwt } from './external-issuer-tokens.ts';
import { newPkce, openBrowser } from './sign-in-browser.ts';
import type { TokenApi } from './token-api.ts';

export const AUTHORIZE = `${OWN}/oauth2/authorize`;
export const ask = (api: TokenApi, clientId: string, changes: Readonly<Record<string, string>> = {}) =>
  openBrowser(api).get(AUTHORIZE, documentQuery(clientId, newPkce().challenge, changes));
export const askForToken = (api: TokenApi, clientId: string) =>
  api.call({ path: `${OWN}/oauth2/token`, form: { grant_type: 'refresh_token', client_id: clientId, refresh_token: 'grt_x' } });

/** The client signs as itself, by a key that nobody knows. */
export async function proveByKey(api: TokenApi, clientId: string) {
  const claims = { iss: clientId, sub: clientId, aud: 'x', jti: '1', exp: Math.floor(Date.now() / 1000) + 60 };
  const form = {
    grant_type: 'refresh_token',
    refresh_token: 'grt_x',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await signForeignJwt(newForeignSigner('ES256', 'one'), claims),
  };
  return api.call({ path: `${OWN}/oauth2/token`, form });
}

/** Nobody is sent anywhere by a client that is none, and its token request is refused alike. */
export async function assertRefused(api: TokenApi, clientId: string, reason: string, hint = clientId): Promise<void> {
  const page = await ask(api, clientId);
  assert.deepEqual([page.status, page.headers.Location, page.line.reason], [400, undefined, reason], hint);
  const token = await askForToken(api, clientId);
  assert.deepEqual([token.status, token.json.error, token.line.reason], [401, 'invalid_client', reason], hint);
}

export const notLoaded = (api: TokenApi, clientId: string) => assertRefused(api, clientId, 'client-document-not-loaded');
export const refused = (api: TokenApi, clientId: string) => assertRefused(api, clientId, 'client-document-refused');
