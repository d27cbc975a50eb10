// What RFC 7522 and RFC 7523 ask of a request around its assertion: one assertion, and a client that is who it says.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JWT_BEARER, putJwtIssuer, userAssertion } from '../../../support/assertion-api.ts';
import { newForeignSigner } from '../../../support/external-issuer-tokens.ts';
import { assertionXml, base64url, openSamlApi, SAML_BEARER, signAssertion } from '../../../support/saml-assertions.ts';
import { demoClient, openTokenApi, type TokenApi } from '../../../support/token-api.ts';
import { basic } from '../../../support/token-events.ts';
import { newCertificate } from '../../../support/x509.ts';

const signer = newForeignSigner('RS256', 'k1');
const certificates = { k1: newCertificate({ keys: signer }).pem };
const ALICE = { preferred_username: 'alice' };

function openJwtApi(): TokenApi {
  const api = openTokenApi();
  putJwtIssuer(api, 'my_company', { certificates });
  api.stores.put('Clients', demoClient('jwt-app', 'secret', { grantTypes: [JWT_BEARER] }));
  return api;
}

async function assertCredentialsCount(api: TokenApi, clientId: string, form: Readonly<Record<string, string>>): Promise<void> {
  for (const headers of [basic(clientId, 'wrong'), basic('nobody', 'secret'), {}]) {
    const { status, json } = await api.token(form, headers);
    assert.deepEqual([status, json.error], [401, 'invalid_client']);
  }
  assert.equal((await api.token(form, basic(clientId, 'secret'))).status, 200);
}

test('client credentials count, however good the JWT', async () => {
  const assertion = await userAssertion(signer, ALICE);
  await assertCredentialsCount(openJwtApi(), 'jwt-app', { grant_type: JWT_BEARER, assertion });
});

test('client credentials count, however good the SAML assertion', async () => {
  const assertion = base64url(signAssertion(assertionXml()));
  await assertCredentialsCount(openSamlApi().api, 'saml-app', { grant_type: SAML_BEARER, assertion });
});

test('two JWTs in one assertion parameter are none', async () => {
  const api = openJwtApi();
  const redeem = (assertion: string) => api.token({ grant_type: JWT_BEARER, assertion }, basic('jwt-app', 'secret'));
  const [one, other] = [await userAssertion(signer, ALICE), await userAssertion(signer, { ...ALICE, jti: 'other' })];
  for (const both of [`${one} ${other}`, `${one},${other}`, `${one}.${other}`, JSON.stringify([one, other])])
    assert.equal((await redeem(both)).json.error, 'invalid_grant');
  assert.equal((await redeem(one)).status, 200);
});
