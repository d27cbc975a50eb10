// Puts the authorizer in front of an HTTP API: the cheap variant, whose refusals have API Gateway's own bodies. Sees to
// it, as for REST APIs, that no route lets a client's own end-user JWT through.

import {
  CfnAuthorizer,
  type HttpMethod,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpRouteKey,
  type IHttpApi,
  type IHttpRouteAuthorizer,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { addHttpDiscovery, openHttpResource } from '../discovery/http-discovery.ts';
import type { ProtectedResource } from '../discovery/protected-resource.ts';
import { requireCacheSeconds, requireMethodToProtect, requireMutualTls } from './authorizer-checks.ts';
import { type AuthorizerParts, authorizerUri } from './authorizer-parts.ts';
import { requireHeaderName } from './header-name.ts';
import type { AnyHttpApi } from './http-api.ts';
import { type HttpApiBackend, openHttpIntegration } from './http-backend.ts';
import { changeHttpRoute, isLambdaRoute, markRouteAsLeft, methodOf } from './http-route.ts';
import { findHttpRouteFaults } from './http-route-faults.ts';
import type { ProtectRestApiProps } from './protect-rest-api-props.ts';
import { openRouteEntry, type RouteEntry } from './route-entry.ts';
import { type ExistingBackend, type HttpRouteOptions, requireNoPasswords, requireReason } from './route-options.ts';

/**
 * `cacheSeconds` is 0 unless given: an HTTP API keys its cache by route alone, so that a route with a variable in it can't
 * be cached, since each of its paths may have another rule. With `resource` clients find the document alone: an HTTP API has
 * no challenge of its own, and refuses a bad token by 403.
 */
export type ProtectHttpApiProps = Omit<ProtectRestApiProps, 'usagePlans' | 'countTiers' | 'gatewayResponses'>;

/** What takes every request that no other route takes. */
const DEFAULT_ROUTE = '$default';

export class HttpAuthorizer extends Construct {
  readonly header: string;
  /** With `resource`: the URI of the API, and where its document is. */
  readonly resource: ProtectedResource | undefined;
  readonly #api: AnyHttpApi;
  readonly #authorizerId: string;
  readonly #isCached: boolean;
  readonly #entry: RouteEntry;
  readonly #contextReaders = new Set<HttpRoute>();
  readonly #left = new Set<HttpRoute>();

  /** @throws Error for a combination that API Gateway would take and that would not be safe, or never work */
  constructor(scope: Construct, id: string, api: AnyHttpApi, parts: AuthorizerParts, props: ProtectHttpApiProps = {}) {
    super(scope, id);
    const { cacheSeconds = 0, clientCertificates = false, header = 'X-JWT-Assertion' } = props;
    this.#api = api;
    this.#isCached = cacheSeconds > 0;
    this.header = header;
    requireHeaderName(header);
    requireCacheSeconds(cacheSeconds, parts.maxCacheSeconds);
    if (clientCertificates) requireMutualTls(api, cacheSeconds);
    const authorizer = new CfnAuthorizer(this, 'Authorizer', {
      apiId: api.apiId,
      name: this.node.path.replaceAll('/', '-').slice(-128),
      authorizerType: 'REQUEST',
      authorizerUri: authorizerUri(this, parts),
      ...(parts.invokeRole !== undefined && { authorizerCredentialsArn: parts.invokeRole.roleArn }),
      authorizerPayloadFormatVersion: '2.0',
      // The policy form: what is cached is evaluated anew for each request's own path.
      enableSimpleResponses: false,
      authorizerResultTtlInSeconds: cacheSeconds,
      ...(!clientCertificates && { identitySource: identitySources(this.#isCached) }),
    });
    this.#authorizerId = authorizer.ref;
    const stage = props.stage ?? api.defaultStage?.stageName;
    const { apiEntriesToken: serviceToken } = parts;
    this.resource = openHttpResource(api, stage, props, parts);
    if (this.resource !== undefined) for (const route of addHttpDiscovery(this, api, this.resource, parts)) this.#contextReaders.add(route);
    const known = { id, apiId: api.apiId, stage, countTiers: false, clientCertificates, serviceToken, resource: this.resource };
    this.#entry = openRouteEntry(this, { ...props, ...known });
    api.node.addValidation({ validate: () => [...this.#routeFaults(), ...this.#entry.findFaults()] });
  }

  /**
   * A route that only those may call whom the rules of its api# entry let in; the backend gets the end-user JWT, and the
   * caller's `Authorization` as well, which an HTTP API can't keep from it.
   *
   * @param path `$default`: whatever no other route takes; the method is then ANY
   */
  protect(path: string, method: HttpMethod, backend: HttpApiBackend, options: HttpRouteOptions = {}): HttpRoute {
    this.#requireProtectable(path, method, backend.kind === 'lambda', options);
    const route = this.#addRoute(path, method, backend, true);
    this.#entry.protect(method, path, options);
    return route;
  }

  /** A route that anyone may call; the backend gets `none` as the end-user JWT, whatever the client sent. */
  open(path: string, method: HttpMethod, backend: HttpApiBackend): HttpRoute {
    const route = this.#addRoute(path, method, backend, false);
    this.#entry.open(method, path);
    return acknowledgeOpen(route);
  }

  /**
   * The same as `protect` for a route that is there, so that an API can move in route by route.
   *
   * @param options a Lambda function must be said to read the JWT from the request context
   */
  protectRoute(route: HttpRoute, options: HttpRouteOptions & ExistingBackend = {}): HttpRoute {
    const { path, method } = placeOf(route);
    this.#requireProtectable(path, method, isLambdaRoute(route), options);
    this.#change(route, options, this.#authorizerId);
    this.#entry.protect(method, path, options);
    return route;
  }

  /** The same as `open` for a route that is there. */
  openRoute(route: HttpRoute, options: ExistingBackend = {}): HttpRoute {
    const { path, method } = placeOf(route);
    this.#change(route, options, undefined);
    this.#entry.open(method, path);
    return acknowledgeOpen(route);
  }

  /**
   * Leaves a route alone that is not Gatehouse's business: one that IAM or a JWT authorizer guards, a webhook. Its backend
   * must never take the client's own header for an end-user JWT.
   *
   * @param reason in words; it stands in the template
   */
  leave(route: HttpRoute, reason: string): void {
    const { path, method } = placeOf(route);
    requireReason(`${method} ${path}`, reason);
    this.#left.add(route);
    markRouteAsLeft(route, reason);
  }

  #routeFaults(): string[] {
    const { header } = this;
    return findHttpRouteFaults(this.#api, {
      header,
      authorizerId: this.#authorizerId,
      contextReaders: this.#contextReaders,
      left: this.#left,
    });
  }

  #requireProtectable(path: string, method: string, isLambda: boolean, options: HttpRouteOptions): void {
    requireMethodToProtect(method, path);
    requireNoPasswords(`${method} ${path}`, isLambda, options);
    if (!this.#isCached) return;
    if (path.includes('{') || path === DEFAULT_ROUTE)
      throw new Error(`${method} ${path}: a route with a variable needs cacheSeconds: 0, since its paths may have different rules.`);
    if (method === 'ANY') throw new Error(`ANY ${path}: needs cacheSeconds: 0, or an answer for one method would be kept for the others.`);
  }

  #addRoute(path: string, method: HttpMethod, backend: HttpApiBackend, isProtected: boolean): HttpRoute {
    if (path === DEFAULT_ROUTE && method !== 'ANY')
      throw new Error(`${method} $default: the default route is for every method. Say HttpMethod.ANY.`);
    if (this.#api.node.tryFindChild(`${method}${path}`) !== undefined)
      throw new Error(`${method} ${path}: the API has this route already. Use protectRoute or openRoute for it, or leave(route, reason).`);
    const authorizer: IHttpRouteAuthorizer = { bind: () => ({ authorizerId: this.#authorizerId, authorizationType: 'CUSTOM' }) };
    const route = new HttpRoute(this.#api, `${method}${path}`, {
      httpApi: this.#api as IHttpApi,
      routeKey: path === DEFAULT_ROUTE ? HttpRouteKey.DEFAULT : HttpRouteKey.with(path, method),
      integration: openHttpIntegration(`${method} ${path}`, backend, method, this.header, isProtected),
      authorizer: isProtected ? authorizer : new HttpNoneAuthorizer(),
    });
    if (backend.kind === 'lambda') this.#contextReaders.add(route);
    return route;
  }

  #change(route: HttpRoute, { readsJwtFrom }: ExistingBackend, authorizerId: string | undefined): void {
    changeHttpRoute(this.#api, route, { header: this.header, authorizerId, readsJwtFrom });
    if (readsJwtFrom === 'requestContext') this.#contextReaders.add(route);
  }
}

function acknowledgeOpen(route: HttpRoute): HttpRoute {
  acknowledge(route, { 'AwsSolutions-APIG4': 'Open on purpose: its rule says `secure: false`.' });
  return route;
}

/** Of the key as API Gateway has it: `GET /order/{id}`, `$default`. */
function placeOf(route: HttpRoute): { readonly method: string; readonly path: string } {
  const { path } = route;
  return path === undefined ? { method: 'ANY', path: DEFAULT_ROUTE } : { method: methodOf(route), path };
}

/** Without a cache the token alone, so that a request with none is refused without a call. */
function identitySources(isCached: boolean): string[] {
  return ['$request.header.Authorization', ...(isCached ? ['$context.routeKey'] : [])];
}
