// The examples of APIs that clients find by their URL say what the construct does: the local gateway reads both, and runs the same.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Template } from 'aws-cdk-lib/assertions';
import { ApiDefinition, RestApi, SpecRestApi } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { Stack } from 'aws-cdk-lib/core';
import { parse } from 'yaml';
import { readHttpApis } from '../../infra/emulator/gateway/http-api/read-http-apis.ts';
import { readRestApis } from '../../infra/emulator/gateway/rest-api/read-rest-apis.ts';
import type { RestApi as LocalRestApi } from '../../infra/emulator/gateway/rest-api/rest-api.ts';
import { readTemplate } from '../../infra/emulator/template/read-template.ts';
import { Gatehouse } from '../../infra/index.ts';
import { openApp } from './support/synthesise-stack.ts';

const FOLDER = fileURLToPath(new URL('../../infra/examples/', import.meta.url));
const textOf = (name: string): string => readFileSync(`${FOLDER}${name}`, 'utf8');
const DEPLOYMENT = { stackName: 'Example', region: 'us-east-1', accountId: '123456789012' };
const PARAMETERS = {
  AuthorizerFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:authorizer',
  AuthorizerInvokeRoleArn: 'arn:aws:iam::123456789012:role/invoke',
  TokenFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:token',
};

const RESOURCE = {
  url: 'https://tools.example.com',
  path: '/mcp',
  scopes: ['tools:use', 'tools:order'],
  firstScopes: ['tools:use'],
  authorizationServer: 'https://login.example.com/t/acme',
};
const INTEGRATION = { type: 'http_proxy', httpMethod: 'POST', uri: 'https://backend.example.com/mcp' };

/** What the construct makes of the route that every example has. */
function openOurs() {
  const stack = new Stack(openApp(), 'Ours');
  const gatehouse = new Gatehouse(stack, 'Gatehouse', { observability: false });
  const backend = { kind: 'http', url: INTEGRATION.uri } as const;
  const rest = new RestApi(stack, 'Rest', { cloudWatchRole: false });
  gatehouse.protectRestApi('Rest', rest, { resource: RESOURCE }).protect(rest.root.addResource('mcp'), 'POST', backend);
  const http = new HttpApi(stack, 'Http');
  gatehouse.protectHttpApi('Http', http, { resource: RESOURCE }).protect('/mcp', HttpMethod.POST, backend);
  const document = { openapi: '3.0.1', info: { title: 'x', version: '1' }, paths: { '/mcp': { post: operation() } } };
  const apiDefinition = ApiDefinition.fromInline(gatehouse.protectDocument(document, { resource: RESOURCE }));
  const spec = new SpecRestApi(stack, 'Spec', { cloudWatchRole: false, apiDefinition });
  gatehouse.protectRestApi('Spec', spec);
  return readTemplate(Template.fromStack(stack).toJSON(), DEPLOYMENT);
}
const operation = () => ({ 'x-amazon-apigateway-integration': INTEGRATION });

const ours = openOurs();
const ownRest = readRestApis(ours);
const find = (name: string) => ownRest.find(({ logicalId }) => logicalId.startsWith(name));

function include(name: string) {
  const stack = new Stack(openApp(), 'Example');
  new CfnInclude(stack, 'Include', { templateFile: `${FOLDER}${name}` });
  return readTemplate(Template.fromStack(stack).toJSON(), DEPLOYMENT, { parameters: PARAMETERS });
}

/** Routes and refusals of an API, without what each deployment has of its own. */
function behaviourOf(api: LocalRestApi | undefined) {
  assert.ok(api !== undefined);
  const routes = api.routes.map(({ method, resourcePath, authorizer, integration, apiKeyRequired }) => ({
    route: `${method} ${resourcePath}`,
    asks: authorizer && [authorizer.type, authorizer.identitySources, authorizer.ttlSeconds],
    apiKeyRequired,
    integration,
  }));
  return {
    routes: routes.sort((one, other) => (one.route < other.route ? -1 : 1)),
    responses: ['UNAUTHORIZED', 'ACCESS_DENIED'].map((type) => api.gatewayResponses.get(type)),
  };
}

test('CloudFormation, REST API: document, preflight, challenge and guarded route are those of the construct', () => {
  const [api] = readRestApis(include('discovery-rest.yaml'));
  const own = behaviourOf(find('Rest'));
  assert.equal(own.routes.length, 5);
  assert.deepEqual(behaviourOf(api), own);
});

