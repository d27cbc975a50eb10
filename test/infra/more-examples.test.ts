// The examples for HTTP APIs and for OpenAPI documents say what the construct does, and all examples for one kind of API have
// the same routes: a guarded one, an open one, a stage.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Template } from 'aws-cdk-lib/assertions';
import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { Stack } from 'aws-cdk-lib/core';
import { parse } from 'yaml';
import { Gatehouse } from '../../infra/index.ts';
import { openApp, resourcesOf, routesOf } from './support/synthesise-stack.ts';

const FOLDER = fileURLToPath(new URL('../../infra/examples/', import.meta.url));
const textOf = (name: string): string => readFileSync(`${FOLDER}${name}`, 'utf8');

// biome-ignore lint/suspicious/noExplicitAny: documents of others' forms are looked into.
type Document = any;

const escaped = (text: string): string => text.replaceAll(/[.$*+?()[\]{}|^\\]/g, '\\$&');

/** What the construct makes of the two routes that every example has. */
function openOurs(): Template {
  const stack = new Stack(openApp(), 'Ours');
  const gatehouse = new Gatehouse(stack, 'Gatehouse', { observability: false });
  const url = (name: string) => ({ kind: 'http', url: `https://backend.example.com/${name}` }) as const;
  const http = new HttpApi(stack, 'Http');
  const httpRoutes = gatehouse.protectHttpApi('Gatehouse', http);
  httpRoutes.protect('/orders', HttpMethod.GET, url('orders'));
  httpRoutes.open('/health', HttpMethod.GET, url('health'));
  const rest = new RestApi(stack, 'Rest', { cloudWatchRole: false });
  const routes = gatehouse.protectRestApi('Gatehouse', rest);
  routes.protect(rest.root.addResource('orders'), 'GET', url('orders'));
  routes.open(rest.root.addResource('health'), 'GET', url('health'));
  return Template.fromStack(stack);
}

const ours = openOurs();
const only = (of: Template, type: string): Document => resourcesOf(of, type)[0]?.Properties;
const ownHttpAuthorizer = only(ours, 'AWS::ApiGatewayV2::Authorizer');
const ownRestAuthorizer = only(ours, 'AWS::ApiGateway::Authorizer');

/** Mappings of an HTTP API by the last part of the backend's address. */
const mappingsOf = (of: Template): ReadonlyMap<string, unknown> =>
  new Map(
    resourcesOf(of, 'AWS::ApiGatewayV2::Integration').map(({ Properties }: Document) => [
      String(Properties.IntegrationUri).split('/').at(-1) ?? '',
      Properties.RequestParameters,
    ]),
  );

function include(name: string): Template {
  const stack = new Stack(openApp(), 'Example');
  new CfnInclude(stack, 'Include', { templateFile: `${FOLDER}${name}` });
  return Template.fromStack(stack);
}

test('CloudFormation, HTTP API: authorizer, mappings and stage are those of the construct', () => {
  const template = include('http-api.yaml');
  const authorizer = only(template, 'AWS::ApiGatewayV2::Authorizer');
  for (const name of [
    'AuthorizerType',
    'AuthorizerPayloadFormatVersion',
    'EnableSimpleResponses',
    'IdentitySource',
    'AuthorizerResultTtlInSeconds',
  ])
    assert.deepEqual(authorizer[name], ownHttpAuthorizer[name], name);
  assert.deepEqual(mappingsOf(template), mappingsOf(ours));
  const routes = resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(({ Properties }: Document) => [
    Properties.RouteKey,
    Properties.AuthorizationType,
  ]);
  assert.deepEqual(routes, [
    ['GET /orders', 'CUSTOM'],
    ['GET /health', 'NONE'],
  ]);
  assert.deepEqual(only(template, 'AWS::ApiGatewayV2::Stage').StageName, only(ours, 'AWS::ApiGatewayV2::Stage').StageName);
});

test('SAM, HTTP API: the same authorizer', () => {
  const { Gatehouse: authorizer } = only(include('sam-http.yaml'), 'AWS::Serverless::HttpApi').Auth.Authorizers;
  assert.equal(authorizer.AuthorizerPayloadFormatVersion, ownHttpAuthorizer.AuthorizerPayloadFormatVersion);
  assert.equal(authorizer.EnableSimpleResponses, ownHttpAuthorizer.EnableSimpleResponses);
  assert.deepEqual(authorizer.Identity, { Headers: ['Authorization'], ReauthorizeEvery: ownHttpAuthorizer.AuthorizerResultTtlInSeconds });
});

