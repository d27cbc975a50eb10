// One API of somebody else's app that the gateway does not know costs the others nothing.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readHttpApis } from '../../../infra/emulator/gateway/http-api/read-http-apis.ts';
import { readTemplate } from '../../../infra/emulator/template/read-template.ts';
import { readEachApi } from '../../../infra/local/read-each-api.ts';
import { DEPLOYMENT } from '../../support/gateway-template.ts';

const api = (id: string, more: object = {}) => ({
  [id]: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: id, ProtocolType: 'HTTP', ...more } },
  [`${id}Stage`]: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId: { Ref: id }, StageName: '$default' } },
  [`${id}Backend`]: {
    Type: 'AWS::ApiGatewayV2::Integration',
    Properties: { ApiId: { Ref: id }, IntegrationType: 'HTTP_PROXY', IntegrationMethod: 'GET', IntegrationUri: 'http://127.0.0.1:1/' },
  },
  [`${id}Route`]: {
    Type: 'AWS::ApiGatewayV2::Route',
    Properties: { ApiId: { Ref: id }, RouteKey: `GET /${id}`, Target: { 'Fn::Sub': `integrations/\${${id}Backend}` } },
  },
});

const TYPES = ['AWS::ApiGatewayV2::Api', 'AWS::ApiGatewayV2::Route'];

test('an API that is not known is passed over and said; the others run with their own routes', () => {
  const template = readTemplate(
    { Resources: { ...api('Orders'), ...api('Quick', { Target: 'https://x.example' }), ...api('Shop') } },
    DEPLOYMENT,
  );
  assert.throws(() => readHttpApis(template), /Quick: Target is not known/);
  const said: string[] = [];
  const read = readEachApi(template, TYPES, readHttpApis, (why) => said.push(why));
  assert.deepEqual(
    read.map(({ logicalId, routes }) => [logicalId, routes.map(({ routeKey }) => routeKey)]),
    [
      ['Orders', ['GET /Orders']],
      ['Shop', ['GET /Shop']],
    ],
  );
  assert.deepEqual(said, ['an API is not run here: Quick: Target is not known to the local run']);
});

test('a fault of ours is no reason to pass anything over', () => {
  const template = readTemplate({ Resources: api('Orders') }, DEPLOYMENT);
  const fail = () => {
    throw new TypeError('a bug');
  };
  assert.throws(() => readEachApi(template, TYPES, fail, () => {}), TypeError);
});
