// Puts the authorizer in front of an HTTP API: the cheap variant, whose refusals have API Gateway's own bodies. Sees to
// it, as for REST APIs, that no route lets a client's own end-user JWT through.

import {
  CfnAuthorizer,
  type HttpApi,
  type HttpMethod,
  HttpNoneAuthorizer,
  type HttpRoute,
  type HttpRouteIntegration,
  type IHttpRouteAuthorizer,
  MappingValue,
  ParameterMapping,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration, HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { requireCacheSeconds, requireHeaderName, requireMethodToProtect, requireMutualTls } from './authorizer-checks.ts';
import type { LambdaBackend } from './backend.ts';
import { findHttpRouteFaults, HTTP_JWT_SOURCE } from './http-route-faults.ts';
import type { AuthorizerParts, ProtectRestApiProps } from './rest-authorizer.ts';

/**
 * `cacheSeconds` is 0 unless given: an HTTP API keys its cache by route alone, so that a route with a variable in it can't
 * be cached, since each of its paths may have another rule.
 */
export type ProtectHttpApiProps = Omit<ProtectRestApiProps, 'usagePlans' | 'countTiers'>;

export type HttpApiBackend =
  | { readonly kind: 'http'; readonly url: string }
  /** Any other integration, such as `HttpAlbIntegration`: made with the mapping that it is given. */
  | { readonly kind: 'integration'; readonly open: (parameterMapping: ParameterMapping) => HttpRouteIntegration }
  | LambdaBackend;

export class HttpAuthorizer extends Construct {
  readonly header: string;
  readonly #api: HttpApi;
  readonly #authorizer: IHttpRouteAuthorizer;
  readonly #isCached: boolean;
  readonly #contextReaders = new Set<HttpRoute>();

  /** @throws Error for a combination that API Gateway would take and that would not be safe, or never work */
  constructor(scope: Construct, id: string, api: HttpApi, parts: AuthorizerParts, props: ProtectHttpApiProps = {}) {
    super(scope, id);
    const cacheSeconds = props.cacheSeconds ?? 0;
    const clientCertificates = props.clientCertificates ?? false;
    this.#api = api;
    this.#isCached = cacheSeconds > 0;
    this.header = props.header ?? 'X-JWT-Assertion';
    requireHeaderName(this.header);
    requireCacheSeconds(cacheSeconds, parts.maxCacheSeconds);
    if (clientCertificates) requireMutualTls(api, cacheSeconds);
    const authorizer = new CfnAuthorizer(this, 'Authorizer', {
      apiId: api.apiId,
      name: this.node.path.replaceAll('/', '-').slice(-128),
      authorizerType: 'REQUEST',
      authorizerUri: authorizerUri(this, parts),
      authorizerCredentialsArn: parts.invokeRole.roleArn,
      authorizerPayloadFormatVersion: '2.0',
      // The policy form: what is cached is evaluated anew for each request's own path.
      enableSimpleResponses: false,
      authorizerResultTtlInSeconds: cacheSeconds,
      ...(!clientCertificates && { identitySource: identitySources(this.#isCached) }),
    });
    this.#authorizer = { bind: () => ({ authorizerId: authorizer.ref, authorizationType: 'CUSTOM' }) };
    api.node.addValidation({ validate: () => findHttpRouteFaults(api, this.header, authorizer.ref, this.#contextReaders) });
  }

  /** A route that only those may call whom the rules of its api# entry let in; the backend gets the end-user JWT. */
  protect(path: string, method: HttpMethod, backend: HttpApiBackend): HttpRoute {
    requireMethodToProtect(method, path);
    if (this.#isCached && path.includes('{'))
      throw new Error(`${method} ${path}: a route with a variable needs cacheSeconds: 0, since its paths may have different rules.`);
    const mapping = new ParameterMapping().overwriteHeader(this.header, MappingValue.custom(HTTP_JWT_SOURCE));
    return this.#addRoute(path, method, backend, mapping, this.#authorizer);
  }

  /** A route that anyone may call; the header is taken away, whatever the client sent. */
  open(path: string, method: HttpMethod, backend: HttpApiBackend): HttpRoute {
    const route = this.#addRoute(path, method, backend, new ParameterMapping().removeHeader(this.header), new HttpNoneAuthorizer());
    acknowledge(route, { 'AwsSolutions-APIG4': 'Open on purpose: its rule says `secure: false`.' });
    return route;
  }

  #addRoute(
    path: string,
    method: HttpMethod,
    backend: HttpApiBackend,
    parameterMapping: ParameterMapping,
    authorizer: IHttpRouteAuthorizer,
  ): HttpRoute {
    const integration = openIntegration(`${method} ${path}`, backend, method, parameterMapping);
    const [route] = this.#api.addRoutes({ path, methods: [method], integration, authorizer });
    if (route === undefined) throw new Error(`${method} ${path}: API Gateway has no such route.`);
    if (backend.kind === 'lambda') this.#contextReaders.add(route);
    return route;
  }
}

function openIntegration(
  id: string,
  backend: HttpApiBackend,
  method: HttpMethod,
  parameterMapping: ParameterMapping,
): HttpRouteIntegration {
  switch (backend.kind) {
    case 'http':
      return new HttpUrlIntegration(id, backend.url, { method, parameterMapping });
    case 'integration':
      return backend.open(parameterMapping);
    case 'lambda':
      return new HttpLambdaIntegration(id, backend.handler);
  }
}

/** Without a cache the token alone, so that a request with none is refused without a call. */
function identitySources(isCached: boolean): string[] {
  return ['$request.header.Authorization', ...(isCached ? ['$context.routeKey'] : [])];
}

function authorizerUri(scope: Construct, { handler }: AuthorizerParts): string {
  const { partition, region } = Stack.of(scope);
  return `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${handler.functionArn}/invocations`;
}
