// An app that has a copy of aws-cdk-lib of its own, as one has beside a clone of Gatehouse, is held to the same rules (A72).

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import * as firstCopy from 'aws-cdk-lib/aws-apigateway';
import { Gatehouse } from '../../infra/index.ts';
import { LEAN_APP } from './support/synthesise-stack.ts';

const require = createRequire(import.meta.url);
for (const path of Object.keys(require.cache)) if (path.includes('/aws-cdk-lib/')) delete require.cache[path];
const { App, Stack }: typeof import('aws-cdk-lib/core') = require('aws-cdk-lib/core');
const rest: typeof import('aws-cdk-lib/aws-apigateway') = require('aws-cdk-lib/aws-apigateway');
const http: typeof import('aws-cdk-lib/aws-apigatewayv2') = require('aws-cdk-lib/aws-apigatewayv2');

const BACKEND = { kind: 'http', url: 'https://backend.example.org/' } as const;

function openApp() {
  const app = new App(LEAN_APP);
  const stack = new Stack(app, 'Mine');
  return { app, stack, gatehouse: new Gatehouse(stack, 'Gatehouse', { issuer: 'https://login.example.org' }) };
}

test('A72 routes made with another copy of aws-cdk-lib are looked at as well', () => {
  assert.notEqual(rest.CfnMethod, firstCopy.CfnMethod);
  const { app, stack, gatehouse } = openApp();
  const api = new rest.RestApi(stack, 'Api');
  const routes = gatehouse.protectRestApi('Orders', api);
  routes.protect(api.root, 'GET', BACKEND);
  api.root.addResource('health').addMethod('GET', new rest.HttpIntegration('https://backend.example.org/health'));
  const httpApi = new http.HttpApi(stack, 'HttpApi');
  const httpRoutes = gatehouse.protectHttpApi('HttpOrders', httpApi);
  httpRoutes.protect('/order', http.HttpMethod.POST, BACKEND);
  const integration = new http.CfnIntegration(stack, 'Integration', {
    apiId: httpApi.apiId,
    integrationType: 'HTTP_PROXY',
    integrationMethod: 'GET',
    integrationUri: 'https://backend.example.org/health',
    payloadFormatVersion: '1.0',
  });
  new http.CfnRoute(stack, 'Route', { apiId: httpApi.apiId, routeKey: 'GET /open', target: `integrations/${integration.ref}` });
  assert.throws(
    () => app.synth(),
    (error) => /GET \/?.*health.*must map/.test(String(error)) && /GET \/open: /.test(String(error)),
  );
});

test('usage plans work with another copy of aws-cdk-lib', () => {
  const { app, stack, gatehouse } = openApp();
  const api = new rest.RestApi(stack, 'Api');
  gatehouse.protectRestApi('Orders', api, { usagePlans: true }).protect(api.root, 'GET', BACKEND);
  const { Resources } = app.synth().getStackByName('Mine').template;
  const sources = Object.values<{ Type: string; Properties: { ApiKeySourceType?: string } }>(Resources).filter(
    ({ Type }) => Type === 'AWS::ApiGateway::RestApi',
  );
  assert.ok(sources.some(({ Properties }) => Properties.ApiKeySourceType === 'AUTHORIZER'));
});
