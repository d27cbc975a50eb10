// Addresses on AWS become those of the local run, wherever a template has them, and nothing that only begins alike.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTemplate } from '../../../infra/emulator/template/read-template.ts';
import { withLocalAddresses } from '../../../infra/local/local-addresses.ts';

const GATEWAY = 'http://127.0.0.1:3000';
const DEPLOYMENT = { stackName: 'Test', region: 'us-east-1', accountId: '123456789012' };
const WELL_KNOWN = '/.well-known/oauth-protected-resource';

const stage = (Api: string, StageName: string) => ({
  Type: 'AWS::ApiGateway::Stage',
  Properties: { RestApiId: Api, StageName },
});
const entry = (ApiId: string, root: string, authorizationServer = 'https://x.example') => ({
  Type: 'Custom::GatehouseApiEntry',
  Properties: {
    Tenant: 'acme',
    ApiId,
    Stage: 'prod',
    Entry: JSON.stringify({ resource: `${root}/mcp`, discovery: { metadataUrl: `${root}${WELL_KNOWN}/mcp`, authorizationServer } }),
  },
});

/** Texts of the template, rewritten. */
function rewritten(resources: Readonly<Record<string, object>>, texts: readonly string[], issuer?: string): readonly unknown[] {
  const Texts = { Type: 'AWS::ApiGateway::GatewayResponse', Properties: { Texts: texts } };
  const template = readTemplate({ Resources: { ...resources, Texts } }, DEPLOYMENT);
  return withLocalAddresses(template, GATEWAY, issuer).resources('AWS::ApiGateway::GatewayResponse')[0]?.properties
    .Texts as readonly unknown[];
}

const aws = (id: string) => `https://${id}.execute-api.us-east-1.amazonaws.com`;

test('the address of a stage is that of the API here, whole: a longer name of a stage, of an API and of a Region is another', () => {
  const resources = { One: stage('abc', 'prod'), Two: stage('abc', 'prod2') };
  const Http = { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId: 'web', StageName: '$default' } };
  const own = `${GATEWAY}/_gatehouse/apis/abc/prod`;
  assert.deepEqual(
    rewritten({ ...resources, Http }, [
      `'resource_metadata="${aws('abc')}/prod${WELL_KNOWN}"'`,
      `{"resource":"${aws('abc')}/prod"}`,
      `${aws('abc')}/prod2/x`,
      `${aws('abc')}/production`,
      `${aws('web')}/mcp`,
      `${aws('web')}.example/mcp`,
      `${aws('other')}/prod`,
    ]),
    [
      `'resource_metadata="${own}${WELL_KNOWN}"'`,
      `{"resource":"${own}"}`,
      `${own}2/x`,
      `${aws('abc')}/production`,
      `${GATEWAY}/_gatehouse/apis/web/$default/mcp`,
      `${aws('web')}.example/mcp`,
      `${aws('other')}/prod`,
    ],
  );
});

test('one custom domain is the root of the gateway; of two, and below a base path, each is the address of its API', () => {
  const tools = 'https://tools.example';
  const one = { One: entry('abc', tools), Below: entry('def', 'https://api.example/tools') };
  assert.deepEqual(
    rewritten(one, [`${tools}/mcp`, 'https://tools.example.com/mcp', 'https://api.example/tools/mcp', 'https://api.example/x']),
    [`${GATEWAY}/mcp`, 'https://tools.example.com/mcp', `${GATEWAY}/_gatehouse/apis/def/prod/mcp`, 'https://api.example/x'],
  );
  assert.deepEqual(rewritten({ ...one, Two: entry('ghi', 'https://two.example') }, [`${tools}/mcp`, 'https://two.example/mcp']), [
    `${GATEWAY}/_gatehouse/apis/abc/prod/mcp`,
    `${GATEWAY}/_gatehouse/apis/ghi/prod/mcp`,
  ]);
});

test('the issuer is where the gateway listens: that of the run, and that of a Gatehouse elsewhere for a tenant of its own', () => {
  const issuer = 'https://login.example/v1';
  assert.deepEqual(rewritten({}, [issuer, `${issuer}/t/acme`, `${issuer}2`], issuer), [GATEWAY, `${GATEWAY}/t/acme`, `${issuer}2`]);
  const elsewhere = { One: entry('abc', 'https://tools.example', 'https://login.elsewhere.example/t/acme') };
  assert.deepEqual(rewritten(elsewhere, ['https://login.elsewhere.example/t/acme', 'https://login.elsewhere.example/t/other']), [
    `${GATEWAY}/t/acme`,
    'https://login.elsewhere.example/t/other',
  ]);
});
