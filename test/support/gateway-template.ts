// Templates of small REST and HTTP APIs, as CDK writes them, for tests of the local gateway.

export const DEPLOYMENT = { stackName: 'Test', region: 'us-east-1', accountId: '123456789012' };

export type Resources = Record<string, object>;

/** A function whose bundle is this source. */
export const lambda = (id: string, timeoutSeconds = 10): Resources => ({
  [id]: {
    Type: 'AWS::Lambda::Function',
    Properties: { FunctionName: id, Code: { S3Key: `${id}.zip` }, Handler: 'index.handler', Timeout: timeoutSeconds, MemorySize: 128 },
  },
});

export const invocationUri = (id: string) => ({
  'Fn::Join': [
    '',
    ['arn:aws:apigateway:', { Ref: 'AWS::Region' }, ':lambda:path/2015-03-31/functions/', { 'Fn::GetAtt': [id, 'Arn'] }, '/invocations'],
  ],
});

export const lambdaProxy = (id: string, more: object = {}) => ({
  Type: 'AWS_PROXY',
  Uri: invocationUri(id),
  IntegrationHttpMethod: 'POST',
  ...more,
});

interface Method {
  readonly path: string;
  readonly method: string;
  readonly integration: object;
  readonly authorized?: boolean;
  readonly more?: object;
}

/** Resources of a REST API `Api` with stage `prod`. */
export function restApi(
  methods: readonly Method[],
  authorizer?: object,
  gatewayResponses: Readonly<Record<string, object>> = {},
): Resources {
  const resources: Resources = {
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'Api' } },
    Stage: { Type: 'AWS::ApiGateway::Stage', Properties: { RestApiId: { Ref: 'Api' }, StageName: 'prod' } },
  };
  if (authorizer !== undefined) {
    const common = { Name: 'Authorizer', RestApiId: { Ref: 'Api' }, Type: 'REQUEST', AuthorizerUri: invocationUri('AuthorizerFunction') };
    resources.Authorizer = { Type: 'AWS::ApiGateway::Authorizer', Properties: { ...common, ...authorizer } };
  }
  for (const [type, properties] of Object.entries(gatewayResponses)) {
    const common = { RestApiId: { Ref: 'Api' }, ResponseType: type };
    resources[`Response${type.replaceAll('_', '')}`] = {
      Type: 'AWS::ApiGateway::GatewayResponse',
      Properties: { ...common, ...properties },
    };
  }
  const ids = new Map<string, object>([['', { 'Fn::GetAtt': ['Api', 'RootResourceId'] }]]);
  for (const { path, method, integration, authorized, more } of methods) {
    let at = '';
    for (const segment of path
      .split('/')
      .slice(1)
      .filter((part) => part !== '')) {
      const parent = ids.get(at);
      at = `${at}/${segment}`;
      if (ids.has(at)) continue;
      const id = `Resource${ids.size}`;
      const properties = { RestApiId: { Ref: 'Api' }, ParentId: parent, PathPart: segment };
      resources[id] = { Type: 'AWS::ApiGateway::Resource', Properties: properties };
      ids.set(at, { Ref: id });
    }
    const authorization =
      authorized === true ? { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'Authorizer' } } : { AuthorizationType: 'NONE' };
    resources[`Method${Object.keys(resources).length}`] = {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        RestApiId: { Ref: 'Api' },
        ResourceId: ids.get(at),
        HttpMethod: method,
        Integration: integration,
        ...authorization,
        ...more,
      },
    };
  }
  return resources;
}

export interface HttpApiRoute {
  readonly routeKey: string;
  readonly integration: object;
  readonly authorized?: boolean;
}

/** Resources of an HTTP API `HttpApi` with stage `$default`. */
export function httpApi(routes: readonly HttpApiRoute[], authorizer?: object, api: object = {}): Resources {
  const ApiId = { Ref: 'HttpApi' };
  const resources: Resources = {
    HttpApi: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'HttpApi', ProtocolType: 'HTTP', ...api } },
    HttpStage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId, StageName: '$default', AutoDeploy: true } },
  };
  if (authorizer !== undefined) {
    const common = { Name: 'Authorizer', ApiId, AuthorizerType: 'REQUEST', AuthorizerUri: invocationUri('AuthorizerFunction') };
    resources.HttpAuthorizer = { Type: 'AWS::ApiGatewayV2::Authorizer', Properties: { ...common, ...authorizer } };
  }
  for (const [at, { routeKey, integration, authorized }] of routes.entries()) {
    const authorization =
      authorized === true ? { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'HttpAuthorizer' } } : { AuthorizationType: 'NONE' };
    const Target = { 'Fn::Join': ['/', ['integrations', { Ref: `Integration${at}` }]] };
    resources[`Integration${at}`] = { Type: 'AWS::ApiGatewayV2::Integration', Properties: { ApiId, ...integration } };
    resources[`Route${at}`] = { Type: 'AWS::ApiGatewayV2::Route', Properties: { ApiId, RouteKey: routeKey, Target, ...authorization } };
  }
  return resources;
}
