// A realm export of Keycloak: what is kept of its clients, and what can't be.

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { importRealm } from '../../../../infra/admin/import/keycloak/import-realm.ts';
import { findItem, foreignText, linesOf, sha256 } from '../support/foreign-files.ts';

suite('a realm of Keycloak', () => {
  const read = () => importRealm(JSON.parse(foreignText('keycloak/realm.json')), { tenant: 't' });

  test('keeps its clients with their secrets, whole redirect URIs and origins', () => {
    const client = findItem(read(), { clientId: 'web-shop' });
    assert.deepEqual(client.secrets, [{ sha256: sha256('kc-web-shop-secret') }]);
    assert.deepEqual(client.redirectUris, ['https://shop.example.org/callback', 'https://shop.example.org/cb2']);
    assert.deepEqual(client.allowedOrigins, ['https://shop.example.org']);
    assert.deepEqual(client.postLogoutRedirectUris, [
      'https://shop.example.org/bye',
      'https://shop.example.org/callback',
      'https://shop.example.org/cb2',
    ]);
    assert.deepEqual(client.grantTypes, ['authorization_code', 'password', 'refresh_token', 'client_credentials']);
    assert.deepEqual([client.firstParty, client.accessTokenSeconds, client.status], [true, 900, 'active']);
    const mobile = findItem(read(), { clientId: 'mobile-shop' });
    assert.deepEqual(
      [mobile.authMethods, mobile.grantTypes, mobile.status, mobile.firstParty],
      [['none'], ['authorization_code', 'refresh_token'], 'suspended', undefined],
    );
  });

  test('keeps clients that a platform vouches for as workloads, where the export says whose', () => {
    const client = (clientId: string, issuer: string, sub: unknown) => ({
      clientId,
      serviceAccountsEnabled: true,
      clientAuthenticatorType: 'federated-jwt',
      attributes: { 'jwt.credential.issuer': issuer, 'jwt.credential.sub': sub },
    });
    const imported = importRealm(
      {
        identityProviders: [
          { alias: 'k8s', providerId: 'kubernetes', config: { issuer: 'https://kubernetes.default.svc' } },
          { alias: 'spiffe', providerId: 'spiffe', config: { trustDomain: 'spiffe://example.org' } },
          { alias: 'hidden', config: {} },
          null,
        ],
        clients: [
          client('invoices', 'k8s', 'system:serviceaccount:payments:invoices'),
          client('svid', 'spiffe', 'spiffe://example.org/invoices'),
          client('unknown', 'hidden', 'x'),
          client('nobody', 'k8s', 7),
          client('pattern', 'k8s', 'system:serviceaccount:*:invoices'),
        ],
      },
      { tenant: 't' },
    );
    const { workload, authMethods, secrets } = findItem(imported, { clientId: 'invoices' });
    assert.deepEqual(
      [workload, authMethods, secrets],
      [{ issuer: 'https://kubernetes.default.svc', subject: 'system:serviceaccount:payments:invoices' }, ['private_key_jwt'], undefined],
    );
    assert.deepEqual(findItem(imported, { clientId: 'svid' }).workload, {
      issuer: 'spiffe://example.org',
      subject: 'spiffe://example.org/invoices',
    });
    for (const clientId of ['unknown', 'nobody']) assert.equal(findItem(imported, { clientId }).workload, undefined);
    const lines = linesOf(imported);
    for (const says of [
      'changed client invoices: workload: its platform must be asked for a token for our issuer; write issuer#https://kubernetes.default.svc',
      'lost client unknown: workload: the export does not say the issuer of the identity provider hidden',
      'lost client nobody: workload: ',
      'client pattern: ',
    ])
      assert.ok(lines.includes(says), `${says}\n${lines}`);
  });

  test('says what can not stay', () => {
    const lines = linesOf(read());
    for (const says of [
      'redirect URI https://shop.example.org/*: has a wildcard',
      'redirect URI http://intranet.example.org/cb: must be https',
      'web origin https://*.example.org: has a wildcard',
      'mapper cost centre (oidc-usermodel-attribute-mapper)',
      'implicit flow: there is none',
      'password grant (direct access): a public client has none here',
      'lost client masked: secret: the export has none',
      'left out: it asks for no tokens (bearer-only)',
      'left out: its protocol is saml',
      'lost client account: left out: it is one of Keycloak itself',
    ])
      assert.ok(lines.includes(says), says);
    assert.ok(!lines.includes('kc-web-shop-secret'));
    assert.equal(findItem(read(), { entry: 'scope#order:write' }).description, 'Order a pizza');
    for (const wrong of [null, [], {}, { clients: {} }])
      assert.throws(() => importRealm(wrong, { tenant: 't' }), /expected a realm export/);
    assert.deepEqual(importRealm({ clients: [null, 7, {}, { clientId: 7 }] }, { tenant: 't' }).items, []);
  });
});
