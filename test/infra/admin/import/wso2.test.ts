// Exports of WSO2's systems: what is kept of them authenticates as it did there, and what is not is said. Nothing that was
// secret is ever printed.

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Item } from '../../../../functions/storage/aws/dynamodb.ts';
import { readSource } from '../../../../infra/admin/import/read-source.ts';
import { importWso2, isWso2File } from '../../../../infra/admin/import/wso2/import-wso2.ts';
import { FOREIGN, findItem, foreignText, linesOf, sha256, WSO2_OPTIONS } from '../support/foreign-files.ts';

suite('an export of API Manager', () => {
  const read = () => importWso2(readSource(`${FOREIGN}wso2`, isWso2File), WSO2_OPTIONS);

  test('keeps keys and secrets of both versions, and of deployments that hash secrets', async () => {
    const imported = await read();
    const keptSecret = (clientId: string) => (findItem(imported, { clientId }).secrets as readonly { sha256: string }[])[0]?.sha256;
    assert.equal(keptSecret('FxJodiaOM5DrW9X1bP4zsA86M2Aa'), sha256('dzVBMGMzWq5R7iEqvXpQhpLhecga'));
    assert.equal(keptSecret('2sWzVbQ4hNBrJq9kP0aYt6fXcLka'), sha256('q7XUneOtpEjs2fkGdLaZH4ipVQoa'));
    assert.equal(keptSecret('hK3mZ8dQ1vYwTgRrXbUe5nJcP0sa'), '5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592');
  });

  test('keeps grants, callback URLs, tiers and subscriptions that can stay, and says which can not', async () => {
    const imported = await read();
    const client = findItem(imported, { clientId: 'FxJodiaOM5DrW9X1bP4zsA86M2Aa' });
    assert.deepEqual(client.grantTypes, ['refresh_token', 'password', 'client_credentials', 'authorization_code']);
    assert.deepEqual(client.redirectUris, ['https://pizza.example.org/callback']);
    assert.deepEqual(
      [client.applicationTier, client.subscriptions, client.scopes],
      ['50PerMin', { PizzaShackAPI: 'Gold' }, ['order:write', 'menu:read']],
    );
    assert.deepEqual([client.tokenFormat, client.accessTokenSeconds, client.keyType, client.owner], ['jwt', 7200, 'PRODUCTION', 'pia']);
    const lines = linesOf(imported);
    for (const says of [
      'lost application PizzaApp: shared with the groups kitchen',
      'lost application PizzaApp: subscription to MenuAPI v2: its state at WSO2 is BLOCKED',
      'callback URL https://.*.example.org/any: is a pattern',
      'grant iwa:ntlm: there is none of this name',
      'grant implicit: there is none of this name; use authorization_code with PKCE',
      'refresh tokens of 172800 s',
      'tokens live 60 s, and not 30 s',
      'kept tier Gold: 5000 requests a minute',
    ])
      assert.ok(lines.includes(says), says);
  });

  test('keeps an API with its rules, scopes and the roles that they are bound to', async () => {
    const imported = await read();
    const api = findItem(imported, { entry: 'api#PizzaShackAPI' });
    assert.deepEqual([api.context, api.apiId, api.requireSubscription], ['/pizzashack/1.0.0', `\${apiId.PizzaShackAPI}`, true]);
    assert.deepEqual((api.resources as readonly Item[]).at(-1), { path: '/health', methods: ['GET'], secure: false });
    assert.deepEqual(findItem(imported, { entry: 'scope#order:write' }).permissions, [
      '/permission/admin/manage/orders/create',
      '/permission/scope/order:write',
    ]);
    assert.equal(findItem(imported, { entry: 'scope#menu:read' }).permissions, undefined);
    assert.deepEqual(findItem(imported, { entry: 'role#Internal/subscriber' }).permissions, ['/permission/scope/order:write']);
  });

  test('prints no secret, password or hash', async () => {
    const lines = linesOf(await read());
    for (const secret of ['dzVBMGMzWq5R', 'ZHpWQk1HTXpX', 'a-password-of-a-file', 'pia-pass', '5d41402abc4b', 'kq2o6Jt0Tv8d'])
      assert.ok(!lines.includes(secret), secret);
  });

  test('that is none, or says one thing twice in two ways, is refused', async () => {
    const file = (name: string, content: unknown) => ({ name, text: typeof content === 'string' ? content : JSON.stringify(content) });
    await assert.rejects(importWso2([], WSO2_OPTIONS), /found no application, no API/);
    await assert.rejects(importWso2([file('a.json', '{')], WSO2_OPTIONS), /^NotImportable: a\.json:1:2: expected/);
    await assert.rejects(importWso2([file('a.yaml', 'a: [')], WSO2_OPTIONS), /^NotImportable: a\.yaml:\d+:\d+: expected/);
    const application = JSON.parse(foreignText('wso2/PizzaApp.json'));
    await assert.rejects(
      importWso2([file('a.json', application), file('b.json', { ...application, owner: 'else' })], WSO2_OPTIONS),
      /FxJodiaOM5DrW9X1bP4zsA86M2Aa: stands in two files/,
    );
    assert.equal(
      (await importWso2([file('a.json', application), file('b.json', application)], WSO2_OPTIONS)).items.filter(
        (item) => 'clientId' in item,
      ).length,
      2,
    );
    const keyless = await importWso2([file('a.json', { ...application, keyManagerWiseOAuthApp: {} })], WSO2_OPTIONS);
    assert.match(linesOf(keyless), /the export has no key of it. Export it with its keys/);
  });

  test('of 3.0 has its keys by type alone, and 4.x may have them in a list', async () => {
    const { keyManagerWiseOAuthApp: managers, ...rest } = JSON.parse(foreignText('wso2/PizzaApp.json'));
    const older = { ...rest, oAuthApps: { PRODUCTION: managers.PRODUCTION['Resident Key Manager'] } };
    const listed = {
      type: 'application',
      version: 'v4.0.0',
      data: {
        applicationInfo: {
          name: 'Listed',
          keys: [
            {
              keyType: 'SANDBOX',
              consumerKey: 'listed-key',
              consumerSecret: 'bGlzdGVkLXNlY3JldA==',
              supportedGrantTypes: ['password'],
              keyManager: 'Resident',
            },
          ],
        },
        subscribedAPIs: [],
      },
    };
    const imported = await importWso2(
      [
        { name: 'a.json', text: JSON.stringify(older) },
        { name: 'b.json', text: JSON.stringify(listed) },
      ],
      WSO2_OPTIONS,
    );
    assert.equal(findItem(imported, { clientId: 'FxJodiaOM5DrW9X1bP4zsA86M2Aa' }).name, 'PizzaApp');
    const client = findItem(imported, { clientId: 'listed-key' });
    assert.deepEqual([client.keyType, client.grantTypes, client.secrets], ['SANDBOX', ['password'], [{ sha256: sha256('listed-secret') }]]);
  });
});

