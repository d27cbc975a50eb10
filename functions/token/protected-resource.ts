// Answers the document of a protected HTTP API (RFC 9728 section 2) from its entry: such APIs have nothing by which API
// Gateway could answer itself, as REST APIs do, and lead the well-known path here. Which API it is says API Gateway, by the id
// and the stage of the event, and never a header of the request (A63).

import type { APIGatewayProxyEventV2, APIGatewayProxyResult } from 'aws-lambda';
import type { Api } from '../configuration/model.ts';
import { RESOURCE_METADATA_PATH, writeResourceMetadata } from '../configuration/resource-metadata.ts';
import { OAuthError, oauthErrorOf, Unavailable } from '../shared/errors.ts';
import { errorFields } from '../shared/log.ts';
import { inTime } from '../shared/time-budget.ts';
import { ownIssuerOf } from '../shared/token-paths.ts';
import { preflightResponse } from './cross-origin.ts';
import type { TokenDependencies } from './dependencies.ts';
import { errorResponse } from './error-response.ts';
import { cacheableResponse, type HttpResponse, PUBLIC_DOCUMENT_SECONDS } from './http-response.ts';
import { allowedMethods } from './route.ts';

type Dependencies = Pick<TokenDependencies, 'tenants' | 'issuer' | 'clock' | 'log'>;

/** What is read of the event; nothing else of it is. */
export type MetadataEvent = Pick<APIGatewayProxyEventV2, 'routeKey'> & {
  readonly requestContext: Pick<APIGatewayProxyEventV2['requestContext'], 'apiId' | 'stage' | 'requestId'> & {
    readonly http: Pick<APIGatewayProxyEventV2['requestContext']['http'], 'method' | 'sourceIp'>;
  };
};

const METHODS = ['GET', 'HEAD'] as const;

/** Answers it, and leaves one line in the log. */
export async function answerProtectedResource(dependencies: Dependencies, event: MetadataEvent): Promise<APIGatewayProxyResult> {
  const startedMs = dependencies.clock();
  const { requestId, http } = event.requestContext;
  const { response, error } = await respond(dependencies, event);
  const { statusCode: status } = response;
  dependencies.log(status >= 500 ? 'ERROR' : 'INFO', 'token-request', {
    requestId,
    sourceAddress: http.sourceIp,
    endpoint: RESOURCE_METADATA_PATH,
    status,
    outcome: status < 400 ? 'ok' : status < 500 ? 'refused' : status === 503 ? 'unavailable' : 'failed',
    ...(error?.cause !== undefined && errorFields(error.cause)),
    ...(error?.cause instanceof Unavailable && { dependency: error.cause.dependency }),
    ...(error !== undefined && { error: error.code, reason: error.reason }),
    durationMs: dependencies.clock() - startedMs,
  });
  return { ...response, body: http.method === 'HEAD' ? '' : response.body };
}

async function respond(
  dependencies: Dependencies,
  event: MetadataEvent,
): Promise<{ readonly response: HttpResponse; readonly error?: OAuthError }> {
  const { method } = event.requestContext.http;
  try {
    if (method === 'OPTIONS') return { response: preflightResponse(METHODS, '*') };
    if (!METHODS.some((known) => known === method)) throw new OAuthError('invalid_request', 'method-not-allowed', { status: 405 });
    const api = await inTime(findApi(dependencies, event));
    if (api === undefined) throw new OAuthError('invalid_request', 'no-protected-resource', { status: 404 });
    const document = writeResourceMetadata({
      ...api.discovery,
      resource: api.resource,
      authorizationServer: await issuerOf(dependencies, api),
    });
    return { response: cacheableResponse(document, PUBLIC_DOCUMENT_SECONDS) };
  } catch (cause) {
    const error = oauthErrorOf(cause);
    const response = errorResponse(error, 'Basic', dependencies.issuer);
    const allow = response.statusCode === 405 ? { Allow: allowedMethods(METHODS) } : {};
    return { error, response: { ...response, headers: { ...response.headers, ...allow } } };
  }
}

/** An API that clients may find. */
interface FindableApi extends Api {
  readonly resource: string;
  readonly discovery: NonNullable<Api['discovery']>;
}

/** The one that the route is for. Of several at one API, each has a path of its own behind the well-known one. */
async function findApi({ tenants }: Dependencies, { routeKey, requestContext }: MetadataEvent): Promise<FindableApi | undefined> {
  const { apiId, stage } = requestContext;
  const path = /^(?:GET|ANY) (\/\.well-known\/oauth-protected-resource.*)$/.exec(routeKey)?.[1];
  if (path === undefined) return undefined;
  const claims = (await tenants.findApiClaims(apiId)).filter((claim) => claim.stage === undefined || claim.stage === stage);
  // As the authorizer does: who claims what is another's says nothing for it (A108).
  const isOfSeveral = new Set(claims.map(({ owner }) => owner)).size > 1;
  const owner = isOfSeveral ? await tenants.findApiOwner(apiId, stage) : claims[0]?.owner;
  const found = claims.flatMap(({ owner: claimant, api }) => (claimant === owner && isFindable(api) ? [api] : []));
  const atPath = found.filter(({ discovery }) => discovery.metadataUrl.endsWith(path));
  const [only, ...others] = atPath.length > 0 || path !== RESOURCE_METADATA_PATH ? atPath : found;
  return others.length === 0 ? only : undefined;
}

function isFindable(api: Api | undefined): api is FindableApi {
  return api?.resource !== undefined && api.discovery !== undefined;
}

async function issuerOf({ tenants, issuer }: Dependencies, { owner, discovery }: FindableApi): Promise<string> {
  if (discovery.authorizationServer !== undefined) return discovery.authorizationServer;
  const tenant = await inTime(tenants.findTenant(owner));
  return tenant?.issuer === 'own' ? ownIssuerOf(issuer, owner) : issuer;
}
