// Mints the end-user JWT that tells a backend who calls, once per token and API while it is fresh.

import { randomUUID } from 'node:crypto';
import type { EndUserJwtSettings } from '../configuration/entries/tenant-entry.ts';
import type { Api, Client, EndUser, Tenant } from '../configuration/model.ts';
import type { SigningKeys } from '../own-tokens/signing-keys.ts';
import { Unavailable } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import { createLruMap } from '../shared/lru-map.ts';
import type { Principal } from './credentials/index.ts';
import { applicationClaims, callerClaims, createDialect, type Dialect, isOptionalClaim } from './end-user-claims.ts';
import { createEnvelope } from './end-user-jwt-envelope.ts';

/** Margin by which a JWT outlives the longest time for which API Gateway may hand it out. */
const MARGIN_SECONDS = 60;
/** Seconds of the margin that are still left when a JWT is handed out for the last time. */
const LEAST_MARGIN_SECONDS = 30;
/**
 * Margin by which a JWT outlives the token that it was minted for: API Gateway hands nothing out after the token's end, so
 * this is the way to the backend and what its clock may be off.
 */
const TOKEN_MARGIN_SECONDS = 10;
/** The longest cache that API Gateway has. */
const MAX_CACHE_SECONDS = 3600;
/** API Gateway allows 10,240 bytes of headers in all, the access token included. */
const MAX_CHARACTERS = 4096;
const MAX_REMEMBERED_TOKENS = 2000;

export interface EndUserJwtDependencies {
  readonly signingKeys: () => Promise<SigningKeys>;
  readonly issuer: string;
  /** Seconds for which API Gateway may hand out what was minted. */
  readonly authorizerCacheSeconds: number;
  readonly log: Log;
}

/** @throws Unavailable where there is no key, or nothing more can be left out of a JWT that is too long */
export type EndUserJwtMint = (principal: Principal, api: Api, owner: Tenant, nowSeconds: number) => string | Promise<string>;

interface MintCase {
  readonly principal: Principal;
  readonly api: Api;
  readonly owner: Tenant;
  readonly nowSeconds: number;
}

/** A minted JWT, and the versions of the entries that it was made from. */
interface Minted {
  readonly jwt: string;
  readonly reuseUntilSeconds: number;
  api: Api;
  owner: Tenant;
  client: Client | undefined;
  user: EndUser | undefined;
}

/** Opens the mint. The settings are those of the API's owner: its backend reads one format, whoever calls. */
export function createEndUserJwt(dependencies: EndUserJwtDependencies): EndUserJwtMint {
  const mintedByToken = createLruMap<readonly Minted[]>(MAX_REMEMBERED_TOKENS);
  const writeClaims = createClaims();
  const mint = createMint(dependencies);

  async function mintFor({ principal, api, owner, nowSeconds }: MintCase, known: Minted | undefined): Promise<string> {
    const claims = writeClaims(principal, api, owner);
    const { tokenDigest, client, user } = principal;
    if (known !== undefined && isSameFormat(known, { owner, api }) && says(known.jwt, claims)) {
      Object.assign(known, { api, owner, client, user });
      return known.jwt;
    }
    const audience = audienceOf(owner, api);
    const jwt = await mint({ settings: owner.endUserJwt, audience, claims, tokenEndsAtSeconds: principal.endsAtSeconds }, nowSeconds);
    if (tokenDigest === undefined) return jwt;
    const fresh = { jwt, reuseUntilSeconds: nowSeconds + MARGIN_SECONDS - LEAST_MARGIN_SECONDS, api, owner, client, user };
    const others = mintedByToken.get(tokenDigest)?.filter((one) => one !== known && nowSeconds < one.reuseUntilSeconds);
    mintedByToken.set(tokenDigest, others === undefined ? [fresh] : [...others, fresh]);
    return jwt;
  }

  return (principal, api, owner, nowSeconds) => {
    const ofToken = principal.tokenDigest === undefined ? undefined : mintedByToken.get(principal.tokenDigest);
    const known = ofToken?.find((one) => nowSeconds < one.reuseUntilSeconds && isSameApi(one.api, api));
    const isUpToDate = known !== undefined && known.api === api && known.owner === owner && known.client === principal.client;
    return isUpToDate && isSameUser(known.user, principal.user) ? known.jwt : mintFor({ principal, api, owner, nowSeconds }, known);
  };
}

/** Whether a JWT of ours ends in these claims: entries were read anew, and say what they said before. */
function says(jwt: string, { text }: ClaimsOfCall): boolean {
  const payload = Buffer.from(jwt.slice(jwt.indexOf('.') + 1, jwt.lastIndexOf('.')), 'base64').toString();
  return payload.endsWith(`",${text}}`);
}

/** Versions of one entry. */
function isSameApi(one: Api, other: Api): boolean {
  return one === other || (one.name === other.name && one.owner === other.owner);
}

/** Users are read anew for every request: roles and claims may have changed since the JWT was minted. */
function isSameUser(one: EndUser | undefined, other: EndUser | undefined): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

interface Recipient {
  readonly owner: Tenant;
  readonly api: Api;
}

