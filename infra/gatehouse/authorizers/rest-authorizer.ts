// Puts the authorizer in front of a REST API, and sees to it that no route lets a client's own end-user JWT through.

import { AuthorizationType, type IAuthorizer, type IResource, type Method, type UsagePlan } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { ProtectedResource } from '../discovery/protected-resource.ts';
import { addRestDiscovery, openRestResource } from '../discovery/rest-discovery.ts';
import { requireCacheSeconds, requireMethodToProtect, requireMutualTls, requireNoCache } from './authorizer-checks.ts';
import type { AuthorizerParts } from './authorizer-parts.ts';
import { type Backend, integrationOf, pathParameters } from './backend.ts';
import { type DocumentRoutes, openDocumentRoutes } from './document-routes.ts';
import { addGatewayResponses } from './gateway-responses.ts';
import { requireHeaderName } from './header-name.ts';
import type { ProtectRestApiProps } from './protect-rest-api-props.ts';
import { type AnyRestApi, findStage, readKeysFromAuthorizer } from './rest-api.ts';
import { changeMethod, markAsLeft, requireNew } from './rest-method.ts';
import { openRestAuthorizer } from './rest-request-authorizer.ts';
import { openRouteEntry, type RouteEntry } from './route-entry.ts';
import { findRouteFaults } from './route-faults.ts';
import { type ExistingBackend, type RestRouteOptions, requireReason } from './route-options.ts';
import { addUsageTier, type UsageTier } from './usage-tiers.ts';

export class RestAuthorizer extends Construct {
  /** For methods that are added by hand, whose header mappings must then be written by hand too. */
  readonly authorizer: IAuthorizer;
  readonly header: string;
  /** With `resource`: the URI of the API, and where its document is. */
  readonly resource: ProtectedResource | undefined;
  readonly #api: AnyRestApi;
  readonly #usagePlans: boolean;
  readonly #entry: RouteEntry;
  readonly #contextReaders = new Set<Method>();
  readonly #authorizationReaders = new Set<Method>();
  readonly #left = new Set<Method>();
  readonly #document: DocumentRoutes | undefined;
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
    this.#document = openDocumentRoutes(api, parts, header);
    // The import of a document takes away what is not in it.
    this.authorizer =
      this.#document === undefined ? openRestAuthorizer(this, api, parts, { cacheSeconds, clientCertificates }) : IN_DOCUMENT;
    if (usagePlans) readKeysFromAuthorizer(api);
    const stage = findStage(api);
    if (this.#document !== undefined && props.resource !== undefined)
      throw new Error('resource: the API is defined by a document; say it where protectDocument makes that.');
    this.resource = openRestResource(api, props, parts);
    const { challenge: findable } = this.resource ?? {};
    if (this.#document === undefined && props.gatewayResponses !== false)
      addGatewayResponses(api, parts.gatewayResponses, { countsTiers: countTiers, takesBasic: () => this.#takesBasic, findable });
    if (this.resource !== undefined) addRestDiscovery(api, this.resource);
    if (stage !== undefined) parts.webAcl?.protect(this, stage);
    const stageName = props.stage ?? stage?.stageName;
    const { apiEntriesToken: serviceToken } = parts;
    this.#entry = openRouteEntry(this, {
      ...props,
      id,
      resource: this.resource ?? this.#document?.resource,
      apiId: api.restApiId,
      stage: stageName,
      countTiers,
      clientCertificates,
      serviceToken,
    });
    this.#document?.writeRules(this.#entry);
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
    if (this.#document !== undefined)
      throw new Error(`${httpMethod} ${resource.path}: the API is defined by a document; the route belongs there.`);
    requireNew(resource, httpMethod);
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
    return [...routes, ...(this.#document?.findFaults() ?? []), ...this.#entry.findFaults()];
  }
}

/** Whose authorizer is a security scheme. */
const IN_DOCUMENT: IAuthorizer = { authorizerId: 'in-the-document' };

interface MethodGuard {
  readonly authorizer?: IAuthorizer;
  readonly authorizationType: AuthorizationType;
  readonly apiKeyRequired?: boolean;
}

function acknowledgeOpen(method: Method): Method {
  acknowledge(method, { 'AwsSolutions-APIG4': 'Open on purpose: its rule says `secure: false`.' });
  return method;
}