test('Terraform, HTTP API: the same, as text, with a stage', () => {
  const text = textOf('http-api.tf');
  for (const mapped of mappingsOf(ours).values())
    for (const [name, value] of Object.entries(mapped as Record<string, string>))
      assert.ok(new RegExp(`"${escaped(name)}"\\s+= "${escaped(value)}"`).test(text), name);
  for (const [name, value] of [
    ['authorizer_payload_format_version', `"${ownHttpAuthorizer.AuthorizerPayloadFormatVersion}"`],
    ['enable_simple_responses', String(ownHttpAuthorizer.EnableSimpleResponses)],
    ['identity_sources', JSON.stringify(ownHttpAuthorizer.IdentitySource)],
    ['authorizer_result_ttl_in_seconds', String(ownHttpAuthorizer.AuthorizerResultTtlInSeconds)],
  ])
    assert.match(text, new RegExp(`${name}\\s+= ${escaped(value ?? '')}`));
  assert.match(text, /resource "aws_apigatewayv2_stage"/);
  assert.match(textOf('rest-api.tf'), /resource "aws_api_gateway_deployment"[\s\S]*resource "aws_api_gateway_stage"/);
});

const securityOf = (document: Document): Document => document.components.securitySchemes.gatehouse;
const integrationOf = (document: Document, path: string): Document => document.paths[path].get['x-amazon-apigateway-integration'];

test('OpenAPI, HTTP API: authorizer and mappings are those of the construct', () => {
  const document: Document = parse(textOf('openapi-http.yaml'));
  const authorizer = securityOf(document)['x-amazon-apigateway-authorizer'];
  assert.equal(authorizer.authorizerPayloadFormatVersion, ownHttpAuthorizer.AuthorizerPayloadFormatVersion);
  assert.equal(authorizer.enableSimpleResponses, ownHttpAuthorizer.EnableSimpleResponses);
  assert.deepEqual([authorizer.identitySource], ownHttpAuthorizer.IdentitySource);
  assert.equal(authorizer.authorizerResultTtlInSeconds, ownHttpAuthorizer.AuthorizerResultTtlInSeconds);
  for (const name of ['orders', 'health'])
    assert.deepEqual(integrationOf(document, `/${name}`).requestParameters, mappingsOf(ours).get(name), name);
  assert.deepEqual([document.paths['/orders'].get.security, document.paths['/health'].get.security], [[{ gatehouse: [] }], []]);
});

test('OpenAPI, REST API: authorizer, mappings and gateway responses are those of the construct', () => {
  const document: Document = parse(textOf('openapi-rest.yaml'));
  const authorizer = securityOf(document)['x-amazon-apigateway-authorizer'];
  assert.equal(authorizer.identitySource, ownRestAuthorizer.IdentitySource);
  assert.equal(authorizer.authorizerResultTtlInSeconds, ownRestAuthorizer.AuthorizerResultTtlInSeconds);
  assert.equal(authorizer.type.toUpperCase(), ownRestAuthorizer.Type);
  const api = resourcesOf(ours, 'AWS::ApiGateway::RestApi').find(({ Properties }) => Properties.Name === 'Rest')?.id ?? '';
  const routes = routesOf(ours, api);
  for (const path of ['/orders', '/health']) {
    const integration: Document = routes.get(`GET ${path}`)?.Integration;
    assert.deepEqual(integrationOf(document, path).requestParameters, integration.RequestParameters, path);
  }
  const responses = new Map(
    resourcesOf(ours, 'AWS::ApiGateway::GatewayResponse')
      .filter(({ Properties }) => JSON.stringify(Properties.RestApiId).includes(api))
      .map(({ Properties }: Document) => [Properties.ResponseType, Properties]),
  );
  const written: Document = document['x-amazon-apigateway-gateway-responses'];
  assert.deepEqual(Object.keys(written), ['UNAUTHORIZED', 'ACCESS_DENIED', 'AUTHORIZER_FAILURE']);
  for (const [type, { statusCode, responseParameters, responseTemplates }] of Object.entries<Document>(written)) {
    const own: Document = responses.get(type);
    assert.deepEqual(
      [statusCode, responseParameters, responseTemplates],
      [own.StatusCode, own.ResponseParameters, own.ResponseTemplates],
      type,
    );
  }
});

// Tools that no package of Debian brings: they are run where somebody has installed them. `terraform validate` needs a provider
// from a registry of its own, and is not run.
const isInstalled = (program: string): boolean => process.env.GATEHOUSE_LINTERS === '1' && spawnSync(program, ['--version']).status === 0;

if (isInstalled('cfn-lint')) {
  test('cfn-lint has nothing to say', () => {
    const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml') && !name.startsWith('openapi-'));
    const { status, stdout } = spawnSync('cfn-lint', ['--', ...files.map((name) => `${FOLDER}${name}`)], { encoding: 'utf8' });
    assert.equal(status, 0, stdout);
  });
}

if (isInstalled('terraform')) {
  test('terraform fmt would change nothing', () => {
    const { status, stdout } = spawnSync('terraform', ['fmt', '-check', '-diff', FOLDER], { encoding: 'utf8' });
    assert.equal(status, 0, stdout);
  });
}
