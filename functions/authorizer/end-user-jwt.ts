// Mints the end-user JWT that tells a backend who calls (DESIGN section 6), once per token and API while it is fresh.

import { randomUUID } from 'node:crypto';
import type { EndUserJwtSettings } from '../shared/entries/tenant-entry.ts';
import { Unavailable } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import type { Api, Client, Tenant } from '../shared/model.ts';
import type { SigningKeys } from '../shared/signing-keys.ts';
import type { Principal } from './credentials/index.ts';
import { applicationClaims, type Claim, callerClaims, type Dialect, openDialect, subjectOfPrincipal } from './end-user-claims.ts';
import { openEnvelope } from './end-user-jwt-envelope.ts';

/** By how much a JWT outlives the longest time for which API Gateway may hand it out. */
const MARGIN_SECONDS = 60;
/** How much of the margin is still left when a JWT is handed out for the last time. */
const LEAST_MARGIN_SECONDS = 30;
/** The longest cache that API Gateway has. */
const MAX_CACHE_SECONDS = 3600;
/** API Gateway allows 10,240 bytes of headers in all, the access token included. */
const MAX_CHARACTERS = 4096;
const MAX_REMEMBERED_TOKENS = 2000;

export interface EndUserJwtDependencies {
  readonly signingKeys: () => Promise<SigningKeys>;
  readonly issuer: string;
  /** For how long API Gateway may hand out what was minted. */
  readonly authorizerCacheSeconds: number;
  readonly log: Log;
}

/** @throws Unavailable where there is no key, or nothing more can be left out of a JWT that is too long */
export type EndUserJwtMint = (principal: Principal, api: Api, owner: Tenant, nowSeconds: number) => Promise<string>;

/** What was minted, and from what: other versions of the entries are compared by what they say. */
interface Minted {
  readonly jwt: string;
  readonly claims: string;
  readonly reuseUntilSeconds: number;
  api: Api;
  owner: Tenant;
  client: Client | undefined;
}

/** Opens the mint. The settings are those of the API's owner: its backend reads one format, whoever calls. */
export function openEndUserJwt(dependencies: EndUserJwtDependencies): EndUserJwtMint {
  const cacheSeconds = Math.min(Math.max(dependencies.authorizerCacheSeconds, 0), MAX_CACHE_SECONDS);
  const issuer = JSON.stringify(dependencies.issuer);
  const mintedByToken = new Map<string, Minted[]>();
  const writeClaims = openClaims();

  async function mint(settings: EndUserJwtSettings, given: ClaimsOfCall, nowSeconds: number): Promise<string> {
    const envelope = await openEnvelope(settings, dependencies.signingKeys, nowSeconds);
    const audience = settings.audience === undefined ? '' : `,"aud":${JSON.stringify(settings.audience)}`;
    const start = `{"iss":${issuer},"iat":${nowSeconds},"exp":${nowSeconds + cacheSeconds + MARGIN_SECONDS},"jti":"${randomUUID()}"${audience},`;
    const room = envelope.payloadBytes(MAX_CHARACTERS) - Buffer.byteLength(start) - 1;
    return envelope.seal(`${start}${fit(given, room, dependencies.log)}}`);
  }

  return async (principal, api, owner, nowSeconds) => {
    const { token, client } = principal;
    const ofToken = token === undefined ? undefined : mintedByToken.get(token);
    const known = ofToken?.find((one) => one.api.name === api.name && one.api.owner === api.owner && one.api.apiId === api.apiId);
    const isFresh = known !== undefined && nowSeconds < known.reuseUntilSeconds;
    if (isFresh && known.api === api && known.owner === owner && known.client === client) return known.jwt;
    const claims = writeClaims(principal, api, owner);
    if (isFresh && known.claims === claims.text) {
      Object.assign(known, { api, owner, client });
      return known.jwt;
    }
    const jwt = await mint(owner.endUserJwt, claims, nowSeconds);
    if (token === undefined) return jwt;
    const reuseUntilSeconds = nowSeconds + MARGIN_SECONDS - LEAST_MARGIN_SECONDS;
    const others = ofToken?.filter((one) => one !== known && nowSeconds < one.reuseUntilSeconds) ?? [];
    if (mintedByToken.size >= MAX_REMEMBERED_TOKENS) forgetOldest(mintedByToken);
    mintedByToken.delete(token);
    mintedByToken.set(token, [...others, { jwt, claims: claims.text, reuseUntilSeconds, api, owner, client }]);
    return jwt;
  };
}

function forgetOldest(map: Map<string, unknown>): void {
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}

interface ClaimsOfCall {
  readonly claims: readonly Claim[];
  /** The claims as they stand in the payload, and the settings that they were written under. */
  readonly text: string;
}

/** Writes the claims of a call. What belongs to an application at an API is kept for as long as their entries stay as they are. */
function openClaims(): (principal: Principal, api: Api, owner: Tenant) => ClaimsOfCall {
  const dialects = new WeakMap<Tenant, Dialect>();
  const written = new WeakMap<Api, WeakMap<object, { readonly owner: Tenant; readonly claims: readonly Claim[] }>>();
  const noClient = {};

  function claimsOfApplication(client: Client | undefined, api: Api, owner: Tenant, dialect: Dialect): readonly Claim[] {
    const ofApi = written.get(api) ?? new WeakMap();
    const known = ofApi.get(client ?? noClient);
    if (known?.owner === owner) return known.claims;
    const claims = applicationClaims(client, api, dialect);
    written.set(api, ofApi.set(client ?? noClient, { owner, claims }));
    return claims;
  }

  return (principal, api, owner) => {
    const dialect = dialects.get(owner) ?? openDialect(owner.endUserJwt);
    dialects.set(owner, dialect);
    const { algorithm, encoding, audience } = owner.endUserJwt;
    const sub: Claim = { name: 'sub', json: `"sub":${JSON.stringify(subjectOfPrincipal(principal))}`, isOptional: false };
    const claims = [
      sub,
      ...claimsOfApplication(principal.client, api, owner, dialect),
      ...callerClaims(principal, owner.endUserJwt, dialect),
    ];
    return { claims, text: joinClaims(claims) + algorithm + encoding + (audience ?? '') };
  };
}

function joinClaims(claims: readonly Claim[]): string {
  let text = '';
  for (const { json } of claims) text += text === '' ? json : `,${json}`;
  return text;
}

/** The claims that fit into `bytes`: the longest optional ones are left out first, and the log says which. */
function fit({ claims }: ClaimsOfCall, bytes: number, log: Log): string {
  const all = joinClaims(claims);
  if (Buffer.byteLength(all) <= bytes) return all;
  const byLength = claims.filter((claim) => claim.isOptional).sort((a, b) => b.json.length - a.json.length);
  const leftOut = new Set<Claim>();
  for (const claim of byLength) {
    leftOut.add(claim);
    const text = joinClaims(claims.filter((one) => !leftOut.has(one)));
    if (Buffer.byteLength(text) > bytes) continue;
    log('WARN', 'end-user-jwt-shortened', { leftOut: [...leftOut].map(({ name }) => name) });
    return text;
  }
  throw new Unavailable('end-user-jwt', 'too-long');
}
