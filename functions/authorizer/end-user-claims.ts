// The claims of the end-user JWT (DESIGN section 6): the names and values that backends know from WSO2, as JSON text,
// so that what does not change from token to token is written once.

import { createHash } from 'node:crypto';
import type { EndUserJwtSettings } from '../shared/entries/tenant-entry.ts';
import type { Api, Client, EndUser } from '../shared/model.ts';
import { qualifiedName, subjectOf } from '../shared/username.ts';
import type { Principal } from './credentials/index.ts';

/** One member of the payload. Optional ones may be left out where the JWT would be too long. */
export interface Claim {
  /** `"name":`. */
  readonly name: string;
  /** `"name":value`. */
  readonly json: string;
  readonly isOptional: boolean;
}

/** Claims whose names are their own (RFC 7519 section 4.1); nothing that a store says may take one. */
const REGISTERED: ReadonlySet<string> = new Set(['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti']);

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

/** How names are written for one tenant: as JSON, with the colon. `undefined`: a claim that is not to be there. */
export interface Dialect {
  standard(name: StandardClaim): string | undefined;
  /** Of a user's or an issuer's claim; undefined also for a name that is not theirs to give. */
  own(name: string): string | undefined;
}

const MAX_NAMES = 500;

/** A dialect with no `/`, `#` or `:` at its end gets a slash, as with WSO2; `/` alone stands for no prefix. */
export function openDialect(settings: EndUserJwtSettings): Dialect {
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

function writeClaim(name: string, value: unknown, isOptional: boolean): Claim {
  return { name, json: name + JSON.stringify(value), isOptional };
}

function claimWriter(dialect: Dialect) {
  const claims: Claim[] = [];
  return {
    claims,
    add(name: StandardClaim, value: unknown, isOptional = false): void {
      const written = dialect.standard(name);
      if (written !== undefined) claims.push(writeClaim(written, value, isOptional));
    },
  };
}

/** What is the same for every token of an application at an API. */
export function applicationClaims(client: Client | undefined, api: Api, dialect: Dialect): readonly Claim[] {
  const { claims, add } = claimWriter(dialect);
  const version = api.version ?? api.context.slice(api.context.lastIndexOf('/') + 1);
  add('apiname', api.name);
  add('apicontext', api.context.endsWith(`/${version}`) ? api.context : `${api.context}/${version}`);
  add('version', version);
  add('tier', subscriptionTier(client, api) ?? 'Unlimited');
  add('keytype', client?.keyType ?? 'PRODUCTION');
  if (client === undefined) return claims;
  add('subscriber', subscriberOf(client));
  add('applicationid', client.clientId);
  add('applicationname', client.name ?? client.clientId);
  add('applicationtier', client.applicationTier);
  add('applicationUUId', uuidOf(client));
  if (Object.keys(client.attributes).length > 0) add('applicationAttributes', client.attributes, true);
  return claims;
}

/** What the caller's token or password says of it. */
export function callerClaims(principal: Principal, settings: EndUserJwtSettings, dialect: Dialect): readonly Claim[] {
  const { client, user } = principal;
  const { claims, add } = claimWriter(dialect);
  claims.push({ name: '"sub":', json: `"sub":${JSON.stringify(subjectOfPrincipal(principal))}`, isOptional: false });
  add('usertype', user === undefined ? 'APPLICATION' : 'APPLICATION_USER');
  const endUser = user !== undefined ? qualifiedName(user) : client !== undefined ? subscriberOf(client) : undefined;
  if (endUser !== undefined) add('enduser', endUser);
  add('enduserTenantId', principal.tenant.name);
  if (user === undefined || !settings.userClaims) return claims;
  if (user.roles.length > 0) add('role', user.roles, true);
  addUserClaims(claims, user, dialect);
  return claims;
}

/** Two spellings of one name are one claim: the first counts. */
function addUserClaims(claims: Claim[], user: EndUser, dialect: Dialect): void {
  const first = claims.length;
  for (const [name, value] of Object.entries(user.claims)) {
    const written = dialect.own(name);
    if (written === undefined || claims.some((claim, at) => at >= first && claim.name === written)) continue;
    claims.push(writeClaim(written, value, true));
  }
}

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
