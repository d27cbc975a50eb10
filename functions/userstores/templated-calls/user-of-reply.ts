// The end user that a reply speaks of: who it is, and which claims and roles come with it.

import type { ClaimValue, EndUser } from '../../configuration/model.ts';
import { canonicalName, foldedName, parseAssertedName } from '../../configuration/username.ts';
import { Unavailable } from '../../shared/errors.ts';
import { findAtPath, findClaim, findRoles } from './read-reply.ts';

/** Store that was asked, and its tenant; `label` is its name in outages. */
export interface AskedStore {
  readonly label: string;
  readonly tenant: string;
  readonly domain: string;
}

/** Paths in the reply. */
export interface ReplyMapping {
  readonly username?: string | undefined;
  readonly uniqueId?: string | undefined;
  readonly claims?: Readonly<Record<string, string>> | undefined;
  readonly roles?: string | undefined;
}

/**
 * @param asked the name that was sent
 * @throws Unavailable where the reply is about somebody else (A19), or lacks what the entry says that it has
 */
export function userOfReply({ label, tenant, domain }: AskedStore, mapping: ReplyMapping, asked: string, reply: unknown): EndUser {
  const named = mapping.username === undefined ? canonicalName(asked) : parseAssertedName(findAtPath(reply, mapping.username));
  if (named === undefined) throw new Unavailable(label, 'no-username');
  if (canonicalName(named) !== canonicalName(asked)) throw new Unavailable(label, 'other-user');
  const id = mapping.uniqueId === undefined ? undefined : parseAssertedName(findClaim(reply, mapping.uniqueId));
  const subjectName = mapping.username === undefined && id === undefined ? foldedName(asked) : undefined;
  if (mapping.uniqueId !== undefined && id === undefined) throw new Unavailable(label, 'no-unique-id');
  return {
    tenant,
    domain,
    username: named,
    ...(id !== undefined && { id }),
    // A store that neither names its users nor has an id of them may take several spellings for one (A97).
    ...(subjectName !== undefined && subjectName !== canonicalName(asked) && { subjectName }),
    roles: mapping.roles === undefined ? [] : findRoles(reply, mapping.roles),
    claims: claimsOf(mapping.claims ?? {}, reply),
  };
}

function claimsOf(paths: Readonly<Record<string, string>>, reply: unknown): Readonly<Record<string, ClaimValue>> {
  const claims = Object.entries(paths).map(([claim, path]): [string, ClaimValue | undefined] => [claim, findClaim(reply, path)]);
  return Object.fromEntries(claims.filter((claim): claim is [string, ClaimValue] => claim[1] !== undefined));
}