suite('an API of API Manager', () => {
  const importApi = (api: object) => importWso2([{ name: 'Meta-information/api.json', text: JSON.stringify(api) }], WSO2_OPTIONS);

  test('of 2.x and 3.x is one document, with roles in one text', async () => {
    const imported = await importApi({
      id: { providerName: 'admin', apiName: 'Menu', version: 'v2' },
      type: 'HTTP',
      context: '/menu/v2',
      contextTemplate: '/menu/{version}',
      scopes: [{ key: 'menu:write', name: 'Write the menu', roles: 'cook, admin', description: 'Change dishes', id: 0 }],
      uriTemplates: [
        { uriTemplate: '/dishes', httpVerb: 'GET', authType: 'None', scopes: [] },
        { uriTemplate: '/dishes', httpVerb: 'POST', authType: 'Any', scope: { key: 'menu:write' } },
      ],
      apiSecurity: 'oauth2,basic_auth,oauth_basic_auth_api_key_mandatory',
      status: 'PUBLISHED',
    });
    assert.deepEqual(findItem(imported, { entry: 'api#Menu' }).resources, [
      { path: '/dishes', methods: ['GET'], secure: false },
      { path: '/dishes', methods: ['POST'], handlers: ['oauth2', 'basic'], scopes: ['menu:write'] },
    ]);
    assert.equal(findItem(imported, { entry: 'api#Menu' }).context, '/menu/v2');
    assert.deepEqual(findItem(imported, { entry: 'role#cook' }).permissions, ['/permission/scope/menu:write']);
  });

  test('lets callers in as it did, and says where it can not', async () => {
    const data = { name: 'A', context: '/a', version: '1', operations: [{ target: '/x', verb: 'GET' }] };
    const of = async (securityScheme: readonly string[]) =>
      importApi({ type: 'api', version: 'v4.2.0', data: { ...data, securityScheme } });
    const handlersOf = async (schemes: readonly string[]) =>
      (findItem(await of(schemes), { entry: 'api#A' }).resources as readonly Item[])[0]?.handlers;
    assert.deepEqual(await handlersOf(['basic_auth', 'oauth_basic_auth_api_key_mandatory']), ['basic']);
    assert.deepEqual(await handlersOf(['oauth2', 'mutualssl']), ['oauth2', 'certificate']);
    assert.deepEqual(await handlersOf(['oauth2', 'mutualssl', 'mutualssl_mandatory']), ['certificate']);
    assert.deepEqual(await handlersOf(['oauth2', 'mutualssl', 'oauth_basic_auth_api_key_mandatory']), ['oauth2']);
    const both = ['oauth2', 'mutualssl', 'mutualssl_mandatory', 'oauth_basic_auth_api_key_mandatory'];
    assert.deepEqual(await handlersOf(both), ['oauth2']);
    assert.match(linesOf(await of(both)), /lost API A 1: certificate: WSO2 asks for it beside the token/);
    assert.match(linesOf(await of(['api_key'])), /lost API A 1: security scheme api_key/);
    assert.match(
      linesOf(await importApi({ type: 'api', data: { name: 'B', context: '/b' } })),
      /lost API B: rules: the file has none, and nobody gets in/,
    );
  });

  test('has files beside it that say nothing of who may call', () => {
    for (const name of ['a.zip', 'x/api.yaml', 'pia_app/application.json', 'meta-information/api.json', 'deployment.toml', 'um_user.csv'])
      assert.ok(isWso2File(name), name);
    for (const name of [
      'x/definitions/swagger.yaml',
      'x/api_meta.yaml',
      'x/deployment_environments.yaml',
      'meta-information/swagger.json',
      'x/docs/docs.json',
      'x/image/icon.png',
    ])
      assert.ok(!isWso2File(name), name);
  });
});

