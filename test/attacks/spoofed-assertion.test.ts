// A72: a client sends the end-user JWT's header itself: in any case, several times, with underscores, hidden by
// `Connection`, over HTTP/1.1 and HTTP/2, to REST and HTTP APIs, on routes with and without authorizer.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type EchoBackend, openEchoBackend } from '../support/echo-backend.ts';
import { httpApi, restApi } from '../support/gateway-template.ts';
import { send, sendHttp2 } from '../support/http-clients.ts';
import { openTestGateway, type TestGateway } from '../support/local-gateway.ts';

/** Policy form for both kinds of API. */
const AUTHORIZER = `
export const handler = async (event) => ({ principalId: 'p', context: { endUserJwt: 'signed' }, policyDocument: { Version: '2012-10-17',
  Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: event.methodArn ?? event.routeArn }] } });`;

let backend: EchoBackend;
let gateway: TestGateway;

before(async () => {
  backend = await openEchoBackend();
  const rest = (value: string) => ({
    Type: 'HTTP_PROXY',
    Uri: backend.url,
    IntegrationHttpMethod: 'ANY',
    RequestParameters: { 'integration.request.header.X-JWT-Assertion': value },
  });
  const http = (RequestParameters: object) => ({
    IntegrationType: 'HTTP_PROXY',
    IntegrationMethod: 'ANY',
    IntegrationUri: backend.url,
    RequestParameters,
  });
  const resources = {
    ...restApi(
      [
        { path: '/rest/guarded', method: 'ANY', integration: rest('context.authorizer.endUserJwt'), authorized: true },
        { path: '/rest/open', method: 'ANY', integration: rest("'none'") },
      ],
      { IdentitySource: 'method.request.header.Authorization', AuthorizerResultTtlInSeconds: 300 },
    ),
    ...httpApi(
      [
        {
          routeKey: 'ANY /http/guarded',
          integration: http({ 'overwrite:header.X-JWT-Assertion': '$context.authorizer.endUserJwt' }),
          authorized: true,
        },
        { routeKey: 'ANY /http/open', integration: http({ 'overwrite:header.X-JWT-Assertion': 'none' }) },
      ],
      { AuthorizerPayloadFormatVersion: '2.0', IdentitySource: ['$request.header.Authorization'], AuthorizerResultTtlInSeconds: 300 },
    ),
  };
  gateway = await openTestGateway(resources, { AuthorizerFunction: AUTHORIZER });
});

after(async () => {
  await gateway?.close();
  await backend?.close();
});

const NAMES = ['X-JWT-Assertion', 'x-jwt-assertion', 'X-JWT-ASSERTION', 'x-Jwt-aSSertion'];

const SPOOFS: readonly (readonly (readonly [string, string])[])[] = [
  ...NAMES.map((name) => [[name, 'forged']] as const),
  NAMES.map((name) => [name, 'forged'] as const),
  [
    ['X-JWT-Assertion', ''],
    ['X-JWT-Assertion', 'forged'],
  ],
  [['X-JWT-Assertion', 'a,forged']],
];

const seen = (headers: readonly (readonly [string, string])[]): string[] =>
  headers.flatMap(([name, value]) => (name.toLowerCase() === 'x-jwt-assertion' ? [value] : []));

for (const [protocol, sender] of [
  ['HTTP/1.1', send],
  ['HTTP/2', sendHttp2],
] as const) {
  for (const api of ['rest', 'http'] as const) {
    test(`A72 a spoofed X-JWT-Assertion never reaches the backend: ${protocol}, ${api} API`, async () => {
      for (const spoof of SPOOFS) {
        // Twice: the second answer of the authorizer comes from the cache.
        for (let at = 0; at < 2; at++) {
          const guarded = await sender(gateway.port, 'GET', `/${api}/guarded`, [['Authorization', 'x'], ...spoof]);
          assert.equal(guarded.status, 200, guarded.text);
          assert.deepEqual(seen(guarded.json().headers), ['signed']);
        }
        const open = await sender(gateway.port, 'GET', `/${api}/open`, [...spoof]);
        assert.equal(open.status, 200, open.text);
        assert.deepEqual(seen(open.json().headers), ['none']);
        assert.doesNotMatch(JSON.stringify([guardedHeaders(open.json().headers)]), /forged/);
      }
    });
  }
}

function guardedHeaders(headers: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
  return headers.filter(([name]) => name.toLowerCase().includes('jwt'));
}

test('A72 Connection can’t strip the mapped header, nor hide the client’s own', async () => {
  for (const path of ['/rest/guarded', '/http/guarded']) {
    const reply = await send(gateway.port, 'GET', path, [
      ['Authorization', 'x'],
      ['Connection', 'close, X-JWT-Assertion'],
      ['X-JWT-Assertion', 'forged'],
    ]);
    assert.deepEqual(seen(reply.json().headers), ['signed']);
  }
});

test('A72 a name with underscores is another header to API Gateway: it is never taken for ours, and a backend must not merge the two', async () => {
  for (const sender of [send, sendHttp2]) {
    for (const path of ['/rest/guarded', '/http/guarded']) {
      const reply = await sender(gateway.port, 'GET', path, [
        ['Authorization', 'x'],
        ['X_JWT_Assertion', 'forged'],
      ]);
      assert.deepEqual(seen(reply.json().headers), ['signed']);
    }
  }
});
