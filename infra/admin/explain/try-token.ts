// Tries what the token API would answer to a client, and a user of it, whose secret and password are right: its own code
// is asked, with a secret and a password that only this try has. The token that it gives is stored nowhere.

import { createHash, randomBytes } from 'node:crypto';
import { isClientUrl } from '../../../functions/configuration/client-url.ts';
import { findClientByUrl } from '../../../functions/configuration/document-client.ts';
import type { Client, EndUser } from '../../../functions/configuration/model.ts';
import { parseUsername } from '../../../functions/configuration/username.ts';
import { oauthErrorOf } from '../../../functions/shared/errors.ts';
import type { LogFields } from '../../../functions/shared/log.ts';
import type { Grant } from '../../../functions/storage/grant.ts';
import type { ClientStore } from '../../../functions/storage/stores.ts';
import type { TokenDependencies } from '../../../functions/token/dependencies.ts';
import { errorResponse } from '../../../functions/token/error-response.ts';
import type { FoundClient } from '../../../functions/token/found-client.ts';
import type { HttpRequest } from '../../../functions/token/http-request.ts';
import { createRequestTrace } from '../../../functions/token/request-trace.ts';
import { createRoutes } from '../../../functions/token/routes.ts';
import type { ExplainDependencies } from './explain-dependencies.ts';
import { lookUpUsers, UndecidedUser } from './look-up-users.ts';
import type { SupposedGrants } from './read-only-stores.ts';
import { findWorkloadRefusal } from './suppose-workload.ts';

export interface TokenQuestion {
  readonly clientId: string;
  /** Name as typed at a login; absent: the application itself asks. */
  readonly username?: string | undefined;
  /** Scopes to ask for; absent: all that may be had. */
  readonly scope?: string | undefined;
  readonly roles?: readonly string[] | undefined;
  /** URI of the API that the token must be for; absent: none. */
  readonly resource?: string | undefined;
}

export type TriedToken =
  | { readonly kind: 'given'; readonly token: string; readonly grant: Grant }
  | { readonly kind: 'refused'; readonly status: number; readonly error: string; readonly reason: string; readonly fields: LogFields }
  | { readonly kind: 'undecided' };

export interface TryOptions {
  readonly supposed: SupposedGrants;
  readonly signingKeys: TokenDependencies['signingKeys'];
  readonly issuer: string;
  readonly note: (text: string) => void;
  readonly found: (user: EndUser) => void;
}

export async function tryToken(dependencies: ExplainDependencies, question: TokenQuestion, options: TryOptions): Promise<TriedToken> {
  const secret = randomBytes(32).toString('hex');
  const route = createRoutes(tokenDependencies(dependencies, question, options, secret)).find(({ paths }) =>
    paths.includes('/oauth2/token'),
  );
  if (route === undefined) throw new Error('The token API has no token endpoint.');
  const trace = createRequestTrace();
  try {
    const { clientId } = question;
    const client = await dependencies.clients.findClient(clientId);
    const refusal = await findWorkloadRefusal(dependencies, client, options);
    if (refusal !== undefined)
      return { kind: 'refused', status: 401, error: 'invalid_client', reason: refusal, fields: { tenant: client?.tenant, clientId } };
    const { body } = await route.answer(tokenRequest(question, secret), trace);
    const [grant] = options.supposed.supposed.values();
    if (grant === undefined) throw new Error('A token was given, and no grant was written.');
    return { kind: 'given', token: (JSON.parse(body) as { access_token: string }).access_token, grant };
  } catch (thrown) {
    if (thrown instanceof UndecidedUser) return { kind: 'undecided' };
    const error = oauthErrorOf(thrown);
    const { statusCode: status } = errorResponse(error, route.challenge, options.issuer);
    const dependency = error.cause instanceof Error && 'dependency' in error.cause ? String(error.cause.dependency) : undefined;
    return { kind: 'refused', status, error: error.code, reason: error.reason, fields: { ...trace.fields(), dependency } };
  }
}

function tokenRequest({ clientId, username, scope = 'SYSTEM', resource }: TokenQuestion, secret: string): HttpRequest {
  const asked = username === undefined ? { grant_type: 'client_credentials' } : { grant_type: 'password', username, password: secret };
  const form = { ...asked, scope, client_id: clientId, client_secret: secret, ...(resource !== undefined && { resource }) };
  return {
    method: 'POST',
    path: '/oauth2/token',
    query: new Map(),
    authorization: undefined,
    contentType: 'application/x-www-form-urlencoded',
    origin: undefined,
    cookie: undefined,
    acceptLanguage: undefined,
    fetchSite: undefined,
    endUserAddresses: [],
    body: new URLSearchParams(form).toString(),
    isBase64Encoded: false,
    sourceAddress: '',
    requestId: '',
    clientCertificate: undefined,
  };
}

