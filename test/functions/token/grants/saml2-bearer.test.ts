// The SAML bearer grant (RFC 7522): what an honest assertion yields, and the checks in WSO2's order.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { issuerDomain } from '../../../../functions/configuration/username.ts';
import {
  assertionXml,
  bearerConfirmation,
  conditionsXml,
  IDP,
  IDP_CERTIFICATE,
  instant,
  openSamlApi,
  SAML_AUDIENCE,
  SAML_RECIPIENT,
  STATEMENTS,
  signAssertion,
  subjectXml,
} from '../../../support/saml-assertions.ts';
import { START_SECONDS } from '../../../support/token-api.ts';
import { newCertificate } from '../../../support/x509.ts';

test('an assertion yields an access token of a user whose store is the issuer, and no refresh token', async () => {
  const { api, redeem } = openSamlApi();
  const { status, json, line } = await redeem(signAssertion(assertionXml()), 'order:write admin');
  assert.equal(status, 200);
  assert.deepEqual([json.token_type, json.expires_in, json.scope, json.refresh_token], ['Bearer', 330, 'order:write', undefined]);
  assert.equal(line.subject, 'issuer:https:%2F%2Fidp.example%2Fsaml/alice@my_company');
  const grant = await api.stores.grants.findGrant(String(json.access_token).slice(4, 26), api.nowSeconds());
  assert.deepEqual(grant?.user, {
    tenant: 'my_company',
    domain: issuerDomain(IDP),
    username: 'alice',
    id: 'alice',
    claims: { emailaddress: 'alice@example.org' },
    roles: ['customer', 'staff'],
  });
  assert.equal(grant?.access.expiresAtSeconds, START_SECONDS + 330);
});

test('the access token lasts no longer than the client may have it', async () => {
  const { redeem } = openSamlApi();
  const long = assertionXml({
    conditions: conditionsXml(undefined, `NotOnOrAfter="${instant(36_000)}"`),
    subject: subjectXml('alice', bearerConfirmation(`Recipient="${SAML_RECIPIENT}" NotOnOrAfter="${instant(36_000)}"`)),
  });
  assert.equal((await redeem(signAssertion(long))).json.expires_in, 3600);
});

