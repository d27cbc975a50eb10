// A106: what of the caller's credential reaches a backend. A109: other spellings of our header, and headers by which a
// backend would serve another method than the one that was judged. With the mappings that the construct writes.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { METHOD_OVERRIDES, restHeaderMappings } from '../../infra/gatehouse/authorizers/backend-headers.ts';
import { SIMPLE_API_ID } from '../functions/authorizer/authorizer-world.ts';
import { http1Event, http2Event, httpSimpleEvent, restRequestEvent, restTokenEvent } from '../functions/authorizer/event-kinds.ts';
import { basic, call, openPeople, reason } from '../functions/authorizer/people-world.ts';
import { type EchoBackend, openEchoBackend } from '../support/echo-backend.ts';
import { httpApi, restApi } from '../support/gateway-template.ts';
import { send, sendHttp2 } from '../support/http-clients.ts';
import { openTestGateway, type TestGateway } from '../support/local-gateway.ts';

const AUTHORIZER = `
export const handler = async (event) => ({ principalId: 'p', context: { endUserJwt: 'signed' }, policyDocument: { Version: '2012-10-17',
  Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: event.methodArn ?? event.routeArn }] } });`;

const HEADER = 'X-JWT-Assertion';
const HTTP_MAPPING = {
  'overwrite:header.X-JWT-Assertion': '$context.authorizer.endUserJwt',
  ...Object.fromEntries(METHOD_OVERRIDES.map((name) => [`remove:header.${name}`, "''"])),
};

let backend: EchoBackend;
let gateway: TestGateway;

before(async () => {
  backend = await openEchoBackend();
  const rest = (isProtected: boolean, forwardsAuthorization: boolean, httpMethod: string) => ({
    Type: 'HTTP_PROXY',
    Uri: backend.url,
    IntegrationHttpMethod: httpMethod,
    RequestParameters: restHeaderMappings({ header: HEADER, isProtected, forwardsAuthorization, httpMethod }),
  });
  const http = { IntegrationType: 'HTTP_PROXY', IntegrationMethod: 'ANY', IntegrationUri: backend.url, RequestParameters: HTTP_MAPPING };
  const resources = {
    ...restApi(
      [
        { path: '/rest/guarded', method: 'POST', integration: rest(true, false, 'POST'), authorized: true },
        { path: '/rest/open', method: 'ANY', integration: rest(false, false, 'ANY') },
        { path: '/rest/forwards', method: 'POST', integration: rest(true, true, 'POST'), authorized: true },
      ],
      { IdentitySource: 'method.request.header.Authorization', AuthorizerResultTtlInSeconds: 0 },
    ),
    ...httpApi([{ routeKey: 'POST /http/guarded', integration: http, authorized: true }], {
      AuthorizerPayloadFormatVersion: '2.0',
      IdentitySource: ['$request.header.Authorization'],
    }),
  };
  gateway = await openTestGateway(resources, { AuthorizerFunction: AUTHORIZER });
});

after(async () => {
  await gateway?.close();
  await backend?.close();
});

type Pairs = readonly (readonly [string, string])[];

const SENDERS = [
  ['HTTP/1.1', send],
  ['HTTP/2', sendHttp2],
] as const;

