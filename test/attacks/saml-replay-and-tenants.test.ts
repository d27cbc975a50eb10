// A52 and A53: assertions used twice, and at somebody else's. The single checks of Recipient, Audience and times are
// rows of test/functions/token/grants/saml2-bearer.test.ts.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { assertionXml, IDP, IDP_CERTIFICATE, openSamlApi, putSamlIssuer, signAssertion } from '../support/saml-assertions.ts';
import { newCertificate } from '../support/x509.ts';

test('A52 an assertion is good once, by any client', async () => {
  const { api, redeem } = openSamlApi();
  api.stores.put('Clients', {
    clientId: 'second-app',
    tenant: 'my_company',
    secrets: [{ sha256: '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b' }],
    grantTypes: ['urn:ietf:params:oauth:grant-type:saml2-bearer'],
  });
  const xml = signAssertion(assertionXml());
  assert.equal((await redeem(xml)).status, 200);
  for (const client of ['saml-app', 'second-app']) assert.equal((await redeem(xml, undefined, client)).line.reason, 'assertion-replayed');
  api.advance(200);
  assert.equal((await redeem(xml)).line.reason, 'assertion-replayed');
});

test('A52 of fifty at once one gets a token', async () => {
  const { redeem } = openSamlApi();
  const xml = signAssertion(assertionXml());
  const answers = await Promise.all(Array.from({ length: 50 }, () => redeem(xml)));
  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
});

test('A52 the same id in another assertion is refused, too', async () => {
  const { redeem } = openSamlApi();
  assert.equal((await redeem(signAssertion(assertionXml({ id: '_same' })))).status, 200);
  assert.equal((await redeem(signAssertion(assertionXml({ id: '_same', statements: '' })))).line.reason, 'assertion-replayed');
});

test('A35 who can not sign uses up no id', async () => {
  const { redeem } = openSamlApi();
  const attacker = newCertificate({ keys: generateKeyPairSync('rsa', { modulusLength: 2048 }) });
  assert.equal(
    (await redeem(signAssertion(assertionXml({ id: '_target' }), { certificate: attacker }))).line.reason,
    'assertion-signature',
  );
  assert.equal((await redeem(signAssertion(assertionXml({ id: '_target' })))).status, 200);
});

test('A35 a tenant that writes the same issuer with a key of its own uses up none of its ids', async () => {
  const { api, redeem } = openSamlApi();
  const own = newCertificate({ keys: generateKeyPairSync('rsa', { modulusLength: 2048 }) });
  putSamlIssuer(api, 'other_company', { certificates: [own.pem] });
  const burnt = await redeem(signAssertion(assertionXml({ id: '_target' }), { certificate: own }), undefined, 'other-saml-app');
  assert.deepEqual([burnt.status, burnt.line.subject], [200, `issuer:https:%2F%2Fidp.example%2Fsaml/alice@other_company`]);
  assert.equal((await redeem(signAssertion(assertionXml({ id: '_target' })))).status, 200);
});

test('A53 an identity provider of one tenant is none at another', async () => {
  const { redeem } = openSamlApi();
  const { status, line } = await redeem(signAssertion(assertionXml()), undefined, 'other-saml-app');
  assert.deepEqual([status, line.reason], [400, 'assertion-unknown-issuer']);
});

test('A53 a provider of both tenants: the audience says for whom, and one use is one use', async () => {
  const { api, redeem } = openSamlApi();
  putSamlIssuer(api, 'other_company', { audience: 'https://issuer.example/v1/other_company' });
  assert.equal((await redeem(signAssertion(assertionXml()), undefined, 'other-saml-app')).line.reason, 'assertion-audience');
  putSamlIssuer(api, 'other_company');
  const xml = signAssertion(assertionXml());
  assert.equal((await redeem(xml)).status, 200);
  assert.equal((await redeem(xml, undefined, 'other-saml-app')).line.reason, 'assertion-replayed');
});

test('A53 an issuer that calls itself like a userstore names no user of that store', async () => {
  for (const issuer of ['PRIMARY', 'EXTERNAL', 'EXTERNAL/userx@my_company', '%2F']) {
    const { api, redeem } = openSamlApi();
    api.stores.put('Tenants', {
      tenant: 'my_company',
      entry: `issuer#${issuer}`,
      type: 'saml',
      certificates: [IDP_CERTIFICATE.pem],
      audience: 'https://issuer.example/v1/oauth2/token',
      recipient: 'https://issuer.example/v1/oauth2/token',
    });
    const { status, line } = await redeem(signAssertion(assertionXml({ issuer })));
    assert.equal(status, 200);
    assert.match(String(line.subject), /^issuer:[^/@]*\/alice@my_company$/);
  }
});

test('A36 a provider that is switched off, and one that is taken away, is refused at once', async () => {
  const { api, redeem } = openSamlApi();
  assert.equal((await redeem(signAssertion(assertionXml()))).status, 200);
  putSamlIssuer(api, 'my_company', { enabled: false });
  assert.equal((await redeem(signAssertion(assertionXml()))).line.reason, 'assertion-disabled-issuer');
  api.stores.remove('Tenants', { tenant: 'my_company', entry: `issuer#${IDP}` });
  assert.equal((await redeem(signAssertion(assertionXml()))).line.reason, 'assertion-unknown-issuer');
});
