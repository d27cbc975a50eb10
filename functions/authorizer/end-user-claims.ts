// The claims of the end-user JWT: the names and values that backends know from WSO2, as JSON text,
// and straight as JSON text: this runs for every token.

import { createHash } from 'node:crypto';
import type { EndUserJwtSettings } from '../configuration/entries/tenant-entry.ts';
import type { Api, Client, EndUser } from '../configuration/model.ts';
import { qualifiedName, subjectOf } from '../configuration/username.ts';
import { actorClaim } from '../own-tokens/sign-access-token.ts';
import type { Principal } from './credentials/index.ts';

/** Claims whose names are their own (RFC 7519 section 4.1, RFC 8693 section 4.1); nothing that a store says may take one. */
const REGISTERED: ReadonlySet<string> = new Set(['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'act']);

const WSO2_DIALECT = 'http://wso2.org/claims/';

/** Claims that say what Gatehouse knows: no claim of a user or an issuer takes their place (A87). */
const STANDARD = [
  'subscriber',
  'applicationid',
  'applicationname',
  'applicationtier',
  'applicationUUId',
  'applicationAttributes',
  'apiname',
  'apicontext',
  'version',
  'tier',
  'keytype',
  'usertype',
  'enduser',
  'enduserTenantId',
  'role',
] as const;

type StandardClaim = (typeof STANDARD)[number];

/** Claim names as one tenant writes them: as JSON, with the colon. `undefined`: a claim that is not to be there. */
export interface Dialect {
  standard(name: StandardClaim): string | undefined;
  /** Name of a user's or an issuer's claim; undefined also for a name that is not theirs to give. */
  own(name: string): string | undefined;
}

const MAX_NAMES = 500;

/** A dialect with no `/`, `#` or `:` at its end gets a slash, as with WSO2; `/` alone stands for no prefix. */
export function createDialect(settings: EndUserJwtSettings): Dialect {
  const prefix = settings.dialect === '/' ? '' : /[/#:]$/.test(settings.dialect) ? settings.dialect : `${settings.dialect}/`;
  const excluded = new Set(settings.excludedClaims);
  const write = (short: string, full: string) => (excluded.has(short) || excluded.has(full) ? undefined : `${JSON.stringify(full)}:`);
  const standard = new Map<string, string | undefined>(STANDARD.map((name) => [name, write(name, prefix + name)]));
  const reserved = new Set([...STANDARD].flatMap((name) => [prefix + name, WSO2_DIALECT + name]).map((name) => name.toLowerCase()));
  const written = new Map<string, string | undefined>();

  function writeOwn(name: string): string | undefined {
    const full = name.includes('://') || name.startsWith('urn:') ? name : prefix + name;
    const isTaken = REGISTERED.has(name) || REGISTERED.has(full) || reserved.has(full.toLowerCase());
    return isTaken ? undefined : write(name, full);
  }

  return {
    standard: (name) => standard.get(name),
    own(name) {
      if (written.has(name)) return written.get(name);
      const own = writeOwn(name);
      if (written.size < MAX_NAMES) written.set(name, own);
      return own;
    },
  };
}

/** Joins members, `undefined` left out. */
function members(...texts: readonly (string | undefined)[]): string {
  let joined = '';
  for (const text of texts) if (text !== undefined && text !== '') joined = joined === '' ? text : `${joined},${text}`;
  return joined;
}

function member(dialect: Dialect, name: StandardClaim, value: unknown): string | undefined {
  const written = dialect.standard(name);
  return written === undefined ? undefined : written + JSON.stringify(value);
}

/** Claims that are the same for every token of an application at an API. */
export function applicationClaims(client: Client | undefined, api: Api, dialect: Dialect): string {
  const ofApi = members(
    member(dialect, 'apiname', api.name),
    ...versionClaims(api, dialect),
    member(dialect, 'tier', subscriptionTier(client, api) ?? 'Unlimited'),
    member(dialect, 'keytype', client?.keyType ?? 'PRODUCTION'),
  );
  if (client === undefined) return ofApi;
  return members(
    ofApi,
    member(dialect, 'subscriber', subscriberOf(client)),
    member(dialect, 'applicationid', client.clientId),
    member(dialect, 'applicationname', client.name ?? client.clientId),
    member(dialect, 'applicationtier', client.applicationTier),
    member(dialect, 'applicationUUId', uuidOf(client)),
    Object.keys(client.attributes).length === 0 ? undefined : member(dialect, 'applicationAttributes', client.attributes),
  );
}

/** `apicontext` ends with the version, as with WSO2. At the root there is no context that one could be a part of. */
function versionClaims({ context, version }: Api, dialect: Dialect): readonly (string | undefined)[] {
  if (context === '') return [member(dialect, 'apicontext', '/'), version === undefined ? undefined : member(dialect, 'version', version)];
  const shown = version ?? context.slice(context.lastIndexOf('/') + 1);
  return [
    member(dialect, 'apicontext', context.endsWith(`/${shown}`) ? context : `${context}/${shown}`),
    member(dialect, 'version', shown),
  ];
}

/** Claims that the caller's token or password says of it. */
export function callerClaims(principal: Principal, settings: EndUserJwtSettings, dialect: Dialect): string {
  const { client, user, actors } = principal;
  const act = actorClaim(actors);
  const endUser = user !== undefined ? qualifiedName(user) : client !== undefined ? subscriberOf(client) : undefined;
  return members(
    `"sub":${JSON.stringify(subjectOfPrincipal(principal))}`,
    act && `"act":${JSON.stringify(act)}`,
    member(dialect, 'usertype', user === undefined ? 'APPLICATION' : 'APPLICATION_USER'),
    endUser === undefined ? undefined : member(dialect, 'enduser', endUser),
    member(dialect, 'enduserTenantId', principal.tenant.name),
    user === undefined || !settings.userClaims ? undefined : userClaims(user, dialect),
  );
}

/** Two spellings of one name are one claim: the first counts. */
function userClaims(user: EndUser, dialect: Dialect): string {
  let text = (user.roles.length > 0 && member(dialect, 'role', user.roles)) || '';
  const written: string[] = [];
  for (const name of Object.keys(user.claims)) {
    const own = dialect.own(name);
    if (own === undefined || written.includes(own)) continue;
    written.push(own);
    text = members(text, own + JSON.stringify(user.claims[name]));
  }
  return text;
}

/** Whether a claim may be left out where the JWT would be too long: the user's own, and those that are lists and maps. */
export function isOptionalClaim(name: string, dialect: Dialect): boolean {
  if (REGISTERED.has(name)) return false;
  const written = `${JSON.stringify(name)}:`;
  return !STANDARD.some((standard) => !OPTIONAL.has(standard) && dialect.standard(standard) === written);
}

const OPTIONAL: ReadonlySet<StandardClaim> = new Set(['role', 'applicationAttributes']);

/** The `sub`: of the user, or of the application for its own token. */
export function subjectOfPrincipal({ user, client, tenant }: Principal): string {
  if (user !== undefined) return subjectOf(user);
  return client?.clientId ?? tenant.name;
}

/** The tier of the subscription, which an API without `requireSubscription` may lack. */
export function subscriptionTier(client: Client | undefined, api: Api): string | undefined {
  return client !== undefined && Object.hasOwn(client.subscriptions, api.name) ? client.subscriptions[api.name] : undefined;
}

function subscriberOf({ owner, tenant }: Client): string {
  return owner.toLowerCase().endsWith(`@${tenant}`) ? owner : `${owner}@${tenant}`;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A client id that is a UUID; else one made of it (RFC 9562 section 5.8), so that it stays the same. */
function uuidOf({ clientId, tenant }: Client): string {
  if (UUID.test(clientId)) return clientId.toLowerCase();
  const digest = createHash('sha256')
    .update(JSON.stringify([tenant, clientId]))
    .digest();
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x80, 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  return digest.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