/** What reached the backend: values by name in lower case. */
function received(headers: Pairs): (name: string) => readonly string[] {
  return (name) => headers.filter(([candidate]) => candidate.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
}

for (const [protocol, sender] of SENDERS) {
  test(`A106 no token and no password reaches the HTTP backend of a REST API: ${protocol}`, async () => {
    for (const secret of ['Bearer gat_secret', 'Basic dXNlcng6bXlwYXNz', 'bearer gat_secret']) {
      for (const name of ['Authorization', 'authorization', 'AUTHORIZATION']) {
        for (const path of ['/rest/guarded', '/rest/open']) {
          const reply = await sender(gateway.port, 'POST', path, [[name, secret]]);
          assert.equal(reply.status, 200, reply.text);
          assert.deepEqual(received(reply.json().headers)('authorization'), ['none']);
          assert.doesNotMatch(reply.text, /gat_secret|dXNlcng6bXlwYXNz/);
        }
      }
    }
  });

  test(`A106 a route that asks for it gets it, and an HTTP API can’t keep it back: ${protocol}`, async () => {
    for (const path of ['/rest/forwards', '/http/guarded']) {
      const reply = await sender(gateway.port, 'POST', path, [['Authorization', 'Bearer gat_secret']]);
      assert.deepEqual(received(reply.json().headers)('authorization'), ['Bearer gat_secret'], path);
    }
  });

  test(`A109 a header by which a backend would serve another method says the one that was judged: ${protocol}`, async () => {
    const forged: Pairs = METHOD_OVERRIDES.flatMap((name) => [
      [name, 'DELETE'],
      [name.toLowerCase(), 'DELETE'],
    ]);
    const seen = async (method: string, path: string) => {
      const reply = await sender(gateway.port, method, path, [['Authorization', 'x'], ...forged]);
      assert.equal(reply.status, 200, reply.text);
      return METHOD_OVERRIDES.map((name) => received(reply.json().headers)(name));
    };
    assert.deepEqual(await seen('POST', '/rest/guarded'), [['POST'], ['POST'], ['POST']]);
    assert.deepEqual(await seen('PATCH', '/rest/open'), [['PATCH'], ['PATCH'], ['PATCH']]);
    assert.deepEqual(await seen('POST', '/http/guarded'), [[], [], []]);
  });

  test(`A109 another mix of hyphens and underscores is another header, never ours: the web ACL blocks it, and the page names the backends: ${protocol}`, async () => {
    for (const spelling of ['X_JWT_Assertion', 'X-JWT_Assertion', 'X_JWT-Assertion']) {
      for (const path of ['/rest/guarded', '/http/guarded']) {
        const reply = await sender(gateway.port, 'POST', path, [
          ['Authorization', 'x'],
          [spelling, 'forged'],
        ]);
        assert.deepEqual(received(reply.json().headers)(HEADER), ['signed']);
        assert.deepEqual(received(reply.json().headers)(spelling), ['forged']);
      }
    }
  });
}

test('A106 a Connection header that names Authorization hands nothing on', async () => {
  const headers: Pairs = [
    ['Authorization', 'Bearer gat_secret'],
    ['Connection', 'close, Authorization'],
  ];
  const reply = await send(gateway.port, 'POST', '/rest/guarded', [...headers]);
  assert.deepEqual(received(reply.json().headers)('authorization'), ['none']);
});

test('A106 an HTTP API takes a password only where a rule asks for one by name: `all` does not, since the backend would get it', async () => {
  const authorization = basic('john@my_company:pässword:1');
  for (const [handlers, allowed] of [
    [undefined, false],
    ['all', false],
    [['oauth2', 'certificate'], false],
    [['oauth2', 'basic'], true],
  ] as const) {
    const rule = { path: '/*', ...(handlers !== undefined && { handlers }) };
    const world = openPeople({ resources: [rule] });
    world.stores.put('Tenants', { ...world.pizzashack, entry: 'api#simple', apiId: SIMPLE_API_ID, resources: [rule] });
    for (const event of [http1Event, http2Event, httpSimpleEvent]) {
      const { status } = await world.call(event({ authorization }));
      assert.equal(status === 200, allowed, `${handlers} ${event.name}`);
      if (!allowed) assert.equal(reason(world), 'no-credential');
    }
    // A REST API keeps the password from its backend, so there `all` is everything.
    for (const event of [restRequestEvent, restTokenEvent])
      assert.equal((await world.call(event({ authorization }))).status === 200, handlers === undefined || handlers === 'all' || allowed);
  }
});

test('A106 a wrong password where none is taken is not looked at, and not counted', async () => {
  const world = openPeople();
  for (let guess = 0; guess < 7; guess++) await world.call(http2Event({ authorization: basic('john@my_company:wrong') }));
  assert.equal((await call(world, { authorization: basic('john@my_company:pässword:1') })).status, 200);
});
