// REST APIs whose api# entry says `countTiers`: the answer of a used-up tier is 429, and no cache goes round the count.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { ProtectRestApiProps } from '../../infra/gatehouse/authorizers/protect-rest-api-props.ts';
import { openGatehouseStack, openStackBeside, resourcesOf } from './support/synthesise-stack.ts';

function gatewayResponseOf(type: string, props: ProtectRestApiProps): Record<string, unknown> {
  const stack = openGatehouseStack({ observability: false });
  const other = openStackBeside(stack);
  const api = new RestApi(other, 'Api');
  stack.gatehouse.protectRestApi('Gatehouse', api, props).protect(api.root, 'GET', { kind: 'http', url: 'https://backend.example.com/' });
  const responses = resourcesOf(Template.fromStack(other), 'AWS::ApiGateway::GatewayResponse').map(({ Properties }) => Properties);
  return responses.find(({ ResponseType }) => ResponseType === type) ?? {};
}

test('the answer that is none is 429 with Retry-After where tiers are counted, and 500 elsewhere', () => {
  const counted = gatewayResponseOf('AUTHORIZER_CONFIGURATION_ERROR', { countTiers: true, cacheSeconds: 0 });
  assert.equal(counted.StatusCode, '429');
  const parameters = counted.ResponseParameters as Record<string, string>;
  assert.equal(parameters['gatewayresponse.header.Retry-After'], "'60'");
  const [body = ''] = Object.values(counted.ResponseTemplates as Record<string, string>);
  assert.equal(JSON.parse(body).code, '900803');
  assert.equal(gatewayResponseOf('AUTHORIZER_CONFIGURATION_ERROR', { cacheSeconds: 0 }).StatusCode, '500');
  assert.equal(gatewayResponseOf('AUTHORIZER_FAILURE', { countTiers: true, cacheSeconds: 0 }).StatusCode, '500', 'an outage is no 429');
});

test('a cache is refused, since what it answers is not counted', () => {
  assert.throws(() => gatewayResponseOf('UNAUTHORIZED', { countTiers: true, cacheSeconds: 60 }), /Counted tiers need cacheSeconds: 0/);
});
