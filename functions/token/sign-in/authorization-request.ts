// Parses an authorization request (RFC 6749 section 4.1.1, RFC 7636 section 4.3, OpenID Connect Core section 3.1.2.1).
// First who asks and where the answer goes; only when both are known may anything be answered there (A119).

import type { Client, Tenant } from '../../configuration/model.ts';
import { parseResources, requireResources } from '../../configuration/resources.ts';
import { parseScope, requireDefinedScopes } from '../../configuration/scopes.ts';
import { OAuthError } from '../../shared/errors.ts';
import type { TokenDependencies } from '../dependencies.ts';
import { type ClientFinder, findClient } from '../find-client.ts';
import { isRegistered } from './redirect-uri.ts';

/** The names that are read. Others are ignored (RFC 6749 section 3.1): `acr_values`, `claims`, `display` among them. */
export const AUTHORIZATION_PARAMETERS: ReadonlySet<string> = new Set([
  ...['response_type', 'client_id', 'redirect_uri', 'scope', 'state', 'code_challenge', 'code_challenge_method', 'nonce'],
  ...['prompt', 'max_age', 'login_hint', 'ui_locales', 'id_token_hint', 'response_mode', 'resource', 'request', 'request_uri'],
]);

type ResponseMode = 'query' | 'form_post';

/** Address of the answer, whatever becomes of the request. */
export interface AnswerAddress {
  readonly client: Client;
  readonly tenant: Tenant;
  /** One of the client's, with the port that was sent. */
  readonly redirectUri: string;
  readonly state: string | undefined;
  readonly responseMode: ResponseMode;
}

/** A request that can be answered. */
export interface AuthorizationRequest extends AnswerAddress {
  /** Redirect URI as sent; undefined where the client has one URI and sent none: then the token request needs none either. */
  readonly sentRedirectUri: string | undefined;
  readonly askedScopes: readonly string[];
  /** APIs that the tokens are to be for (RFC 8707 section 2.1). */
  readonly askedResources: readonly string[];
  /** BASE64URL(SHA256(verifier)), RFC 7636 section 4.2. */
  readonly codeChallenge: string;
  readonly nonce: string | undefined;
  readonly prompt: ReadonlySet<Prompt>;
  /** How old the sign-in may be at most. */
  readonly maxAgeSeconds: number | undefined;
  readonly loginHint: string | undefined;
  readonly idTokenHint: string | undefined;
}

type Prompt = 'none' | 'login' | 'consent' | 'select_account';

type Parameters = ReadonlyMap<string, string>;

/** Also at the end of a session. */
export const MAX_STATE_CHARACTERS = 2048;
const MAX_HINT_CHARACTERS = 512;
const CHALLENGE = /^[A-Za-z0-9_-]{43}$/;
const PROMPTS: ReadonlySet<string> = new Set(['none', 'login', 'consent', 'select_account'] satisfies Prompt[]);

/**
 * Finds out where the answer goes.
 *
 * @throws OAuthError for what can't be answered safely: it is shown as a page, and never redirected
 */
export async function findAnswerAddress(
  dependencies: Pick<TokenDependencies, 'clients' | 'documents' | 'tenants'>,
  parameters: Parameters,
): Promise<AnswerAddress & { readonly sentRedirectUri: string | undefined }> {
  const clientId = parameters.get('client_id');
  if (clientId === undefined) throw new OAuthError('invalid_request', 'missing-client-id');
  const client = await requireClient(dependencies, clientId);
  if (client.status !== 'active') throw new OAuthError('invalid_request', 'client-suspended');
  if (!client.grantTypes.includes('authorization_code')) throw new OAuthError('invalid_request', 'grant-not-of-this-client');
  const tenant = await dependencies.tenants.findTenant(client.tenant);
  if (tenant === undefined || tenant.status !== 'active') throw new OAuthError('invalid_request', 'tenant-not-active');
  if (tenant.signIn === undefined) throw new OAuthError('invalid_request', 'sign-in-off');
  const sentRedirectUri = parameters.get('redirect_uri');
  const [only, second] = client.redirectUris;
  // A document may have another one when the user has said yes to the one that the page has shown (A138).
  const isOnlyOne = second === undefined && client.document === undefined;
  const redirectUri = sentRedirectUri ?? (isOnlyOne ? only : undefined);
  if (redirectUri === undefined) throw new OAuthError('invalid_request', 'missing-redirect-uri');
  if (!isRegistered(client.redirectUris, redirectUri, { isLocalhostPortFree: client.document !== undefined }))
    throw new OAuthError('invalid_request', 'redirect-uri-not-registered');
  const responseMode = parameters.get('response_mode') === 'form_post' ? 'form_post' : 'query';
  const state = parameters.get('state');
  return { client, tenant, redirectUri, sentRedirectUri, responseMode, state: isBounded(state, MAX_STATE_CHARACTERS) ? state : undefined };
}