function tokenDependencies(
  dependencies: ExplainDependencies,
  { clientId, username, roles }: TokenQuestion,
  { supposed, signingKeys, issuer, note, found }: TryOptions,
  secret: string,
): TokenDependencies {
  const asked = (what: string) => () => Promise.reject(new Error(`To explain a decision ${what} must not be asked.`));
  return {
    tenants: dependencies.tenants,
    clients: clientOfTry(dependencies.clients, { clientId, isForUser: username !== undefined, secret, note }),
    workloads: { findClaimants: asked('who claims a workload') },
    ...(isClientUrl(clientId) && ownIssuerOfTry(dependencies, { clientId, username, secret, note })),
    grants: supposed.grants,
    holders: supposed.holders,
    users: dependencies.users,
    replays: { claimOnce: asked('for an assertion') },
    attempts: { rememberSignIn: asked('for a sign-in') },
    sessions: {
      saveSignIn: asked('for a session'),
      findSession: asked('for a session'),
      renewSession: asked('for a session'),
      touchSession: asked('for a session'),
      endSession: asked('for a session'),
      findConsent: asked('for consent'),
    },
    signingKeys,
    userstores: lookUpUsers(dependencies, { roles, note, found }),
    sendOutbound: asked('another service'),
    issuer,
    clock: dependencies.clock,
    log: () => {},
  };
}

/** Of a client whose id is a URL: the issuer is that of the user's tenant, whose entry says whether there is such a client. */
function ownIssuerOfTry(
  { tenants }: ExplainDependencies,
  { username = '', ...client }: { readonly username: string | undefined } & Omit<TryingClient, 'isForUser'>,
): Pick<TokenDependencies, 'ownTenant' | 'documents'> {
  const { note } = client;
  const name = parseUsername(username)?.tenant;
  if (name === undefined) note('A client whose id is a URL calls for its user alone, and is one of the user’s tenant: --user NAME@TENANT.');
  const findClient = async (id: string): Promise<FoundClient> => {
    const tenant = name === undefined ? undefined : await tenants.findTenant(name);
    const found = tenant && findClientByUrl(tenant, id);
    if (found?.kind !== 'found') return { kind: 'unknown', reason: found?.reason ?? 'unknown-client' };
    note('The document of the client was not asked for: only what the entry of the tenant says was looked at.');
    const tried = await clientOfTry({ findClient: async () => found.client }, { ...client, isForUser: true }).findClient(id);
    return { kind: 'found', client: tried ?? found.client };
  };
  return {
    ...(name !== undefined && { ownTenant: name }),
    documents: { findClient, findKeptClient: async () => undefined, withKeys: (_client, work) => work() },
  };
}

interface TryingClient {
  readonly clientId: string;
  readonly isForUser: boolean;
  readonly secret: string;
  readonly note: (text: string) => void;
}

/** Grants in which a user takes part, other than by a password. */
const USER_GRANTS = ['authorization_code', 'urn:ietf:params:oauth:grant-type:jwt-bearer', 'urn:ietf:params:oauth:grant-type:saml2-bearer'];

/** The client's entry with the try's own secret, however it authenticates, and tokens that need no key. */
function clientOfTry({ findClient }: ClientStore, { clientId, isForUser, secret, note }: TryingClient): ClientStore {
  const sha256 = createHash('sha256').update(secret).digest('hex');
  return {
    async findClient(id) {
      const client = await findClient(id);
      if (client === undefined || id !== clientId) return client;
      const other =
        isForUser && !client.grantTypes.includes('password') ? client.grantTypes.find((grant) => USER_GRANTS.includes(grant)) : undefined;
      if (other !== undefined) note(`Users of this client come by ${other}: name and roles are looked at as at a login by password.`);
      const grantTypes: Client['grantTypes'] = other === undefined ? client.grantTypes : [...client.grantTypes, 'password'];
      return { ...client, secrets: [{ sha256 }], authMethods: ['client_secret_post'], tokenFormat: 'opaque', grantTypes };
    },
  };
}
