// An HTTP API that clients find by its URL alone: what the construct adds to it, and what it refuses.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import { HttpApi, type HttpApiProps, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { App } from 'aws-cdk-lib/core';
import type { ProtectHttpApiProps } from '../../infra/gatehouse/authorizers/http-authorizer.ts';
import { Gatehouse } from '../../infra/gatehouse/gatehouse.ts';
import { openGatehouseStack, openStackBeside, resourcesOf, textOf } from './support/synthesise-stack.ts';

const ISSUER = 'https://login.example.com';
const http = { kind: 'http', url: 'https://backend.example.com/mcp' } as const;

function synthesise(props: ProtectHttpApiProps, api: HttpApiProps = {}) {
  const stack = openGatehouseStack({ issuer: ISSUER });
  const other = openStackBeside(stack);
  const httpApi = new HttpApi(other, 'Api', api);
  const routes = stack.gatehouse.protectHttpApi('Tools', httpApi, { tenant: 'acme', ...props });
  routes.protect('/mcp', HttpMethod.POST, http, { scopes: ['tools:use'] });
  App.of(other)?.synth();
  return { stack, other, template: Template.fromStack(other) };
}

const resource = { path: '/mcp', scopes: ['tools:use'] };

test('resource adds two routes to the token function, and a role that may call nothing else; without it nothing is there', () => {
  const { template, stack, other } = synthesise({ resource }, { defaultAuthorizer: new HttpIamAuthorizer() });
  const routes = resourcesOf(template, 'AWS::ApiGatewayV2::Route').filter(({ Properties }) =>
    String(Properties.RouteKey).startsWith('ANY'),
  );
  assert.deepEqual(
    routes.map(({ Properties }) => [Properties.RouteKey, Properties.AuthorizationType, Properties.AuthorizerId]),
    [
      ['ANY /.well-known/oauth-protected-resource', 'NONE', undefined],
      ['ANY /.well-known/oauth-protected-resource/mcp', 'NONE', undefined],
    ],
  );
  const integrations = resourcesOf(template, 'AWS::ApiGatewayV2::Integration').filter(
    ({ Properties }) => Properties.IntegrationType === 'AWS_PROXY',
  );
  assert.ok(integrations.length > 0);
  for (const { Properties } of integrations) {
    assert.equal(Properties.PayloadFormatVersion, '2.0');
    assert.match(textOf(Properties.CredentialsArn), /MetadataRole/);
  }
  const [policy] = resourcesOf(template, 'AWS::IAM::Policy').filter(({ id }) => id.includes('MetadataRole'));
  const text = JSON.stringify(policy?.Properties.PolicyDocument);
  assert.deepEqual(text.match(/"Action":[^,]+/g), ['"Action":"lambda:InvokeFunction"']);
  assert.match(text, /"Resource":.*TokenFunction/);
  // The stack of Gatehouse has nothing of it: no permission on its function for each API.
  assert.ok(!stack.dependencies.includes(other));
  assert.equal(resourcesOf(template, 'AWS::Lambda::Permission').length, 0);
  const without = JSON.stringify(synthesise({}).template.toJSON());
  assert.doesNotMatch(without, /well-known|MetadataRole|discovery|TokenFunction/);
});

test('the entry has what the document is made from, at the address of the stage and on a custom domain', () => {
  const entryOf = (props: ProtectHttpApiProps, api: HttpApiProps = {}) => {
    const [entry] = resourcesOf(synthesise(props, api).template, 'Custom::GatehouseApiEntry');
    return JSON.parse(textOf(entry?.Properties.Entry)) as Record<string, unknown>;
  };
  const url = 'https://<ApiF70053CD>.execute-api.<AWS::Region>.<AWS::URLSuffix>';
  const stage = entryOf({ resource });
  assert.equal(stage.resource, `${url}/mcp`);
  assert.deepEqual(stage.discovery, {
    metadataUrl: `${url}/.well-known/oauth-protected-resource/mcp`,
    authorizationServer: `${ISSUER}/t/acme`,
    scopes: ['tools:use'],
  });
  const domain = entryOf({ resource: { ...resource, url: 'https://tools.example.com' } }, { disableExecuteApiEndpoint: true });
  assert.equal(domain.resource, 'https://tools.example.com/mcp');
});

test('what can not work is refused with what to do', () => {
  assert.throws(() => synthesise({ resource }, { disableExecuteApiEndpoint: true }), /say url/);
  const other = openStackBeside(openGatehouseStack());
  const open = (id: string, tokenFunctionArn?: string) =>
    Gatehouse.fromAttributes(other, id, {
      authorizerFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:Authorizer',
      ...(tokenFunctionArn !== undefined && { tokenFunctionArn }),
    });
  const shared = { resource: { authorizationServer: 'https://login.example.com' } };
  const api = new HttpApi(other, 'Api');
  assert.throws(() => open('Without').protectHttpApi('A', api, shared), /needs tokenFunctionArn of Gatehouse.fromAttributes/);
  assert.throws(() => open('Bad', 'arn:x'), /tokenFunctionArn must be the ARN/);
  const elsewhere = open('With', 'arn:aws:lambda:us-east-1:123456789012:function:Token');
  assert.equal(elsewhere.protectHttpApi('B', api, shared).resource?.paths.length, 1);
  assert.throws(() => elsewhere.protectHttpApi('C', api, shared), /the API has this route already/);
});
