// Whatever the verifier of JWTs refuses is told by a word of its own wherever an assertion may stand. Some of it no
// assertion can bring about today, since who reads it has looked at the same before: the words are there all the same.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JwtFault } from '../../../functions/shared/reasons/assertions.ts';
import { createPrivateKeyJwt } from '../../../functions/token/client-authentication/private-key-jwt.ts';
import { createJwtBearer } from '../../../functions/token/grants/jwt-bearer.ts';
import { createRequestTrace } from '../../../functions/token/request-trace.ts';
import { ASSERTION_TYPE, clientAssertion, putJwtIssuer, putKeyClient, userAssertion } from '../../support/assertion-api.ts';
import { newForeignSigner } from '../../support/external-issuer-tokens.ts';
import { ISSUER, openTokenApi, START_SECONDS } from '../../support/token-api.ts';

const signer = newForeignSigner('ES256', 'k1');

const WORDS: Readonly<Record<JwtFault, readonly [ofClient: string, ofGrant: string]>> = {
  'too-long': ['client-assertion-too-long', 'assertion-too-long'],
  'not-compact': ['client-assertion-not-compact', 'assertion-not-compact'],
  'not-canonical': ['client-assertion-not-canonical', 'assertion-not-canonical'],
  'not-json': ['client-assertion-not-json', 'assertion-not-json'],
  encrypted: ['client-assertion-encrypted', 'assertion-encrypted'],
  extension: ['client-assertion-extension', 'assertion-extension'],
  algorithm: ['client-assertion-algorithm', 'assertion-algorithm'],
  'kid-malformed': ['client-assertion-kid-malformed', 'assertion-kid-malformed'],
  'kid-revoked': ['client-assertion-kid-revoked', 'assertion-kid-revoked'],
  type: ['client-assertion-type', 'assertion-type'],
  issuer: ['client-assertion-issuer', 'assertion-issuer'],
  audience: ['client-assertion-audience', 'assertion-audience'],
  'claim-missing': ['client-assertion-claim-missing', 'assertion-claim-missing'],
  'claim-malformed': ['client-assertion-claim-malformed', 'assertion-claim-malformed'],
  expired: ['client-assertion-expired', 'assertion-expired'],
  'not-yet-valid': ['client-assertion-not-yet-valid', 'assertion-not-yet-valid'],
  'issued-in-the-future': ['client-assertion-issued-in-the-future', 'assertion-issued-in-the-future'],
  lifetime: ['client-assertion-lifetime', 'assertion-lifetime'],
  'unknown-kid': ['client-assertion-unknown-kid', 'assertion-unknown-kid'],
  'ambiguous-kid': ['client-assertion-ambiguous-kid', 'assertion-ambiguous-kid'],
  'certificate-expired': ['client-assertion-certificate-expired', 'assertion-certificate-expired'],
  signature: ['client-assertion-signature', 'assertion-signature'],
};

for (const [reason, [ofClient, ofGrant]] of Object.entries(WORDS) as [JwtFault, (typeof WORDS)[JwtFault]][]) {
  test(`${reason}: ${ofClient}, ${ofGrant}`, async () => {
    const api = openTokenApi();
    putKeyClient(api, 'key-app', { jwks: { keys: [signer.jwk] } });
    putJwtIssuer(api, 'my_company', { jwksUri: 'https://idp.example/keys' });
    const { clients, tenants, replays, workloads } = api.stores;
    const client = await clients.findClient('key-app');
    assert.ok(client !== undefined);
    const dependencies = {
      externalJwts: { verify: async () => ({ kind: 'refused', reason }) as const },
      replays,
      tenants,
      workloads,
      issuer: ISSUER,
      log: () => {},
    };
    const request = {
      authorization: undefined,
      clientCertificate: undefined,
      sourceAddress: '',
      endUserAddresses: [],
      askedScopes: [],
      askedResources: [],
      client,
    };
    const form = { client_assertion_type: ASSERTION_TYPE, client_assertion: await clientAssertion(signer, 'key-app') };
    const presented = await createPrivateKeyJwt(dependencies).find({ ...request, parameters: new Map(Object.entries(form)) });
    assert.deepEqual(await presented?.verify(client, START_SECONDS), { kind: 'refused', reason: ofClient });
    const redeemed = createJwtBearer(dependencies)({
      ...request,
      parameters: new Map([['assertion', await userAssertion(signer)]]),
      tenant: await tenants.findTenant('my_company'),
      nowSeconds: START_SECONDS,
      trace: createRequestTrace(),
    });
    await assert.rejects(redeemed, { name: 'OAuthError', code: 'invalid_grant', reason: ofGrant });
  });
}
