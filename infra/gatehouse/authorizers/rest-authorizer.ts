// Puts the authorizer in front of a REST API, and sees to it that no route lets a client's own end-user JWT through.

import { AuthorizationType, type IAuthorizer, type IResource, type Method, type UsagePlan } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { ApiEntryProps } from '../api-entries/kept-api-entry.ts';
import { requireCacheSeconds, requireMethodToProtect, requireMutualTls, requireNoCache } from './authorizer-checks.ts';
import type { AuthorizerParts } from './authorizer-parts.ts';
import { type Backend, integrationOf, pathParameters } from './backend.ts';
import { addGatewayResponses } from './gateway-responses.ts';
import { requireHeaderName } from './header-name.ts';
import { type AnyRestApi, findStage, readKeysFromAuthorizer } from './rest-api.ts';
import { changeMethod, markAsLeft } from './rest-method.ts';
import { openRestAuthorizer } from './rest-request-authorizer.ts';
import { openRouteEntry, type RouteEntry } from './route-entry.ts';
import { findRouteFaults } from './route-faults.ts';
import { type ExistingBackend, type RestRouteOptions, requireReason } from './route-options.ts';
import { addUsageTier, type UsageTier } from './usage-tiers.ts';

export interface ProtectRestApiProps extends ApiEntryProps {
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
  /** The stage that the entry names. Default: the one that the API deploys to; an imported API has none that is known. */
  readonly stage?: string;
  /**
   * False: the API keeps its own gateway responses, as one does that other stacks have parts of. Default: true, refusals
   * are in the words of Gatehouse.
   */
  readonly gatewayResponses?: boolean;
}

export class RestAuthorizer extends Construct {
  /** For methods that are added by hand, whose header mappings must then be written by hand too. */
  readonly authorizer: IAuthorizer;
  readonly header: string;
  readonly #api: AnyRestApi;
  readonly #usagePlans: boolean;
  readonly #entry: RouteEntry;
  readonly #contextReaders = new Set<Method>();
  readonly #authorizationReaders = new Set<Method>();
  readonly #left = new Set<Method>();
  #takesBasic = false;

