// The REST API of the token paths: every path, what API Gateway answers by itself, and what it logs.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import { openGatehouseStack, resourcesOf, routesOf, textOf } from './support/synthesise-stack.ts';

const template = Template.fromStack(openGatehouseStack());
const apis = resourcesOf(template, 'AWS::ApiGateway::RestApi');
const tokenApi = apis.find(({ Properties }) => Properties.Name === 'Gatehouse token API')?.id ?? '';

const ofApi = (type: string, api: string) =>
  resourcesOf(template, type).filter(({ Properties }) => textOf(Properties.RestApiId) === `<${api}>`);

/** Every path, and its methods. */
const PATHS = [
  '/t/{tenant}/{proxy+}',
  '/.well-known/oauth-authorization-server/t/{tenant}',
  '/.well-known/openid-configuration/t/{tenant}',
  '/oauth2/token',
  '/token',
  '/oauth2/authorize',
  '/authorize',
  '/oauth2/logout',
  '/oauth2/revoke',
  '/revoke',
  '/oauth2/introspect',
  '/oauth2/userinfo',
  '/oauth2/jwks',
  '/.well-known/jwks.json',
  '/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration',
];

test('every path of the token API reaches the token function, by every method, so that it can answer 405 and preflights', () => {
  const routes = routesOf(template, tokenApi);
  assert.deepEqual([...routes.keys()].sort(), PATHS.map((path) => `ANY ${path}`).sort());
  for (const properties of routes.values()) {
    const { Type, Uri } = properties.Integration as { Type: string; Uri: unknown };
    assert.equal(Type, 'AWS_PROXY');
    assert.match(textOf(Uri), /functions\/<GatehouseTokenFunction\w+\.Arn>\/invocations$/);
    assert.equal(properties.AuthorizationType, 'NONE');
  }
});

test('the token API and both of the demo are regional, with one stage that limits and logs', () => {
  assert.equal(apis.length, 3);
  for (const { id, Properties } of apis) {
    assert.deepEqual(Properties.EndpointConfiguration, { Types: ['REGIONAL'] });
    const [stage, ...others] = ofApi('AWS::ApiGateway::Stage', id);
    assert.ok(stage !== undefined && others.length === 0);
    const [settings] = stage.Properties.MethodSettings as Record<string, unknown>[];
    assert.ok(Number(settings?.ThrottlingRateLimit) > 0 && Number(settings?.ThrottlingBurstLimit) > 0);
    assert.deepEqual([settings?.DataTraceEnabled, settings?.LoggingLevel], [false, 'ERROR']);
  }
});

test('A61 the access log has no query string, header, path parameter or end-user JWT', () => {
  for (const { Properties } of resourcesOf(template, 'AWS::ApiGateway::Stage')) {
    const format = (Properties.AccessLogSetting as { Format: string }).Format;
    const variables = Object.values(JSON.parse(format) as Record<string, string>);
    for (const variable of variables) {
      assert.match(variable, /^\$context\.[A-Za-z.]+$/);
      assert.doesNotMatch(variable, /header|query|endUserJwt|requestOverride|context\.path$|claims/i);
    }
    assert.ok(Buffer.byteLength(format) < 3072, 'the limit of an access log format');
  }
});

interface GatewayResponse {
  readonly ResponseType: string;
  readonly StatusCode?: string;
  readonly ResponseParameters: Readonly<Record<string, string>>;
  readonly ResponseTemplates: Readonly<Record<string, string>>;
}

