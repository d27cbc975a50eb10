// What a user has open, as an operator reads it: sign-in sessions, and grants with the client that has them. What has run
// out, or was declared dead with its client or tenant, is not open, though the table may still have it.

import { isDeclaredDead } from '../../../functions/configuration/declared-dead.ts';
import type { Client, Tenant } from '../../../functions/configuration/model.ts';
import { isLiveSession, sessionLimits } from '../../../functions/configuration/session-life.ts';
import { qualifiedName, subjectOf } from '../../../functions/configuration/username.ts';
import type { HeldItems } from '../../../functions/storage/aws/held-items.ts';
import { type Grant, grantExpiresAtSeconds } from '../../../functions/storage/grant.ts';
import type { SignInSession } from '../../../functions/storage/sign-in-session.ts';

/** One session or grant. Times in ISO 8601, to the second. */
export interface OpenItem {
  readonly kind: 'session' | 'grant';
  /** As the backend knows the user: `EXTERNAL/userx@my_company`. */
  readonly user: string;
  readonly subject: string;
  /** Of a grant: the client that has the tokens. */
  readonly clientId?: string;
  readonly clientName?: string;
  readonly grantType?: string;
  readonly scopes?: readonly string[];
  /** The APIs that it is for (RFC 8707); absent: any. */
  readonly resources?: readonly string[];
  readonly since: string;
  /** Of a session: its last use; of a grant: its last renewal. */
  readonly usedAt: string;
  /** The latest end, where nobody renews or uses it before. */
  readonly until: string;
  /** By which clients and logout tokens know the session, or the one that a grant began in. */
  readonly sid?: string;
  /** Of a token that was exchanged: the `sub` of those who act for the user, the last one first. */
  readonly actors?: readonly string[];
  /** A code that nobody has redeemed yet. */
  readonly isWaiting?: true;
}

/** Whose items they are, as the entries are now. */
export interface HolderContext {
  /** Undefined: the tenant is not there any more. */
  readonly tenant: Tenant | undefined;
  readonly clients: ReadonlyMap<string, Client | undefined>;
  readonly nowSeconds: number;
}

/** Sessions first, then grants, each kind the latest first. */
export function describeHeld(held: HeldItems, context: HolderContext): readonly OpenItem[] {
  const sessions = held.sessions.filter((session) => isOpenSession(session, context)).map((session) => describeSession(session, context));
  const grants = held.grants.filter((grant) => isOpenGrant(grant, context)).map((grant) => describeGrant(grant, context));
  const latestFirst = (one: OpenItem, other: OpenItem): number =>
    other.since.localeCompare(one.since) || String(one.clientId).localeCompare(String(other.clientId));
  return [...sessions.sort(latestFirst), ...grants.sort(latestFirst)];
}

function isOpenSession(session: SignInSession, { tenant, nowSeconds }: HolderContext): boolean {
  return tenant?.status === 'active' && isLiveSession(session, tenant, nowSeconds);
}

function isOpenGrant(grant: Grant, { tenant, clients, nowSeconds }: HolderContext): boolean {
  const client = clients.get(grant.clientId);
  if (tenant?.status !== 'active' || client?.status !== 'active' || client.tenant !== grant.tenant) return false;
  return nowSeconds < grantExpiresAtSeconds(grant) && !isDeclaredDead(grant, tenant, client);
}

function describeSession(session: SignInSession, { tenant }: HolderContext): OpenItem {
  const idleEnd = session.lastUsedAtSeconds + (tenant === undefined ? 0 : sessionLimits(tenant).idleSeconds);
  return {
    kind: 'session',
    user: qualifiedName(session.user),
    subject: subjectOf(session.user),
    since: isoTime(session.authTimeSeconds),
    usedAt: isoTime(session.lastUsedAtSeconds),
    until: isoTime(Math.min(session.expiresAtSeconds, idleEnd)),
    sid: session.sid,
  };
}

function describeGrant(grant: Grant, { clients }: HolderContext): OpenItem {
  const { user, session, code, delegation } = grant;
  const name = clients.get(grant.clientId)?.name;
  return {
    kind: 'grant',
    user: user === undefined ? grant.clientId : qualifiedName(user),
    subject: user === undefined ? grant.clientId : subjectOf(user),
    clientId: grant.clientId,
    ...(name !== undefined && { clientName: name }),
    grantType: grant.grantType,
    scopes: grant.scopes,
    ...(grant.resources !== undefined && { resources: grant.resources }),
    since: isoTime(grant.issuedAtSeconds),
    usedAt: isoTime(grant.access.issuedAtSeconds),
    until: isoTime(grantExpiresAtSeconds(grant)),
    ...(session !== undefined && { sid: session.sid }),
    ...(delegation !== undefined && { actors: delegation.actors }),
    ...(code !== undefined && code.redeemedAtSeconds === undefined && { isWaiting: true as const }),
  };
}

const isoTime = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
