// The chunk that is deployed: xml-crypto is CommonJS and asks for builtins with `require`, so that it runs from source
// says nothing of the bundle.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { bundle } from '../../../../infra/gatehouse/functions/bundle.ts';
import { assertionXml, base64url, IDP, IDP_CERTIFICATE, openSamlApi, signAssertion } from '../../../support/saml-assertions.ts';
import { TABLE_VARIABLES } from '../../../support/tables.ts';
import { START_SECONDS } from '../../../support/token-api.ts';

test('the bundled chunk verifies an assertion, and refuses a forged one', async () => {
  const { directory, files } = bundle('token');
  const chunk = Object.keys(files).find((name) => name.startsWith('verify-assertion-'));
  assert.ok(chunk !== undefined, 'a chunk of its own');
  // What the chunk shares with the rest stands in the file of the cold start, which reads the environment.
  Object.assign(process.env, {
    ...TABLE_VARIABLES,
    SIGNING_KEYS_SECRET: 'none',
    TENANT_SECRETS_PREFIX: 'Gatehouse/tenants/',
    ISSUER: 'https://issuer.example',
  });
  const { verifyAssertion } = await import(pathToFileURL(join(directory, chunk)).href);
  const tenant = await openSamlApi().api.stores.tenants.findTenant('my_company');
  const xml = signAssertion(assertionXml());
  const verified = verifyAssertion(base64url(xml), tenant, START_SECONDS);
  assert.deepEqual([verified.assertion.issuer, verified.assertion.nameId, verified.endsAtSeconds], [IDP, 'alice', START_SECONDS + 330]);
  assert.deepEqual(verified.entry.certificates, [IDP_CERTIFICATE.pem]);
  assert.throws(() => verifyAssertion(base64url(xml.replace('>alice<', '>boss<')), tenant, START_SECONDS), {
    reason: 'assertion-signature',
  });
});
