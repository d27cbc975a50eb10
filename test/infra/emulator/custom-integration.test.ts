// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of mapping templates are written so.
// Integrations of a REST API that are no proxies, as far as mapping templates are plain (infra/emulator/README.md).

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { headerValue } from '../../../infra/emulator/gateway/http-message.ts';
import { findUnknownInTemplate } from '../../../infra/emulator/gateway/rest-api/plain-template.ts';
import { type EchoBackend, openEchoBackend } from '../../support/echo-backend.ts';
import { invocationUri, restApi } from '../../support/gateway-template.ts';
import { openTestGateway, type TestGateway } from '../../support/local-gateway.ts';

const BACKEND = `
export const handler = async (event) => {
  if (event.fail) throw new Error('Bad: ' + event.fail);
  return { got: event };
};`;

let backend: EchoBackend;
let gateway: TestGateway;

const responses = (...own: object[]) => [{ StatusCode: '200' }, ...own];
const aws = (more: object) => ({ Type: 'AWS', IntegrationHttpMethod: 'POST', Uri: invocationUri('Backend'), ...more });

before(async () => {
  backend = await openEchoBackend({ 'X-Own': 'yes' });
  const http = (more: object) => ({
    Type: 'HTTP',
    IntegrationHttpMethod: 'POST',
    Uri: backend.url,
    IntegrationResponses: responses(),
    ...more,
  });
  const method = (path: string, integration: object, more: object = {}) => ({ path, method: 'POST', integration, more });
  const template = {
    'application/json': '{"id":"$input.params(\'id\')","name":$input.json(\'$.a[1].b\'),"ip":"$context.identity.sourceIp"}',
  };
  gateway = await openTestGateway(
    restApi([
      method('/function/{id}', aws({ RequestTemplates: template, IntegrationResponses: responses() })),
      method(
        '/failing',
        aws({
          IntegrationResponses: responses({
            StatusCode: '400',
            SelectionPattern: 'Bad: .*',
            ResponseTemplates: { 'text/plain': "$input.path('$.errorMessage')" },
            ResponseParameters: { 'method.response.header.X-Kind': "'bad'" },
          }),
        }),
      ),
      method('/never', http({ RequestTemplates: template, PassthroughBehavior: 'NEVER' })),
      method(
        '/mapped',
        http({
          RequestParameters: {
            'integration.request.header.X-Given': 'method.request.header.X-Sent',
            'integration.request.querystring.q': "'1'",
          },
          IntegrationResponses: responses({
            StatusCode: '201',
            SelectionPattern: '200',
            ResponseParameters: { 'method.response.header.X-Back': 'integration.response.header.X-Own' },
          }),
        }),
      ),
      method('/velocity', http({ RequestTemplates: { 'application/json': '#set($a = 1) $a' } })),
      method('/queue', { Type: 'AWS', Uri: 'arn:aws:apigateway:us-east-1:sqs:path/1/q', IntegrationHttpMethod: 'POST' }),
      method('/iam', http({}), { AuthorizationType: 'AWS_IAM' }),
    ]),
    { Backend: BACKEND },
  );
});
after(async () => {
  await gateway?.close();
  await backend?.close();
});

const JSON_TYPE = [['Content-Type', 'application/json']] as const;
const post = (path: string, body: object, more: readonly (readonly [string, string])[] = []) =>
  gateway.send('POST', path, [...JSON_TYPE, ...more], JSON.stringify(body));

test('a function gets what the template makes, of parameters, body and context', async () => {
  const reply = await post('/function/7', { a: [0, { b: 'x' }] });
  assert.deepEqual([reply.status, reply.json()], [200, { got: { id: '7', name: 'x', ip: '127.0.0.1' } }]);
});

test('an integration response is chosen by the error of the function', async () => {
  const reply = await post('/failing', { fail: 'no' });
  assert.deepEqual([reply.status, reply.text, headerValue(reply.headers, 'x-kind')], [400, 'Bad: no', 'bad']);
  assert.deepEqual((await post('/failing', { a: 1 })).json(), { got: { a: 1 } });
});

test('nothing of the client’s goes on but what is mapped, and an answer’s header but where it is', async () => {
  const reply = await post('/mapped?x=2', { a: 1 }, [
    ['X-Sent', 's'],
    ['X-Other', 'o'],
  ]);
  const seen = reply.json() as { readonly url: string; readonly body: string; readonly headers: readonly (readonly [string, string])[] };
  const names = seen.headers.map(([name]) => name.toLowerCase());
  assert.deepEqual([reply.status, seen.url, seen.body, headerValue(reply.headers, 'x-back')], [201, '/?q=1', '{"a":1}', 'yes']);
  assert.ok(names.includes('x-given') && !names.includes('x-other') && !names.includes('x-sent'));
});

test('a media type without a template is refused where nothing may be passed through', async () => {
  const reply = await gateway.send('POST', '/never', [['Content-Type', 'text/plain']], 'x');
  assert.equal(reply.status, 415);
});

test('what is not run here answers 501 with the reason, and reaches no backend', async () => {
  for (const [path, why] of [
    ['/velocity', /its mapping template has #set, which is more than plain substitution/],
    ['/queue', /nothing here stands in for sqs/],
    ['/iam', /authorization of type AWS_IAM is not checked here/],
  ] as const) {
    const reply = await post(path, {});
    assert.equal(reply.status, 501, path);
    assert.match(reply.text, why);
    assert.ok(gateway.lines.some((line) => why.test(line)));
  }
});

test('a template is plain where nothing in it would be run, whatever text is around', () => {
  for (const plain of ['', '{"a": 1}', '$input.body', '${context.requestId}', "$input.params('x') costs 5 $"])
    assert.equal(findUnknownInTemplate(plain), undefined, plain);
  for (const more of [
    '#foreach($x in $y)',
    '$util.escapeJavaScript($input.body)',
    '$input.params()',
    '$!x',
    '${x}',
    "$input.path('$').size()$x",
  ])
    assert.notEqual(findUnknownInTemplate(more), undefined, more);
  fc.assert(fc.property(fc.string(), (text) => void findUnknownInTemplate(text)));
});