test('an XML declaration, KeyInfo, either base64 alphabet and padding are taken', async () => {
  const { api, redeem } = openSamlApi();
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n${signAssertion(assertionXml(), { withKeyInfo: true })}\n`;
  assert.equal((await redeem(xml)).status, 200);
  const standard = Buffer.from(signAssertion(assertionXml())).toString('base64');
  const headers = { Authorization: `Basic ${Buffer.from('saml-app:secret').toString('base64')}` };
  const form = { grant_type: 'urn:ietf:params:oauth:grant-type:saml2-bearer', assertion: standard };
  assert.equal((await api.token(form, headers)).status, 200);
});

test('base64 in lines, or with blanks and tabs in it, is taken: WSO2’s clients send it as MIME does', async () => {
  const { api } = openSamlApi();
  const headers = { Authorization: `Basic ${Buffer.from('saml-app:secret').toString('base64')}` };
  const send = (assertion: string) => api.token({ grant_type: 'urn:ietf:params:oauth:grant-type:saml2-bearer', assertion }, headers);
  const encoded = () => Buffer.from(signAssertion(assertionXml())).toString('base64');
  for (const wrap of ['\r\n', '\n', ' ', '\t', ' \r\n\t '])
    assert.equal((await send(encoded().replace(/.{76}/g, `$&${wrap}`) + wrap)).status, 200, JSON.stringify(wrap));
  const once = encoded();
  assert.equal((await send(once)).status, 200);
  assert.equal((await send(once.replace(/.{64}/g, '$&\n'))).line.reason, 'assertion-replayed', 'one assertion however it is wrapped');
  for (const odd of ['\v', '\f', '\u00a0', '\0', '.', '\u2028'])
    assert.equal((await send(encoded().replace(/.{76}/, `$&${odd}`))).line.reason, 'assertion-unreadable', JSON.stringify(odd));
});

test('RSA-PSS and SHA-512 are taken', async () => {
  const { redeem } = openSamlApi();
  const pss = 'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1';
  const digestAlgorithm = 'http://www.w3.org/2001/04/xmlenc#sha512';
  assert.equal((await redeem(signAssertion(assertionXml(), { signatureAlgorithm: pss, digestAlgorithm }))).status, 200);
});

test('any certificate of the entry may have signed, and none that is not valid today', async () => {
  const second = newCertificate();
  const { redeem } = openSamlApi({
    certificates: [newCertificate({ keys: generateKeyPairSync('rsa', { modulusLength: 2048 }) }).pem, second.pem],
  });
  assert.equal((await redeem(signAssertion(assertionXml(), { certificate: second }))).status, 200);
  const expired = newCertificate({ validTo: new Date('2029-01-01T00:00:00Z') });
  const old = openSamlApi({ certificates: [expired.pem] });
  assert.equal((await old.redeem(signAssertion(assertionXml(), { certificate: expired }))).line.reason, 'assertion-no-certificate');
});

const NO_AUDIENCE = '<saml:OneTimeUse/>';
const audience = (...names: readonly string[]) =>
  `<saml:AudienceRestriction>${names.map((name) => `<saml:Audience>${name}</saml:Audience>`).join('')}</saml:AudienceRestriction>`;

const REFUSALS: readonly (readonly [what: string, xml: string, reason: string])[] = [
  ['no Subject', assertionXml({ subject: '' }), 'assertion-no-subject'],
  ['an empty NameID', assertionXml({ subject: subjectXml(' ') }), 'assertion-no-name-id'],
  ['no Issuer', assertionXml({ issuer: '' }), 'assertion-no-issuer'],
  ['an issuer that the tenant does not have', assertionXml({ issuer: 'https://other.example' }), 'assertion-unknown-issuer'],
  ['no Conditions', assertionXml({ conditions: '' }), 'assertion-no-conditions'],
  [
    'a condition of an unknown kind',
    assertionXml({ conditions: conditionsXml(`${audience(SAML_AUDIENCE)}<x:Odd xmlns:x="urn:x"/>`) }),
    'assertion-unknown-condition',
  ],
  ['no AudienceRestriction', assertionXml({ conditions: conditionsXml(NO_AUDIENCE) }), 'assertion-no-audience-restriction'],
  ['another audience', assertionXml({ conditions: conditionsXml(audience('https://other.example')) }), 'assertion-audience'],
  [
    'two restrictions, one of which leaves us out',
    assertionXml({ conditions: conditionsXml(audience(SAML_AUDIENCE) + audience('https://other.example')) }),
    'assertion-audience',
  ],
  ['a prefix of our audience', assertionXml({ conditions: conditionsXml(audience(SAML_AUDIENCE.slice(0, -1))) }), 'assertion-audience'],
  [
    'NotBefore in the future',
    assertionXml({ conditions: conditionsXml(undefined, `NotBefore="${instant(31)}" NotOnOrAfter="${instant(300)}"`) }),
    'assertion-time-window',
  ],
  [
    'NotOnOrAfter in the past',
    assertionXml({ conditions: conditionsXml(undefined, `NotOnOrAfter="${instant(-30)}"`) }),
    'assertion-time-window',
  ],
  [
    'a time with a zone',
    assertionXml({ conditions: conditionsXml(undefined, 'NotOnOrAfter="2031-01-01T00:00:00+01:00"') }),
    'assertion-unreadable',
  ],
  ['no SubjectConfirmation', assertionXml({ subject: subjectXml('alice', '') }), 'assertion-no-subject-confirmation'],
  [
    'a holder-of-key confirmation alone',
    assertionXml({ subject: subjectXml('alice', bearerConfirmation().replace('cm:bearer', 'cm:holder-of-key')) }),
    'assertion-no-bearer-confirmation',
  ],
  [
    'another recipient',
    assertionXml({ subject: subjectXml('alice', bearerConfirmation('Recipient="https://other.example"')) }),
    'assertion-recipient',
  ],
  [
    'data without a recipient',
    assertionXml({ subject: subjectXml('alice', bearerConfirmation(`NotOnOrAfter="${instant(300)}"`)) }),
    'assertion-recipient',
  ],
  [
    'a confirmation that is over',
    assertionXml({ subject: subjectXml('alice', bearerConfirmation(`Recipient="${SAML_RECIPIENT}" NotOnOrAfter="${instant(-30)}"`)) }),
    'assertion-time-window',
  ],
  [
    'no expiry anywhere',
    assertionXml({
      subject: subjectXml('alice', bearerConfirmation(`Recipient="${SAML_RECIPIENT}"`)),
      conditions: conditionsXml(undefined, ''),
    }),
    'assertion-no-expiry',
  ],
  [
    'confirmation data without an end, though the Conditions have one',
    assertionXml({ subject: subjectXml('alice', bearerConfirmation(`Recipient="${SAML_RECIPIENT}"`)) }),
    'assertion-no-expiry',
  ],
  [
    'a window of more than a day',
    assertionXml({
      subject: subjectXml('alice', bearerConfirmation(`Recipient="${SAML_RECIPIENT}" NotOnOrAfter="${instant(90_000)}"`)),
      conditions: conditionsXml(undefined, `NotOnOrAfter="${instant(90_000)}"`),
    }),
    'assertion-lifetime',
  ],
  [
    'a session that is over',
    assertionXml({ statements: STATEMENTS.replace('AuthnInstant', `SessionNotOnOrAfter="${instant(-60)}" AuthnInstant`) }),
    'assertion-session',
  ],
  ['a NameID with a blank inside', assertionXml({ subject: subjectXml('alice bob') }), 'assertion-username'],
  ['SAML 1.1', assertionXml({ attributes: `ID="_v1" IssueInstant="${instant(0)}" Version="1.1"` }), 'assertion-unreadable'],
];

for (const [what, xml, reason] of REFUSALS) {
  test(`${what} is refused as ${reason}`, async () => {
    const { redeem } = openSamlApi();
    const { status, json, line } = await redeem(xml.includes('<saml:Issuer>') ? signAssertion(xml) : xml);
    assert.deepEqual([status, json.error, line.reason], [400, 'invalid_grant', reason]);
    assert.equal(typeof line.description, 'string');
  });
}

test('every refusal looks the same from outside, and like a wrong password', async () => {
  const { api, redeem } = openSamlApi();
  const wrongPassword = await api.token({ grant_type: 'password', username: 'userx', password: 'wrong' });
  for (const [, xml] of REFUSALS.slice(3, 8)) {
    const answer = await redeem(signAssertion(xml));
    assert.deepEqual([answer.status, answer.text], [wrongPassword.status, wrongPassword.text]);
  }
});

test('an issuer of type jwt, or one that is switched off, signs no SAML', async () => {
  const off = openSamlApi({ enabled: false });
  assert.equal((await off.redeem(signAssertion(assertionXml()))).line.reason, 'assertion-disabled-issuer');
  const jwt = openSamlApi({
    type: 'jwt',
    certificates: { default: IDP_CERTIFICATE.pem },
    audiences: [SAML_AUDIENCE],
    use: ['jwt-bearer'],
    claims: [],
  });
  assert.equal((await jwt.redeem(signAssertion(assertionXml()))).line.reason, 'assertion-unknown-issuer');
});

test('a mapping to role adds roles; a claim of several values stays a list', async () => {
  const { api, redeem } = openSamlApi({ claims: { role: 'mail', teams: 'groups' }, rolesAttribute: undefined });
  const { json } = await redeem(signAssertion(assertionXml()));
  const grant = await api.stores.grants.findGrant(String(json.access_token).slice(4, 26), api.nowSeconds());
  assert.deepEqual([grant?.user?.roles, grant?.user?.claims], [['alice@example.org'], { teams: ['customer', 'staff'] }]);
});

test('when the Tokens table does not answer, the assertion is neither refused nor used up', async () => {
  const { api, redeem } = openSamlApi();
  const xml = signAssertion(assertionXml());
  api.stores.failing.add('Tokens');
  assert.equal((await redeem(xml)).status, 503);
  api.stores.failing.delete('Tokens');
  assert.equal((await redeem(xml)).status, 200);
});
