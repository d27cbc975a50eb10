// A local gateway on a small template of its own: what API Gateway does is tested without our stack.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFunctions } from '../../infra/local/functions/read-functions.ts';
import { openAuthorizerCache } from '../../infra/local/gateway/authorizer-cache.ts';
import { handleRequest } from '../../infra/local/gateway/handle-request.ts';
import type { HttpAuthorizerResult } from '../../infra/local/gateway/http-api/authorize-http-request.ts';
import { readHttpApis } from '../../infra/local/gateway/http-api/read-http-apis.ts';
import { type HeaderList, headerValues } from '../../infra/local/gateway/http-message.ts';
import { headerPairs } from '../../infra/local/gateway/http-proxy.ts';
import { listen } from '../../infra/local/gateway/listen.ts';
import type { AuthorizerResult } from '../../infra/local/gateway/rest-api/authorizer-result.ts';
import { openUsageCounters } from '../../infra/local/gateway/rest-api/count-usage.ts';
import { readRestApis } from '../../infra/local/gateway/rest-api/read-rest-apis.ts';
import { readTemplate } from '../../infra/local/template/read-template.ts';

export const DEPLOYMENT = { stackName: 'Test', region: 'us-east-1', accountId: '123456789012' };

type Resources = Record<string, object>;

/** A function whose bundle is this source. */
const lambda = (id: string, timeoutSeconds = 10): Resources => ({
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

export interface Method {
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

export interface Reply {
  readonly status: number;
  readonly headers: HeaderList;
  readonly text: string;
  /** All values of a header. */
  all(name: string): readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of every shape.
  json(): any;
}

/** Sends a request with its headers as they are written: no fetch, which would put them in order. */
export async function send(port: number, method: string, path: string, headers: HeaderList = [], body = ''): Promise<Reply> {
  const answered = Promise.withResolvers<IncomingMessage>();
  const flat = [
    ['Host', '127.0.0.1'] as const,
    ...headers,
    ...(body === '' ? [] : [['Content-Length', String(Buffer.byteLength(body))] as const]),
  ];
  const outgoing = request({ host: '127.0.0.1', port, method, path, headers: flat.flat(), agent: false }, answered.resolve);
  outgoing.on('error', answered.reject);
  outgoing.end(body);
  const message = await answered.promise;
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  const received = headerPairs(message.rawHeaders);
  return {
    status: message.statusCode ?? 0,
    headers: received,
    text,
    all: (name) => headerValues(received, name),
    json: () => JSON.parse(text),
  };
}

/** The same over HTTP/2, whose header names are in lower case on the wire. */
export async function sendHttp2(port: number, method: string, path: string, headers: HeaderList = []): Promise<Reply> {
  const session = connect(`http://127.0.0.1:${port}`);
  try {
    const grouped = Map.groupBy(headers, ([name]) => name.toLowerCase());
    const fields = Object.fromEntries([...grouped].map(([name, pairs]) => [name, pairs.map(([, value]) => value)]));
    const stream = session.request({ ':method': method, ':path': path, ...fields });
    const answered = Promise.withResolvers<HeaderList>();
    stream.on('error', answered.reject);
    stream.on('response', (_, __, raw: string[]) => answered.resolve(headerPairs(raw)));
    stream.end();
    const received = await answered.promise;
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString('utf8');
    const all = (name: string): readonly string[] => headerValues(received, name);
    return { status: Number(all(':status')[0]), headers: received, text, all, json: () => JSON.parse(text) };
  } finally {
    session.close();
  }
}

export interface TestGateway {
  readonly port: number;
  flushCaches(): void;
  /** What the gateway reported and functions wrote. */
  readonly lines: readonly string[];
  send(method: string, path: string, headers?: HeaderList, body?: string): Promise<Reply>;
  close(): Promise<void>;
}

/**
 * Starts a gateway.
 *
 * @param sources bundle by function
 * @param timeouts seconds by function
 */
export async function openTestGateway(
  resources: Resources,
  sources: Readonly<Record<string, string>>,
  options: { readonly clock?: () => number; readonly timeouts?: Readonly<Record<string, number>> } = {},
): Promise<TestGateway> {
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-test-'));
  const lines: string[] = [];
  const assets = new Map(
    Object.entries(sources).map(([id, source]) => {
      mkdirSync(join(directory, id));
      writeFileSync(join(directory, id, 'index.mjs'), source);
      return [`${id}.zip`, join(directory, id)] as const;
    }),
  );
  const functionResources = Object.keys(sources).map((id) => lambda(id, options.timeouts?.[id]));
  const template = readTemplate({ Resources: Object.assign({}, resources, ...functionResources) }, DEPLOYMENT);
  const functions = readFunctions(template, assets, { variables: {}, writeLine: (_, line) => lines.push(line) });
  const apis = { rest: readRestApis(template), http: readHttpApis(template) };
  const cache = openAuthorizerCache<AuthorizerResult>(options.clock ?? Date.now);
  const httpCache = openAuthorizerCache<HttpAuthorizerResult>(options.clock ?? Date.now);
  const report = (line: string): void => void lines.push(line);
  const dependencies = {
    findFunction: (arn: string) => functions.find(arn),
    cache,
    httpCache,
    usage: openUsageCounters(options.clock ?? Date.now),
    report,
  };
  const listener = await listen(0, (incoming) => handleRequest(dependencies, apis, incoming), report);
  return {
    port: listener.port,
    flushCaches() {
      cache.flush();
      httpCache.flush();
    },
    lines,
    send: (method, path, headers, body) => send(listener.port, method, path, headers, body),
    async close() {
      await listener.close();
      await functions.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export interface EchoBackend {
  readonly url: string;
  close(): Promise<void>;
}

/** A backend that answers with what it received, headers as pairs. */
export async function openEchoBackend(responseHeaders: Readonly<Record<string, string>> = {}, delayMs = 0): Promise<EchoBackend> {
  const server = createServer(async (message, to) => {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk);
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    to.writeHead(200, { 'Content-Type': 'application/json', ...responseHeaders });
    const { method, url } = message;
    to.end(JSON.stringify({ method, url, headers: headerPairs(message.rawHeaders), body: Buffer.concat(chunks).toString('utf8') }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