  /** @throws Error for a combination that API Gateway would take and that would not be safe, or never work */
  constructor(scope: Construct, id: string, api: AnyRestApi, parts: AuthorizerParts, props: ProtectRestApiProps = {}) {
    super(scope, id);
    const cacheSeconds = props.cacheSeconds ?? parts.maxCacheSeconds;
    const { clientCertificates = false, countTiers = false, usagePlans = false, header = 'X-JWT-Assertion' } = props;
    this.header = header;
    this.#api = api;
    this.#usagePlans = usagePlans;
    requireHeaderName(header);
    requireCacheSeconds(cacheSeconds, parts.maxCacheSeconds);
    if (clientCertificates) requireMutualTls(api, cacheSeconds);
    if (countTiers) requireNoCache('Counted tiers', cacheSeconds);
    this.authorizer = openRestAuthorizer(this, api, parts, { cacheSeconds, clientCertificates });
    if (usagePlans) readKeysFromAuthorizer(api);
    if (props.gatewayResponses !== false)
      addGatewayResponses(api, parts.gatewayResponses, { countsTiers: countTiers, takesBasic: () => this.#takesBasic });
    const stage = findStage(api);
    if (stage !== undefined) parts.webAcl?.protect(this, stage);
    const stageName = props.stage ?? stage?.stageName;
    const { apiEntriesToken: serviceToken } = parts;
    this.#entry = openRouteEntry(this, {
      ...props,
      id,
      apiId: api.restApiId,
      stage: stageName,
      countTiers,
      clientCertificates,
      serviceToken,
    });
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
   * @param httpMethod `ANY`: all of them, preflights of browsers too, unless the resource has an OPTIONS of its own
   */
  protect(resource: IResource, httpMethod: string, backend: Backend, options: RestRouteOptions = {}): Method {
    const method = this.#addRoute(resource, httpMethod, backend, options, this.#guard(httpMethod, resource.path, options));
    this.#entry.protect(method.httpMethod, resource.path, options);
    return method;
  }

  /**
   * A route that anyone may call, with or without a token; the backend gets `none` as the end-user JWT, whatever the
   * client sent, and as `Authorization` too, since callers who have a token may send it everywhere.
   */
  open(resource: IResource, httpMethod: string, backend: Backend, options: Pick<RestRouteOptions, 'forwardAuthorization'> = {}): Method {
    const method = this.#addRoute(resource, httpMethod, backend, options, { authorizationType: AuthorizationType.NONE });
    this.#entry.open(method.httpMethod, resource.path);
    return acknowledgeOpen(method);
  }

  /**
   * The same as `protect` for a method that is there: of a `LambdaRestApi`, or of an API that moves in route by route. What
   * authorized it before does so no more.
   *
   * @param options a Lambda function must be said to read the JWT from the request context
   */
  protectMethod(method: Method, options: RestRouteOptions & ExistingBackend = {}): Method {
    const { authorizationType, apiKeyRequired } = this.#guard(method.httpMethod, method.resource.path, options);
    const { authorizerId } = this.authorizer;
    this.#change(method, options, { authorizationType, authorizerId, ...(apiKeyRequired === true && { apiKeyRequired }) });
    this.#entry.protect(method.httpMethod, method.resource.path, options);
    return method;
  }

  /** The same as `open` for a method that is there. */
  openMethod(method: Method, options: Pick<RestRouteOptions, 'forwardAuthorization'> & ExistingBackend = {}): Method {
    this.#change(method, options, { authorizationType: AuthorizationType.NONE, authorizerId: undefined });
    this.#entry.open(method.httpMethod, method.resource.path);
    return acknowledgeOpen(method);
  }

  /**
   * Leaves a method alone that is not Gatehouse's business: one that IAM, Cognito or an API key authorizes, a webhook. Its
   * backend must never take the client's own header for an end-user JWT.
   *
   * @param reason in words; it stands in the template
   */
  leave(method: Method, reason: string): void {
    requireReason(`${method.httpMethod} ${method.resource.path}`, reason);
    this.#left.add(method);
    markAsLeft(method, reason);
  }

  #guard(httpMethod: string, path: string, { handlers }: RestRouteOptions): MethodGuard {
    requireMethodToProtect(httpMethod, path);
    this.#takesBasic ||= handlers?.includes('basic') === true;
    return { authorizer: this.authorizer, authorizationType: AuthorizationType.CUSTOM, apiKeyRequired: this.#usagePlans };
  }

  #addRoute(resource: IResource, httpMethod: string, backend: Backend, options: RestRouteOptions, guard: MethodGuard): Method {
    const { forwardAuthorization: forwardsAuthorization = false } = options;
    const headers = { header: this.header, httpMethod, isProtected: guard.authorizer !== undefined, forwardsAuthorization };
    const method = resource.addMethod(httpMethod, integrationOf(backend, resource, headers), {
      ...guard,
      requestParameters: Object.fromEntries(pathParameters(resource).map((name) => [`method.request.path.${name}`, true])),
    });
    this.#remember(method, backend.kind === 'lambda', forwardsAuthorization);
    return method;
  }

  #change(method: Method, options: RestRouteOptions & ExistingBackend, guard: Parameters<typeof changeMethod>[2]): void {
    const { forwardAuthorization: forwardsAuthorization = false, readsJwtFrom } = options;
    changeMethod(method, { header: this.header, forwardsAuthorization, readsJwtFrom }, guard);
    this.#remember(method, readsJwtFrom === 'requestContext', forwardsAuthorization);
  }

  #remember(method: Method, isContextReader: boolean, forwardsAuthorization: boolean): void {
    if (isContextReader) this.#contextReaders.add(method);
    if (forwardsAuthorization) this.#authorizationReaders.add(method);
  }

  #faults(api: AnyRestApi): string[] {
    const routes = findRouteFaults(api, {
      header: this.header,
      authorizerId: this.authorizer.authorizerId,
      contextReaders: this.#contextReaders,
      authorizationReaders: this.#authorizationReaders,
      left: this.#left,
    });
    return [...routes, ...this.#entry.findFaults()];
  }
}

interface MethodGuard {
  readonly authorizer?: IAuthorizer;
  readonly authorizationType: AuthorizationType;
  readonly apiKeyRequired?: boolean;
}

function acknowledgeOpen(method: Method): Method {
  acknowledge(method, { 'AwsSolutions-APIG4': 'Open on purpose: its rule says `secure: false`.' });
  return method;
}