function isSameFormat(one: Recipient, other: Recipient): boolean {
  const [{ algorithm, encoding }, wanted] = [one.owner.endUserJwt, other.owner.endUserJwt];
  return (
    algorithm === wanted.algorithm && encoding === wanted.encoding && audienceOf(one.owner, one.api) === audienceOf(other.owner, other.api)
  );
}

/**
 * The backend that it is for (RFC 8725 section 3.9): what the API's owner says, else the API's own name, which is its `resource`
 * or made of owner and API, so that a JWT for one API is good at no other one's backend (A102).
 */
function audienceOf({ endUserJwt }: Tenant, { owner, name, resource }: Api): string {
  return endUserJwt.audience ?? resource ?? `urn:gatehouse:${encodeURIComponent(owner)}:${encodeURIComponent(name.toWellFormed())}`;
}

interface ToMint {
  readonly settings: EndUserJwtSettings;
  readonly audience: string;
  readonly claims: ClaimsOfCall;
  /** Undefined: the caller has no token. */
  readonly tokenEndsAtSeconds: number | undefined;
}

function createMint({ signingKeys, issuer, authorizerCacheSeconds, log }: EndUserJwtDependencies) {
  const iss = JSON.stringify(issuer);
  const lifetimeSeconds = Math.min(Math.max(authorizerCacheSeconds, 0), MAX_CACHE_SECONDS) + MARGIN_SECONDS;

  return async ({ settings, audience, claims, tokenEndsAtSeconds }: ToMint, nowSeconds: number): Promise<string> => {
    const { algorithm } = settings;
    const signer = algorithm === 'none' ? undefined : (await signingKeys()).signer('end-user-jwt', algorithm, nowSeconds);
    if (algorithm !== 'none' && signer === undefined) throw new Unavailable('signing-keys', 'no-end-user-jwt-key');
    const envelope = createEnvelope(settings, signer);
    const exp = Math.min(nowSeconds + lifetimeSeconds, (tokenEndsAtSeconds ?? Number.POSITIVE_INFINITY) + TOKEN_MARGIN_SECONDS);
    const times = `"iat":${nowSeconds},"exp":${exp}`;
    const text = `{"iss":${iss},${times},"jti":"${randomUUID()}","aud":${JSON.stringify(audience)},${claims.text}}`;
    const maxBytes = envelope.payloadBytes(MAX_CHARACTERS);
    const payload = Buffer.from(text);
    return envelope.seal(payload.length <= maxBytes ? payload : shorten(text, claims.dialect, maxBytes, log));
  };
}

interface ClaimsOfCall {
  readonly dialect: Dialect;
  /** Members of the payload. */
  readonly text: string;
}

/** Writes the claims of a call. What belongs to an application at an API is kept for as long as their entries stay as they are. */
function createClaims(): (principal: Principal, api: Api, owner: Tenant) => ClaimsOfCall {
  const dialects = new WeakMap<Tenant, Dialect>();
  const written = new WeakMap<Api, WeakMap<object, { readonly owner: Tenant; readonly text: string }>>();
  const noClient = {};

  function writeApplication(client: Client | undefined, api: Api, owner: Tenant, dialect: Dialect): string {
    const ofApi = written.get(api) ?? new WeakMap<object, { readonly owner: Tenant; readonly text: string }>();
    const known = ofApi.get(client ?? noClient);
    if (known?.owner === owner) return known.text;
    const text = applicationClaims(client, api, dialect);
    written.set(api, ofApi.set(client ?? noClient, { owner, text }));
    return text;
  }

  return (principal, api, owner) => {
    let dialect = dialects.get(owner);
    if (dialect === undefined) {
      dialect = createDialect(owner.endUserJwt);
      dialects.set(owner, dialect);
    }
    const ofApplication = writeApplication(principal.client, api, owner, dialect);
    const ofCaller = callerClaims(principal, owner.endUserJwt, dialect);
    return { dialect, text: ofApplication === '' ? ofCaller : `${ofCaller},${ofApplication}` };
  };
}

/** The longest optional claims are left out first until the rest fits, and the log says which. */
function shorten(payload: string, dialect: Dialect, maxBytes: number, log: Log): Buffer {
  const claims = Object.entries(JSON.parse(payload) as Record<string, unknown>).map(([name, value]) => ({
    name,
    json: `${JSON.stringify(name)}:${JSON.stringify(value)}`,
  }));
  const longestFirst = claims.filter(({ name }) => isOptionalClaim(name, dialect)).sort((a, b) => b.json.length - a.json.length);
  for (let count = 1; count <= longestFirst.length; count++) {
    const leftOut = longestFirst.slice(0, count);
    const kept = claims.filter((claim) => !leftOut.includes(claim)).map(({ json }) => json);
    const shortened = Buffer.from(`{${kept.join(',')}}`);
    if (shortened.length > maxBytes) continue;
    log('WARN', 'end-user-jwt-shortened', { leftOut: leftOut.map(({ name }) => name) });
    return shortened;
  }
  throw new Unavailable('end-user-jwt', 'end-user-jwt-too-long');
}