for (const { id, Properties } of apis) {
  const responses = new Map(
    ofApi('AWS::ApiGateway::GatewayResponse', id).map((response) => {
      const properties = response.Properties as unknown as GatewayResponse;
      return [properties.ResponseType, properties] as const;
    }),
  );
  const name = String(Properties.Name);
  const bodyOf = (type: string): unknown => JSON.parse(responses.get(type)?.ResponseTemplates['application/json'] ?? '');
  const headerOf = (type: string, header: string) => responses.get(type)?.ResponseParameters[`gatewayresponse.header.${header}`];

  test(`${name}: 401, 403 and 500 answer in the codes of the authorizer`, () => {
    const statusAndCode = [...responses].map(([type, { StatusCode }]) => [type, StatusCode, (bodyOf(type) as { code: string }).code]);
    assert.deepEqual(statusAndCode.sort(), [
      ['ACCESS_DENIED', '403', '$context.authorizer.code'],
      ['AUTHORIZER_CONFIGURATION_ERROR', '500', '900900'],
      ['AUTHORIZER_FAILURE', '500', '900900'],
      ['DEFAULT_4XX', undefined, '$context.error.responseType'],
      ['DEFAULT_5XX', undefined, '$context.error.responseType'],
      ['MISSING_AUTHENTICATION_TOKEN', '404', '404'],
      ['QUOTA_EXCEEDED', '429', '900804'],
      ['THROTTLED', '429', '900800'],
      ['UNAUTHORIZED', '401', '900901'],
      ['WAF_FILTERED', '403', '900805'],
    ]);
    for (const type of responses.keys()) assert.deepEqual(Object.keys(bodyOf(type) as object), ['code', 'message', 'description']);
  });

  test(`${name}: challenges as in RFC 6750 section 3`, () => {
    // An API that clients find by its URL says where its document is, and for what to ask (RFC 9728 section 5.1).
    const found =
      name === 'Mcp' ? ', scope="mcp:tools", resource_metadata="https://[^"]+/prod/.well-known/oauth-protected-resource/mcp"' : '';
    const challenge = new RegExp(`^'Bearer realm="gatehouse", error="invalid_token"${found}'$`);
    assert.match(textOf(headerOf('UNAUTHORIZED', 'WWW-Authenticate')), challenge);
    assert.equal(headerOf('ACCESS_DENIED', 'WWW-Authenticate'), 'context.authorizer.wwwAuthenticate');
    assert.equal(headerOf('ACCESS_DENIED', 'Gatehouse-Decision'), 'context.authorizer.decision');
    assert.ok(headerOf('THROTTLED', 'Retry-After') !== undefined && headerOf('QUOTA_EXCEEDED', 'Retry-After') !== undefined);
  });

  test(`${name}: a browser's script can read every refusal, and no cache keeps one`, () => {
    for (const type of responses.keys()) {
      assert.equal(headerOf(type, 'Access-Control-Allow-Origin'), "'*'");
      assert.equal(headerOf(type, 'Access-Control-Allow-Credentials'), undefined);
      assert.match(headerOf(type, 'Access-Control-Expose-Headers') ?? '', /WWW-Authenticate.*x-amzn-RequestId, Gatehouse-Decision/);
      assert.equal(headerOf(type, 'Cache-Control'), "'no-store'");
    }
  });
}

test('the origin is a property', () => {
  const own = Template.fromStack(openGatehouseStack({ allowOrigin: 'https://app.example.com' }));
  own.hasResourceProperties('AWS::ApiGateway::GatewayResponse', {
    ResponseType: 'UNAUTHORIZED',
    ResponseParameters: {
      'gatewayresponse.header.WWW-Authenticate': `'Bearer realm="gatehouse", error="invalid_token"'`,
      'gatewayresponse.header.Access-Control-Allow-Origin': "'https://app.example.com'",
    },
  });
  assert.throws(() => openGatehouseStack({ allowOrigin: "it's" }), /Not to be quoted/);
});

test('what an API made elsewhere needs is an output', () => {
  const outputs = Object.keys(template.findOutputs('*'));
  for (const name of ['Issuer', 'TokenUrl', 'JwksUrl', 'AuthorizerFunctionArn', 'AuthorizerInvokeRoleArn', 'TenantsTable', 'ClientsTable'])
    assert.ok(outputs.includes(name), name);
});
