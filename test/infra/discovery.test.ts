// An API that clients find by its URL alone: what the construct adds to it, and nothing else, and what it refuses.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import {
  ApiDefinition,
  AuthorizationType,
  LambdaRestApi,
  MockIntegration,
  RestApi,
  type RestApiProps,
  SpecRestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { WebSocketApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { RESOURCE_METADATA_PATH } from '../../functions/configuration/resource-metadata.ts';
import type { ProtectRestApiProps } from '../../infra/gatehouse/authorizers/protect-rest-api-props.ts';
import type { ProtectWebSocketApiProps } from '../../infra/gatehouse/authorizers/web-socket-authorizer.ts';
import { Gatehouse } from '../../infra/gatehouse/gatehouse.ts';
import { openGatehouseStack, openStackBeside, type Resource, resourcesOf, textOf } from './support/synthesise-stack.ts';

const ISSUER = 'https://login.example.com';
const http = { kind: 'http', url: 'https://backend.example.com/mcp' } as const;

function synthesise(props: ProtectRestApiProps, api: RestApiProps = {}): Template {
  const stack = openGatehouseStack({ issuer: ISSUER });
  const other = openStackBeside(stack);
  const rest = new RestApi(other, 'Api', api);
  const routes = stack.gatehouse.protectRestApi('Tools', rest, props);
  routes.protect(rest.root.resourceForPath('/mcp'), 'POST', http, props.tenant === undefined ? {} : { scopes: ['tools:use'] });
  return Template.fromStack(other);
}

const resources = (template: Template): Readonly<Record<string, Resource>> => template.toJSON().Resources;
const kinds = (all: Readonly<Record<string, Resource>>) => Object.values(all).map(({ Type }) => Type);

/** `GET /path` → what the mock says. */
function documentsOf(template: Template): ReadonlyMap<string, string> {
  const paths = new Map(resourcesOf(template, 'AWS::ApiGateway::Resource').map(({ id, Properties }) => [`<${id}>`, Properties]));
  const pathOf = (reference: string): string => {
    const found = paths.get(reference);
    return found === undefined ? '' : `${pathOf(textOf(found.ParentId))}/${String(found.PathPart)}`;
  };
  return new Map(
    resourcesOf(template, 'AWS::ApiGateway::Method')
      .filter(
        ({ Properties }) => Properties.HttpMethod === 'GET' && pathOf(textOf(Properties.ResourceId)).startsWith(RESOURCE_METADATA_PATH),
      )
      .map(({ Properties }) => {
        const { Type, IntegrationResponses } = Properties.Integration as { Type: string; IntegrationResponses: Record<string, object>[] };
        assert.equal(Type, 'MOCK');
        assert.equal(Properties.AuthorizationType, 'NONE');
        assert.equal(Properties.AuthorizerId, undefined);
        assert.equal(Properties.ApiKeyRequired, false);
        const [response] = IntegrationResponses;
        const templates = response?.ResponseTemplates as Record<string, unknown>;
        return [pathOf(textOf(Properties.ResourceId)), textOf(templates['application/json'])];
      }),
  );
}

const challengeOf = (template: Template): string => {
  const found = resourcesOf(template, 'AWS::ApiGateway::GatewayResponse').find(
    ({ Properties }) => Properties.ResponseType === 'UNAUTHORIZED',
  );
  const parameters = (found?.Properties.ResponseParameters ?? {}) as Record<string, unknown>;
  return textOf(parameters['gatewayresponse.header.WWW-Authenticate']);
};

const entryOf = (template: Template) =>
  JSON.parse(textOf(resourcesOf(template, 'Custom::GatehouseApiEntry')[0]?.Properties.Entry)) as Record<string, unknown>;

test('resource adds the routes of the document, changes one gateway response and the entry, and no function is in the way', () => {
  const before = resources(synthesise({ tenant: 'acme' }));
  const after = resources(synthesise({ tenant: 'acme', resource: { path: '/mcp', scopes: ['tools:use'] } }));
  const isDeployment = ({ Type }: Resource) => Type === 'AWS::ApiGateway::Deployment';
  const added = Object.entries(after).filter(([id, resource]) => before[id] === undefined && !isDeployment(resource));
  assert.deepEqual(kinds(Object.fromEntries(added)).sort(), [
    ...Array(4).fill('AWS::ApiGateway::Method'),
    ...Array(3).fill('AWS::ApiGateway::Resource'),
  ]);
  const kept = Object.entries(before).filter(([, resource]) => !isDeployment(resource));
  const changed = kept.filter(([id, resource]) => JSON.stringify(after[id]) !== JSON.stringify(resource));
  // The stage names its deployment, and every deployment has a name of its own.
  assert.deepEqual(kinds(Object.fromEntries(changed)).sort(), [
    'AWS::ApiGateway::GatewayResponse',
    'AWS::ApiGateway::Stage',
    'Custom::GatehouseApiEntry',
  ]);
});

test('without resource nothing of it is there', () => {
  const template = synthesise({ tenant: 'acme' });
  assert.doesNotMatch(JSON.stringify(template.toJSON()), /well-known|resource_metadata|discovery|metadataUrl/);
});

test("at the stage's own address: challenge, document and entry name it, from one value", () => {
  const template = synthesise({
    tenant: 'acme',
    resource: { path: '/mcp', scopes: ['tools:use', 'tools:admin'], firstScopes: ['tools:use'] },
  });
  const url = 'https://<ApiF70053CD>.execute-api.<AWS::Region>.<AWS::URLSuffix>/prod';
  const document = {
    resource: `${url}/mcp`,
    authorization_servers: [`${ISSUER}/t/acme`],
    scopes_supported: ['tools:use', 'tools:admin'],
    bearer_methods_supported: ['header'],
  };
  const metadataUrl = `${url}/.well-known/oauth-protected-resource/mcp`;
  const documents = [...documentsOf(template)].map(([path, text]) => [path, JSON.parse(text)]);
  assert.deepEqual(documents, [
    ['/.well-known/oauth-protected-resource', document],
    ['/.well-known/oauth-protected-resource/mcp', document],
  ]);
  assert.equal(
    challengeOf(template),
    `'Bearer realm="gatehouse", error="invalid_token", scope="tools:use", resource_metadata="${metadataUrl}"'`,
  );
  assert.deepEqual(entryOf(template), {
    resource: `${url}/mcp`,
    discovery: { metadataUrl, authorizationServer: `${ISSUER}/t/acme`, scopes: ['tools:use', 'tools:admin'] },
    resources: [{ path: '/mcp', methods: ['POST'], handlers: ['oauth2'], scopes: ['tools:use'] }],
  });
});

test('on a custom domain the document is where RFC 9728 puts it, below a base path in front of the path of the API', () => {
  const at = (url: string) => {
    const template = synthesise({ tenant: 'acme', resource: { url, path: '/mcp', authorizationServer: 'shared' } }, {});
    return { challenge: challengeOf(template), entry: entryOf(template) };
  };
  const root = at('https://tools.example.com');
  assert.match(root.challenge, /resource_metadata="https:\/\/tools\.example\.com\/\.well-known\/oauth-protected-resource\/mcp"'$/);
  assert.doesNotMatch(root.challenge, /scope=/);
  assert.deepEqual(root.entry.discovery, {
    metadataUrl: 'https://tools.example.com/.well-known/oauth-protected-resource/mcp',
    authorizationServer: ISSUER,
  });
  const below = at('https://api.example.com/tools');
  assert.equal(below.entry.resource, 'https://api.example.com/tools/mcp');
  assert.match(below.challenge, /resource_metadata="https:\/\/api\.example\.com\/tools\/\.well-known\/oauth-protected-resource\/mcp"'$/);
});

test('nothing in the document is more than text to a mapping template, and every browser page may read it', () => {
  const template = synthesise({
    tenant: 'acme',
    resource: { path: '/mcp', name: 'Zoë’s $context.identity #set($x) tools', documentation: 'https://docs.example.com/a$b#set' },
  });
  const [text = ''] = documentsOf(template).values();
  assert.doesNotMatch(text, /[$#]|[^\x20-\x7e]/);
  const { resource_name: name, resource_documentation: documentation } = JSON.parse(text);
  assert.equal(name, 'Zoë’s $context.identity #set($x) tools');
  assert.equal(documentation, 'https://docs.example.com/a$b#set');
  const methods = resourcesOf(template, 'AWS::ApiGateway::Method');
  const preflights = methods.filter(({ Properties }) => Properties.HttpMethod === 'OPTIONS');
  assert.equal(preflights.length, 2);
  assert.equal(preflights.filter(({ Properties }) => JSON.stringify(Properties).includes(`Allow-Headers":"'*'"`)).length, 2);
});

test('defaults of the API, its authorizer and preflights, are not taken over by the open route', () => {
  const template = synthesise(
    { resource: { url: 'https://tools.example.com', authorizationServer: 'shared' } },
    {
      defaultMethodOptions: { authorizationType: AuthorizationType.IAM, apiKeyRequired: true },
      defaultCorsPreflightOptions: { allowOrigins: ['https://app.example.com'], allowCredentials: true },
      binaryMediaTypes: ['*/*'],
    },
  );
  const last = resourcesOf(template, 'AWS::ApiGateway::Resource').find(
    ({ Properties }) => Properties.PathPart === 'oauth-protected-resource',
  );
  const methods = resourcesOf(template, 'AWS::ApiGateway::Method').filter(
    ({ Properties }) => textOf(Properties.ResourceId) === `<${last?.id}>`,
  );
  assert.equal(methods.length, 2);
  for (const { Properties } of methods) {
    const text = JSON.stringify(Properties);
    assert.match(text, /Allow-Origin":"'\*'"/);
    assert.doesNotMatch(text, /app\.example\.com|Credentials/);
    // Of the request, and of the answer.
    assert.equal(text.match(/"ContentHandling":"CONVERT_TO_TEXT"/g)?.length, 2, text);
  }
  assert.deepEqual([...documentsOf(template).keys()], ['/.well-known/oauth-protected-resource']);
});

test('a LambdaRestApi whose root is a proxy has the route beside it, and an API with /.well-known has it below that', () => {
  const stack = openGatehouseStack({ issuer: ISSUER });
  const other = openStackBeside(stack);
  const code = { code: Code.fromInline('exports.handler = () => {}'), handler: 'index.handler', runtime: Runtime.NODEJS_24_X };
  const proxy = new LambdaRestApi(other, 'Proxy', { handler: new LambdaFunction(other, 'Function', code) });
  const routes = stack.gatehouse.protectRestApi('Proxy', proxy, { resource: { authorizationServer: 'shared' } });
  for (const method of proxy.methods.filter(({ httpMethod }) => httpMethod === 'ANY'))
    routes.protectMethod(method, { readsJwtFrom: 'requestContext' });
  const api = new RestApi(other, 'Api');
  const wellKnown = api.root.addResource('.well-known');
  const security = wellKnown.addResource('security.txt').addMethod('GET', new MockIntegration());
  stack.gatehouse.protectRestApi('Api', api, { resource: { authorizationServer: 'shared' } }).leave(security, 'anybody may read it');
  const template = Template.fromStack(other);
  const parts = resourcesOf(template, 'AWS::ApiGateway::Resource').map(({ Properties }) => Properties.PathPart);
  assert.deepEqual(parts.filter((part) => part !== '{proxy+}').sort(), [
    ...['.well-known', '.well-known'],
    ...['oauth-protected-resource', 'oauth-protected-resource'],
    'security.txt',
  ]);
  assert.equal(documentsOf(template).size, 1);
});

test('what can not work is refused with what to do', () => {
  const refused = (props: ProtectRestApiProps, api: RestApiProps = {}) => {
    try {
      synthesise(props, api);
      return '';
    } catch (error) {
      return String(error);
    }
  };
  const resource = { path: '/mcp' };
  assert.match(refused({ resource }), /authorizationServer own needs tenant/);
  assert.match(
    refused({ tenant: 'acme', resource, entry: { resource: 'https://x.example' } }),
    /resource says what the entry's resource is/,
  );
  assert.match(refused({ tenant: 'acme', resource }, { disableExecuteApiEndpoint: true }), /say url/);
  assert.match(refused({ tenant: 'acme', resource: { path: '/mcp/' } }), /path: expected a path such as/);
  assert.match(refused({ tenant: 'acme', resource: { url: 'http://tools.example.com' } }), /url: expected https/);
  assert.match(refused({ tenant: 'acme', resource: { url: 'https://tools.example.com/' } }), /url: expected/);
  assert.match(refused({ tenant: 'acme', resource: { url: "https://tools.example.com/it's" } }), /no apostrophe/);
  assert.match(refused({ tenant: 'acme', resource: { scopes: ['two words'] } }), /scopes: expected a scope token/);
  assert.match(refused({ tenant: 'acme', resource: { scopes: ['a'], firstScopes: ['b'] } }), /b is not among scopes/);
  assert.match(refused({ tenant: 'acme', resource: { authorizationServer: 'mine' } }), /authorizationServer: expected a URI/);
  assert.match(refused({ tenant: 'acme', resource: { pat: '/mcp' } as object }), /there is no property pat/);
});

test('a WebSocket API has none of it', () => {
  const stack = openGatehouseStack();
  const api = new WebSocketApi(openStackBeside(stack), 'Chat');
  const props: ProtectWebSocketApiProps & { readonly resource: object } = { stage: 'prod', resource: {} };
  assert.throws(() => stack.gatehouse.protectWebSocketApi('Chat', api, props), /a WebSocket API has no document/);
});

test('a document takes the routes where it is made, with a URL, and the API that is made of it takes none', () => {
  const { gatehouse } = openGatehouseStack({ issuer: ISSUER });
  const document = { openapi: '3.0.1', info: { title: 'x', version: '1' }, paths: {} };
  const resource = { url: 'https://tools.example.com', authorizationServer: 'own' };
  const made = gatehouse.protectDocument(document, { resource, tenant: 'acme' });
  assert.match(JSON.stringify(made), /resource_metadata=.{1,3}https:\/\/tools\.example\.com\/\.well-known/);
  assert.throws(() => gatehouse.protectDocument(document, { resource: { authorizationServer: 'shared' } }), /say url/);
  assert.throws(() => gatehouse.protectDocument(made, { resource, tenant: 'acme' }), /the document has this path already/);
  const api = new SpecRestApi(openStackBeside(gatehouse.node.scope as never), 'Spec', { apiDefinition: ApiDefinition.fromInline(made) });
  assert.throws(() => gatehouse.protectRestApi('Spec', api, { tenant: 'acme', resource }), /say it where protectDocument makes that/);
  assert.doesNotMatch(JSON.stringify(gatehouse.protectDocument(document)), /well-known|resource_metadata/);
});

test('a Gatehouse deployed elsewhere says its issuer, or the API names its authorization server', () => {
  const other = openStackBeside(openGatehouseStack());
  const attributes = { authorizerFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:Authorizer' };
  const open = (id: string, issuer?: string) =>
    Gatehouse.fromAttributes(other, id, { ...attributes, ...(issuer !== undefined && { issuer }) });
  const api = new RestApi(other, 'Api');
  assert.throws(
    () => open('Without').protectRestApi('A', api, { resource: { authorizationServer: 'shared' } }),
    /needs the issuer of the Gatehouse/,
  );
  const routes = open('With', ISSUER).protectRestApi('B', new RestApi(other, 'B'), { resource: { authorizationServer: 'shared' } });
  assert.match(routes.resource?.document ?? '', /"authorization_servers":\["https:\/\/login\.example\.com"\]/);
});
