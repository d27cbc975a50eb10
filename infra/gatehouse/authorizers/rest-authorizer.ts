// Puts the authorizer in front of a REST API, and sees to it that no route lets a client's own end-user JWT through.

import {
  AuthorizationType,
  CfnRestApi,
  IdentitySource,
  type IResource,
  type Method,
  RequestAuthorizer,
  type RestApi,
  type UsagePlan,
} from 'aws-cdk-lib/aws-apigateway';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { hasResourceType } from '../has-resource-type.ts';
import type { WebAcl } from '../token-api/web-acl.ts';
import { requireCacheSeconds, requireMethodToProtect, requireMutualTls, requireNoCache } from './authorizer-checks.ts';
import { type Backend, integrationOf, pathParameters } from './backend.ts';
import { addGatewayResponses, type GatewayResponseSettings } from './gateway-responses.ts';
import { requireHeaderName } from './header-name.ts';
import { findRouteFaults } from './route-faults.ts';
import type { RestRouteOptions } from './route-options.ts';
import { addUsageTier, type UsageTier } from './usage-tiers.ts';

export interface ProtectRestApiProps {
  /** How long API Gateway keeps an answer: the bound of a revocation. Absent: as Gatehouse says. At most that. */
  readonly cacheSeconds?: number;
  /**
   * Rules of this API may ask for a client certificate. API Gateway sends one with no header that could key a cache,
   * so `cacheSeconds` must be 0, and the API must answer under its mutual-TLS domain alone.
   */
  readonly clientCertificates?: boolean;
  /** The header in which the backend gets the end-user JWT. Default: X-JWT-Assertion. */
  readonly header?: string;
  /** Callers are counted by the usage plan that `usageKey` of their client entry belongs to; without one they get 403. */
  readonly usagePlans?: boolean;
  /**
   * The api# entry says `countTiers`: who has used up a tier gets 429. Every request must reach the authorizer, so
   * `cacheSeconds` must be 0.
   */
  readonly countTiers?: boolean;
}

/** What an authorizer of any API needs of Gatehouse. */
export interface AuthorizerParts {
  readonly handler: IFunction;
  readonly invokeRole: IRole;
  /** The function mints JWTs that live so long, and a margin. */
  readonly maxCacheSeconds: number;
  readonly gatewayResponses: GatewayResponseSettings;
  /** For REST APIs; HTTP APIs take none. */
  readonly webAcl: WebAcl | undefined;
}

export class RestAuthorizer extends Construct {
  readonly authorizer: RequestAuthorizer;
  readonly header: string;
  readonly #api: RestApi;
  readonly #usagePlans: boolean;
  readonly #contextReaders = new Set<Method>();
  readonly #authorizationReaders = new Set<Method>();
  #takesBasic = false;

  /** @throws Error for a combination that API Gateway would take and that would not be safe, or never work */
  constructor(scope: Construct, id: string, api: RestApi, parts: AuthorizerParts, props: ProtectRestApiProps = {}) {
    super(scope, id);
    const cacheSeconds = props.cacheSeconds ?? parts.maxCacheSeconds;
    const clientCertificates = props.clientCertificates ?? false;
    this.header = props.header ?? 'X-JWT-Assertion';
    this.#api = api;
    this.#usagePlans = props.usagePlans ?? false;
    requireHeaderName(this.header);
    requireCacheSeconds(cacheSeconds, parts.maxCacheSeconds);
    if (clientCertificates) requireMutualTls(api, cacheSeconds);
    if (props.countTiers === true) requireNoCache('Counted tiers', cacheSeconds);
    this.authorizer = new RequestAuthorizer(this, 'Authorizer', {
      handler: parts.handler,
      assumeRole: parts.invokeRole,
      // A missing source is 401 without a call, which a client with nothing but its certificate would get.
      identitySources: clientCertificates ? [] : identitySources(),
      resultsCacheTtl: Duration.seconds(cacheSeconds),
    });
    if (this.#usagePlans) readKeysFromAuthorizer(api);
    addGatewayResponses(api, parts.gatewayResponses, { countsTiers: props.countTiers ?? false, takesBasic: () => this.#takesBasic });
    parts.webAcl?.protect(this, api.deploymentStage);
    api.node.addValidation({ validate: () => this.#faults(api) });
    acknowledge(api, { 'AwsSolutions-COG4': 'Gatehouse is the authorizer; it stands in the place of Cognito.' });
  }

  /** Makes a usage plan of a tier; `usagePlans` must be on. */
  addTier(tier: UsageTier): UsagePlan {
    if (!this.#usagePlans) throw new Error(`Tier ${tier.name}: usagePlans must be true, or API Gateway counts nothing.`);
    return addUsageTier(this, this.#api, tier);
  }

  /**
   * A route that only those may call whom the rules of its api# entry let in; the backend gets the end-user JWT, and
   * not the caller's `Authorization`.
   *
   * @param httpMethod one method: ANY would put the authorizer before preflights, which browsers send without a token
   */
  protect(resource: IResource, httpMethod: string, backend: Backend, options: RestRouteOptions = {}): Method {
    requireMethodToProtect(httpMethod, resource.path);
    this.#takesBasic ||= options.handlers?.includes('basic') === true;
    return this.#addRoute(resource, httpMethod, backend, options, {
      authorizer: this.authorizer,
      authorizationType: AuthorizationType.CUSTOM,
      apiKeyRequired: this.#usagePlans,
    });
  }

  /**
   * A route that anyone may call, with or without a token; the backend gets `none` as the end-user JWT, whatever the
   * client sent, and as `Authorization` too, since callers who have a token may send it everywhere.
   */
  open(resource: IResource, httpMethod: string, backend: Backend, options: Pick<RestRouteOptions, 'forwardAuthorization'> = {}): Method {
    const method = this.#addRoute(resource, httpMethod, backend, options, { authorizationType: AuthorizationType.NONE });
    acknowledge(method, { 'AwsSolutions-APIG4': 'Open on purpose: its rule says `secure: false`.' });
    return method;
  }

  #addRoute(
    resource: IResource,
    httpMethod: string,
    backend: Backend,
    { forwardAuthorization: forwardsAuthorization = false }: RestRouteOptions,
    options: { readonly authorizer?: RequestAuthorizer; readonly authorizationType: AuthorizationType; readonly apiKeyRequired?: boolean },
  ): Method {
    const isProtected = options.authorizer !== undefined;
    const headers = { header: this.header, httpMethod, isProtected, forwardsAuthorization };
    const method = resource.addMethod(httpMethod, integrationOf(backend, resource, headers), {
      ...options,
      requestParameters: Object.fromEntries(pathParameters(resource).map((name) => [`method.request.path.${name}`, true])),
    });
    if (backend.kind === 'lambda') this.#contextReaders.add(method);
    if (forwardsAuthorization) this.#authorizationReaders.add(method);
    return method;
  }

  #faults(api: RestApi): string[] {
    return findRouteFaults(api, {
      header: this.header,
      authorizerId: this.authorizer.authorizerId,
      contextReaders: this.#contextReaders,
      authorizationReaders: this.#authorizationReaders,
    });
  }
}

/** The route is part of the key, so that an answer is never used for a route with other rules (A66, A69). */
function identitySources(): string[] {
  return [IdentitySource.header('Authorization'), IdentitySource.context('httpMethod'), IdentitySource.context('path')];
}

function readKeysFromAuthorizer(api: RestApi): void {
  const resource = api.node.defaultChild;
  if (!hasResourceType(resource, CfnRestApi)) throw new Error('Usage plans need an API that this app defines.');
  resource.apiKeySourceType = 'AUTHORIZER';
}
