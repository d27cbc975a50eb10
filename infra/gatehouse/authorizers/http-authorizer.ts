// Puts the authorizer in front of an HTTP API: the cheap variant, whose refusals have API Gateway's own bodies. Sees to
// it, as for REST APIs, that no route lets a client's own end-user JWT through.

import {
  CfnAuthorizer,
  type HttpApi,
  type HttpMethod,
  HttpNoneAuthorizer,
  type HttpRoute,
  type IHttpRouteAuthorizer,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { requireCacheSeconds, requireMethodToProtect, requireMutualTls } from './authorizer-checks.ts';
import { requireHeaderName } from './header-name.ts';
import { type HttpApiBackend, openHttpIntegration } from './http-backend.ts';
import { findHttpRouteFaults } from './http-route-faults.ts';
import type { AuthorizerParts, ProtectRestApiProps } from './rest-authorizer.ts';
import { type HttpRouteOptions, requireNoPasswords } from './route-options.ts';

/**
 * `cacheSeconds` is 0 unless given: an HTTP API keys its cache by route alone, so that a route with a variable in it can't
 * be cached, since each of its paths may have another rule.
 */
export type ProtectHttpApiProps = Omit<ProtectRestApiProps, 'usagePlans' | 'countTiers'>;

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

  /**
   * A route that only those may call whom the rules of its api# entry let in; the backend gets the end-user JWT, and the
   * caller's `Authorization` as well, which an HTTP API can't keep from it.
   */
  protect(path: string, method: HttpMethod, backend: HttpApiBackend, options: HttpRouteOptions = {}): HttpRoute {
    requireMethodToProtect(method, path);
    requireNoPasswords(`${method} ${path}`, backend, options);
    if (this.#isCached && path.includes('{'))
      throw new Error(`${method} ${path}: a route with a variable needs cacheSeconds: 0, since its paths may have different rules.`);
    return this.#addRoute(path, method, backend, this.#authorizer);
  }

  /** A route that anyone may call; the backend gets `none` as the end-user JWT, whatever the client sent. */
  open(path: string, method: HttpMethod, backend: HttpApiBackend): HttpRoute {
    const route = this.#addRoute(path, method, backend, undefined);
    acknowledge(route, { 'AwsSolutions-APIG4': 'Open on purpose: its rule says `secure: false`.' });
    return route;
  }

  #addRoute(path: string, method: HttpMethod, backend: HttpApiBackend, authorizer: IHttpRouteAuthorizer | undefined): HttpRoute {
    const integration = openHttpIntegration(`${method} ${path}`, backend, method, this.header, authorizer !== undefined);
    const [route] = this.#api.addRoutes({
      path,
      methods: [method],
      integration,
      authorizer: authorizer ?? new HttpNoneAuthorizer(),
    });
    if (route === undefined) throw new Error(`${method} ${path}: API Gateway has no such route.`);
    if (backend.kind === 'lambda') this.#contextReaders.add(route);
    return route;
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
