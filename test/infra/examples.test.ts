// The examples for APIs made without the construct say what the construct does.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { Stack } from 'aws-cdk-lib/core';
import { readRestApis } from '../../infra/emulator/gateway/rest-api/read-rest-apis.ts';
import { readTemplate } from '../../infra/emulator/template/read-template.ts';
import { openApp, openGatehouseStack, resourcesOf, routesOf } from './support/synthesise-stack.ts';

const example = (name: string): string => fileURLToPath(new URL(`../../infra/examples/${name}`, import.meta.url));
const DEPLOYMENT = { stackName: 'Example', region: 'us-east-1', accountId: '123456789012' };
const PARAMETERS = {
  AuthorizerFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:authorizer',
  AuthorizerInvokeRoleArn: 'arn:aws:iam::123456789012:role/invoke',
};

function include(name: string): Template {
  const stack = new Stack(openApp(), 'Example');
  new CfnInclude(stack, 'Include', { templateFile: example(name) });
  return Template.fromStack(stack);
}

const ours = Template.fromStack(openGatehouseStack({ observability: false }));
const demoApi = resourcesOf(ours, 'AWS::ApiGateway::RestApi').find(({ Properties }) => Properties.Name === 'PizzaShack')?.id ?? '';

/** Request parameters of the integration of a route, such as `GET /orders`. */
function mappingOf(of: Template, apiId: string, route: string): Readonly<Record<string, string>> {
  const integration = routesOf(of, apiId).get(route)?.Integration as { RequestParameters?: Record<string, string> } | undefined;
  assert.ok(integration?.RequestParameters !== undefined, route);
  return integration.RequestParameters;
}

const tokenApi =
  resourcesOf(ours, 'AWS::ApiGateway::RestApi').find(({ Properties }) => Properties.Name === 'Gatehouse token API')?.id ?? '';

/** The construct's own gateway responses of an API whose routes invite no passwords, by type. */
const ownResponses = new Map(
  resourcesOf(ours, 'AWS::ApiGateway::GatewayResponse')
    .filter(({ Properties }) => JSON.stringify(Properties.RestApiId).includes(tokenApi))
    .map(({ Properties: { RestApiId: _, ...properties } }) => [properties.ResponseType, properties]),
);

test('CloudFormation: the local gateway understands it, and it is what the construct makes', () => {
  const template = include('rest-api.yaml');
  const [api] = readRestApis(readTemplate(template.toJSON(), DEPLOYMENT, { parameters: PARAMETERS }));
  const byPath = new Map(api?.routes.map((route) => [route.resourcePath, route]));
  const authorizer = byPath.get('/orders')?.authorizer;
  const [own] = resourcesOf(ours, 'AWS::ApiGateway::Authorizer');
  assert.deepEqual(
    [authorizer?.type, authorizer?.identitySources.join(','), authorizer?.ttlSeconds, authorizer?.functionArn],
    [own?.Properties.Type, own?.Properties.IdentitySource, own?.Properties.AuthorizerResultTtlInSeconds, PARAMETERS.AuthorizerFunctionArn],
  );
  assert.equal(byPath.get('/health')?.authorizer, undefined);
  assert.deepEqual(mappingOf(template, 'Api', 'GET /orders'), mappingOf(ours, demoApi, 'GET /pizzashack/1.0.0/menu'));
  assert.deepEqual(mappingOf(template, 'Api', 'GET /health'), mappingOf(ours, demoApi, 'GET /pizzashack/1.0.0/health'));
  const responses = resourcesOf(template, 'AWS::ApiGateway::GatewayResponse').map(
    ({ Properties: { RestApiId: _, ...properties } }) => properties,
  );
  assert.equal(responses.length, 3);
  for (const response of responses) assert.deepEqual(response, ownResponses.get(response.ResponseType));
});

test('SAM: the same authorizer, and the same words', () => {
  const [api] = resourcesOf(include('sam.yaml'), 'AWS::Serverless::Api');
  assert.ok(api !== undefined);
  const { Auth, GatewayResponses } = api.Properties as {
    Auth: { Authorizers: { Gatehouse: Record<string, unknown> }; AddDefaultAuthorizerToCorsPreflight: boolean };
    GatewayResponses: Record<string, { ResponseTemplates: unknown; ResponseParameters: { Headers: Record<string, string> } }>;
  };
  assert.equal(Auth.AddDefaultAuthorizerToCorsPreflight, false);
  assert.equal(Auth.Authorizers.Gatehouse.FunctionPayloadType, 'REQUEST');
  assert.deepEqual(Auth.Authorizers.Gatehouse.Identity, {
    Headers: ['Authorization'],
    Context: ['httpMethod', 'path'],
    ReauthorizeEvery: 60,
  });
  for (const [type, { ResponseTemplates, ResponseParameters }] of Object.entries(GatewayResponses)) {
    const own = ownResponses.get(type);
    assert.deepEqual(ResponseTemplates, own?.ResponseTemplates);
    const headers = own?.ResponseParameters as Record<string, string>;
    for (const [name, value] of Object.entries(ResponseParameters.Headers)) assert.equal(value, headers[`gatewayresponse.header.${name}`]);
  }
});

test('Terraform: the same, as text', () => {
  const text = readFileSync(example('rest-api.tf'), 'utf8');
  const [own] = resourcesOf(ours, 'AWS::ApiGateway::Authorizer');
  assert.ok(text.includes(`"${own?.Properties.IdentitySource}"`));
  for (const route of ['menu', 'health']) {
    const mapped = Object.entries(mappingOf(ours, demoApi, `GET /pizzashack/1.0.0/${route}`));
    assert.ok(mapped.length >= 5);
    for (const [name, value] of mapped)
      assert.match(text, new RegExp(`"${name.replaceAll('.', '\\.')}" += "${value.replaceAll('.', '\\.')}"`), name);
  }
  for (const type of ['UNAUTHORIZED', 'ACCESS_DENIED', 'AUTHORIZER_FAILURE']) {
    const response = ownResponses.get(type) as {
      StatusCode: string;
      ResponseTemplates: Record<string, string>;
      ResponseParameters: Record<string, string>;
    };
    const block = text.slice(text.indexOf(`${type} = {`), text.indexOf('}\n    }', text.indexOf(`${type} = {`)));
    assert.ok(block.includes(`status = "${response.StatusCode}"`));
    const body = JSON.parse(response.ResponseTemplates['application/json'] ?? '') as Record<string, string>;
    for (const [name, value] of Object.entries(body)) assert.ok(block.includes(`${name} = "${value}"`), `${type} ${name}`);
    const decision = response.ResponseParameters['gatewayresponse.header.Gatehouse-Decision'];
    assert.equal(decision !== undefined, type === 'ACCESS_DENIED');
    if (decision !== undefined) assert.ok(text.includes(`{ "gatewayresponse.header.Gatehouse-Decision" = "${decision}" }`));
    const challenge = response.ResponseParameters['gatewayresponse.header.WWW-Authenticate'];
    if (challenge !== undefined) assert.ok(block.includes(`www_authenticate = ${JSON.stringify(challenge)}`), type);
    for (const name of ['Access-Control-Allow-Origin', 'Access-Control-Expose-Headers', 'Cache-Control'])
      assert.match(
        text,
        new RegExp(
          `"gatewayresponse\\.header\\.${name}"\\s+= "${response.ResponseParameters[`gatewayresponse.header.${name}`]?.replaceAll('*', '\\*')}"`,
        ),
      );
  }
});