/**
 * A document that can't be had is no outage of ours here: whoever sends people has chosen its URL.
 *
 * @throws OAuthError `invalid_request`, Unavailable
 */
async function requireClient(dependencies: ClientFinder, clientId: string): Promise<Client> {
  const found = await findClient(dependencies, clientId);
  if (found.kind === 'unknown') throw new OAuthError('invalid_request', found.reason, { cause: found.outage });
  return found.client;
}

/** @throws OAuthError that goes to the client */
export function parseAuthorizationRequest(
  address: AnswerAddress & { readonly sentRedirectUri: string | undefined },
  parameters: Parameters,
): AuthorizationRequest {
  if (parameters.has('request')) throw new OAuthError('request_not_supported', 'request-object');
  if (parameters.has('request_uri')) throw new OAuthError('request_uri_not_supported', 'request-object');
  const responseType = parameters.get('response_type');
  if (responseType === undefined) throw new OAuthError('invalid_request', 'missing-response-type');
  if (responseType !== 'code') throw new OAuthError('unsupported_response_type', 'unknown-response-type');
  if (!isBounded(parameters.get('state'), MAX_STATE_CHARACTERS)) throw new OAuthError('invalid_request', 'state-too-long');
  const mode = parameters.get('response_mode');
  if (mode !== undefined && mode !== 'query' && mode !== 'form_post') throw new OAuthError('invalid_request', 'unknown-response-mode');
  const askedScopes = parseScope(parameters.get('scope'));
  requireDefinedScopes(address.tenant, askedScopes);
  const askedResources = parseResources(parameters.get('resource'));
  requireResources(address.tenant, address.client, askedResources);
  const nonce = parameters.get('nonce');
  if (!isBounded(nonce, MAX_STATE_CHARACTERS)) throw new OAuthError('invalid_request', 'nonce-too-long');
  const loginHint = parameters.get('login_hint');
  return {
    ...address,
    askedScopes,
    askedResources,
    codeChallenge: parseCodeChallenge(parameters),
    nonce,
    prompt: parsePrompt(parameters.get('prompt')),
    maxAgeSeconds: parseMaxAge(parameters.get('max_age')),
    // A hint is a help: one that is of no use is left out.
    loginHint: isBounded(loginHint, MAX_HINT_CHARACTERS) ? loginHint : undefined,
    idTokenHint: parameters.get('id_token_hint'),
  };
}

/** S256 is required of every client (RFC 9700 section 2.1.1, A116). */
function parseCodeChallenge(parameters: Parameters): string {
  const challenge = parameters.get('code_challenge');
  if (challenge === undefined) throw new OAuthError('invalid_request', 'missing-code-challenge');
  if (parameters.get('code_challenge_method') !== 'S256') throw new OAuthError('invalid_request', 'code-challenge-method');
  if (!CHALLENGE.test(challenge)) throw new OAuthError('invalid_request', 'malformed-code-challenge');
  return challenge;
}

function parsePrompt(prompt: string | undefined): ReadonlySet<Prompt> {
  const words = (prompt ?? '').split(' ').filter((word) => word !== '');
  if (words.some((word) => !PROMPTS.has(word))) throw new OAuthError('invalid_request', 'unknown-prompt');
  if (words.includes('none') && words.length > 1) throw new OAuthError('invalid_request', 'unknown-prompt');
  return new Set(words as Prompt[]);
}

function parseMaxAge(maxAge: string | undefined): number | undefined {
  if (maxAge === undefined) return undefined;
  if (!/^\d{1,10}$/.test(maxAge)) throw new OAuthError('invalid_request', 'malformed-max-age');
  return Number(maxAge);
}

const isBounded = (text: string | undefined, maxCharacters: number): boolean => text === undefined || text.length <= maxCharacters;