suite('rules of deployment.toml', () => {
  test('stay in their order, and none takes the place of one that is missing', async () => {
    const imported = await importWso2(
      [{ name: 'deployment.toml', text: foreignText('wso2/identity-server/deployment.toml') }],
      WSO2_OPTIONS,
    );
    const { resources } = findItem(imported, { entry: 'api#pizza' });
    assert.deepEqual(resources, [
      {
        path: '/api/pizza/orders/*',
        methods: ['GET', 'HEAD'],
        scopes: ['internal_order_view'],
        permissions: ['/permission/admin/manage/orders'],
      },
      {
        path: '/api/pizza/orders',
        methods: ['POST'],
        handlers: ['oauth2', 'basic'],
        scopes: ['internal_order_create', 'order:write'],
        permissions: ['/permission/admin/manage/orders/create'],
      },
      { path: '/api/pizza/health/*', methods: 'all', secure: false },
    ]);
    const lines = linesOf(imported);
    assert.match(lines, /lost rule 3 .*no path template says/);
    assert.match(lines, /lost rule 5 .*it may let in whom rule 3, which is missing, would keep out/);
    assert.match(lines, /lost rule 6 .*PROPFIND is no method/);
    assert.match(lines, /lost rule 2 .*cross_tenant/);
  });

  test('that are no TOML are refused with their line, and without what stands there', async () => {
    const broken = importWso2([{ name: 'deployment.toml', text: 'a = 1\npassword = hunter2 and more' }], WSO2_OPTIONS);
    await assert.rejects(broken, (error: Error) => /line 2.*expected TOML/.test(error.message) && !error.message.includes('hunter2'));
    await assert.rejects(importWso2([{ name: 'deployment.toml', text: `a = ${'['.repeat(100_000)}` }], WSO2_OPTIONS), {
      name: 'NotImportable',
    });
  });
});
