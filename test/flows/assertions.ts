// Assertions on the running system: oauth4webapi authenticates by private_key_jwt and redeems a JWT whose issuer
// publishes its keys by HTTP, another client redeems SAML, and the backend learns who the user is.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import * as oauth from 'oauth4webapi';
import { DEMO } from '../../infra/demo/demo-data.ts';
import { eventually } from '../support/eventually.ts';
import { askForToken, callApi, startTestRun, type TestRun } from '../support/local-run.ts';
import {
  assertionXml,
  attributeXml,
  base64url,
  bearerConfirmation,
  conditionsXml,
  IDP,
  IDP_CERTIFICATE,
  instant,
  SAML_BEARER,
  signAssertion,
  subjectXml,
} from '../support/saml-assertions.ts';
import { START_SECONDS } from '../support/token-api.ts';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const AUDIENCE = 'https://gatehouse.example/assertions';
const clientKeys = await generateKeyPair('ES256', { extractable: true });
const issuerKeys = await generateKeyPair('RS256', { extractable: true });
const insecure = { [oauth.allowInsecureRequests]: true };

let run: TestRun;
let keyServer: Server;
let issuer = '';
let keyRequests = 0;

before(async () => {
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(issuerKeys.publicKey)), kid: 'i1', alg: 'RS256', use: 'sig' }] });
  keyServer = createServer((_, response) => {
    keyRequests++;
    response.setHeader('content-type', 'application/json').end(jwks);
  });
  await new Promise<void>((resolve) => keyServer.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(keyServer.address() as AddressInfo).port}/idp`;
  run = await startTestRun();
  await putEntries();
});
after(async () => {
  keyServer.closeAllConnections();
  keyServer.close();
  await run?.close();
});

async function putEntries(): Promise<void> {
  const { tenant, scope } = DEMO;
  const roles = { remote: 'groups', local: 'role' };
  const jwt = {
    type: 'jwt',
    jwksUri: `${issuer}/keys`,
    allowPlaintext: true,
    allowPrivateAddress: true,
    audiences: [AUDIENCE],
    use: ['jwt-bearer'],
  };
  await run.put('Tenants', {
    tenant,
    entry: `issuer#${issuer}`,
    ...jwt,
    usernameClaim: 'name',
    claims: [roles, { remote: 'mail', local: 'emailaddress' }],
  });
  const saml = {
    type: 'saml',
    certificates: [IDP_CERTIFICATE.pem],
    audience: AUDIENCE,
    recipient: AUDIENCE,
    rolesAttribute: 'groups',
    claims: { emailaddress: 'mail' },
  };
  await run.put('Tenants', { tenant, entry: `issuer#${IDP}`, ...saml });
  const jwks = { keys: [{ ...(await exportJWK(clientKeys.publicKey)), kid: 'c1', alg: 'ES256', use: 'sig' }] };
  await run.put('Clients', {
    clientId: 'key-app',
    tenant,
    authMethods: ['private_key_jwt'],
    jwks,
    grantTypes: [JWT_BEARER],
    scopes: [scope],
  });
  const secrets = [{ sha256: createHash('sha256').update('saml-secret').digest('hex') }];
  await run.put('Clients', { clientId: 'saml-app', tenant, secrets, grantTypes: [SAML_BEARER], scopes: [scope] });
}

const userAssertion = () =>
  new SignJWT({ name: 'alice', groups: ['customer'], mail: 'alice@example.org' })
    .setProtectedHeader({ alg: 'RS256', kid: 'i1', typ: 'JWT' })
    .setIssuer(issuer)
    .setSubject('u-1')
    .setAudience(AUDIENCE)
    .setJti(crypto.randomUUID())
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(issuerKeys.privateKey);

/** What the backend is told of the bearer. */
async function whoami(token: string): Promise<Record<string, unknown>> {
  const { status, body } = await callApi(run.url, `${DEMO.context}/whoami`, token);
  assert.equal(status, 200, JSON.stringify(body));
  return body.jwt;
}

test('JWT bearer with private_key_jwt, by oauth4webapi, from discovery to the backend', async () => {
  const server = await oauth.processDiscoveryResponse(
    new URL(run.url),
    await oauth.discoveryRequest(new URL(run.url), { ...insecure, algorithm: 'oauth2' }),
  );
  assert.ok(server.grant_types_supported?.includes(JWT_BEARER));
  assert.ok(server.token_endpoint_auth_methods_supported?.includes('private_key_jwt'));
  const client: oauth.Client = { client_id: 'key-app' };
  const redeem = async (assertion: string) => {
    const authentication = oauth.PrivateKeyJwt({ key: clientKeys.privateKey, kid: 'c1' });
    const answer = await oauth.genericTokenEndpointRequest(
      server,
      client,
      authentication,
      JWT_BEARER,
      { assertion, scope: DEMO.scope },
      insecure,
    );
    return oauth.processGenericTokenEndpointResponse(server, client, answer);
  };
  // The caches of the function may not know the entries yet.
  const issued = await eventually(10, async () => redeem(await userAssertion()));
  assert.deepEqual([issued.scope, issued.refresh_token], [DEMO.scope, undefined]);
  const jwt = await whoami(issued.access_token);
  assert.equal(jwt['http://wso2.org/claims/enduser'], `issuer:${issuer.replaceAll('/', '%2F')}/alice@${DEMO.tenant}`);
  assert.equal(jwt['http://wso2.org/claims/emailaddress'], 'alice@example.org');
  assert.deepEqual(jwt['http://wso2.org/claims/role'], ['customer']);

  const once = await userAssertion();
  await redeem(once);
  await assert.rejects(redeem(once), { name: 'ResponseBodyError', error: 'invalid_grant' });
  assert.ok(keyRequests <= 2, `${keyRequests} requests for the keys`);
});

test('SAML bearer, to the backend', async () => {
  const shift = Math.floor(Date.now() / 1000) - START_SECONDS;
  const xml = signAssertion(
    assertionXml({
      attributes: `ID="_${crypto.randomUUID()}" IssueInstant="${instant(shift)}" Version="2.0"`,
      subject: subjectXml('bob', bearerConfirmation(`Recipient="${AUDIENCE}" NotOnOrAfter="${instant(shift + 300)}"`)),
      conditions: conditionsXml(
        `<saml:AudienceRestriction><saml:Audience>${AUDIENCE}</saml:Audience></saml:AudienceRestriction>`,
        `NotOnOrAfter="${instant(shift + 300)}"`,
      ),
      statements: `<saml:AttributeStatement>${attributeXml('mail', 'bob@example.org')}${attributeXml('groups', 'customer')}</saml:AttributeStatement>`,
    }),
  );
  const client = { id: 'saml-app', secret: 'saml-secret' };
  const form = { grant_type: SAML_BEARER, assertion: base64url(xml), scope: DEMO.scope };
  const issued = await eventually(10, async () => {
    const reply = await askForToken(run.url, form, client);
    assert.equal(reply.status, 200, JSON.stringify(reply.body));
    return reply;
  });
  assert.equal(issued.body.scope, DEMO.scope);
  const jwt = await whoami(issued.body.access_token);
  assert.equal(jwt['http://wso2.org/claims/enduser'], `issuer:https:%2F%2Fidp.example%2Fsaml/bob@${DEMO.tenant}`);
  const order = await callApi(run.url, `${DEMO.context}/order`, issued.body.access_token, { method: 'POST', body: '{}' });
  assert.ok(order.status < 300, String(order.status));
  assert.equal((await askForToken(run.url, form, client)).body.error, 'invalid_grant');
});