test('OpenAPI, REST API: the same', () => {
  const text = textOf('discovery-openapi-rest.yaml')
    .replaceAll('AUTHORIZER_FUNCTION_ARN', PARAMETERS.AuthorizerFunctionArn)
    .replaceAll('AUTHORIZER_INVOKE_ROLE_ARN', PARAMETERS.AuthorizerInvokeRoleArn);
  const Stage = { Type: 'AWS::ApiGateway::Stage', Properties: { RestApiId: { Ref: 'Api' }, StageName: 'prod' } };
  const Api = { Type: 'AWS::ApiGateway::RestApi', Properties: { Body: parse(text) } };
  const [api] = readRestApis(readTemplate({ Resources: { Api, Stage } }, DEPLOYMENT));
  assert.deepEqual(behaviourOf(api), behaviourOf(find('Spec')));
});

test('CloudFormation, HTTP API: the routes to the token function are those of the construct', () => {
  const behaviour = (template: ReturnType<typeof include>) =>
    readHttpApis(template)[0]
      ?.routes.map(({ routeKey, authorizer, integration }) => {
        const { kind } = integration;
        const calls =
          kind === 'lambda-proxy' ? integration.payloadVersion : kind === 'http-proxy' && [integration.uri, integration.mappings];
        return { routeKey, isGuarded: authorizer !== undefined, kind, calls };
      })
      .sort((one, other) => (one.routeKey < other.routeKey ? -1 : 1));
  const own = behaviour(ours);
  assert.equal(own?.length, 3);
  const example = include('discovery-http.yaml');
  assert.deepEqual(behaviour(example), own);
  for (const [template, called] of [
    [ours, /Token/],
    [example, /function:token$/],
  ] as const) {
    const integration = template
      .resources('AWS::ApiGatewayV2::Integration')
      .find(({ properties }) => properties.CredentialsArn !== undefined);
    assert.match(String(integration?.properties.IntegrationUri), called);
  }
});

test('OpenAPI, HTTP API: any method of both paths, by payload 2.0 and a role, open to everybody', () => {
  const document = parse(textOf('discovery-openapi-http.yaml'));
  const { metadata } = document.components['x-amazon-apigateway-integrations'];
  assert.deepEqual([metadata.type, metadata.payloadFormatVersion, metadata.credentials], ['AWS_PROXY', '2.0', 'METADATA_ROLE_ARN']);
  for (const path of find('Rest')?.routes.filter(({ method }) => method === 'GET') ?? []) {
    const { security, 'x-amazon-apigateway-integration': integration } =
      document.paths[path.resourcePath]['x-amazon-apigateway-any-method'];
    assert.deepEqual([security, integration], [[], { $ref: '#/components/x-amazon-apigateway-integrations/metadata' }]);
  }
});

test('Terraform: the same, as text', () => {
  const rest = textOf('discovery-rest.tf');
  const unauthorized = find('Rest')?.gatewayResponses.get('UNAUTHORIZED')?.parameters['gatewayresponse.header.WWW-Authenticate'] ?? '';
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of Terraform.
  const written = unauthorized.replaceAll(RESOURCE.url, '${var.url}');
  assert.ok(rest.includes(`www_authenticate = ${JSON.stringify(written)}`));
  const answers = find('Rest')?.routes.flatMap(({ integration }) => (integration.kind === 'mock' ? integration.responses : [])) ?? [];
  assert.equal(answers.length, 4);
  for (const { parameters, status } of answers) {
    assert.ok(rest.includes(`status = "${status}"`));
    for (const [name, value] of Object.entries(parameters))
      assert.match(rest, new RegExp(`"${name.split('.').at(-1)}" += "${value.replaceAll('*', '\\*')}"`));
  }
  const [document] = answers.flatMap(({ templates }) => Object.values(templates));
  for (const name of Object.keys(JSON.parse(document ?? '{}'))) assert.match(rest, new RegExp(`^ {4}${name} +=`, 'm'));
  for (const [name, value] of [
    ['authorization', '"NONE"'],
    ['type', '"MOCK"'],
    ['passthrough_behavior', '"NEVER"'],
  ])
    assert.match(rest, new RegExp(`${name} += ${value}`));
  const http = textOf('discovery-http.tf');
  for (const name of ['credentials_arn', 'payload_format_version = "2.0"', 'authorization_type = "NONE"', 'lambda:InvokeFunction'])
    assert.ok(http.includes(name), name);
  assert.match(http, /\["\/\.well-known\/oauth-protected-resource", "\/\.well-known\/oauth-protected-resource\/orders"\]/);
});
