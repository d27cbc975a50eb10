// The end user that a reply speaks of: who it is, and which claims and roles come with it.

import type { ReplyValue } from '../../configuration/entries/templated-userstore-entry.ts';
import type { ClaimValue, EndUser } from '../../configuration/model.ts';
import { canonicalName, foldedName, parseAssertedName } from '../../configuration/username.ts';
import { Unavailable } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { findAtPath, findClaim, findRoles } from './read-reply.ts';

/** Store that was asked, and its tenant; `label` is its name in outages. */
export interface AskedStore {
  readonly label: string;
  readonly tenant: string;
  readonly domain: string;
  readonly log: Log;
}

/** Paths in the reply. */
export interface ReplyMapping {
  readonly username?: string | undefined;
  readonly uniqueId?: string | undefined;
  readonly passwordChanged?: string | undefined;
  readonly claims?: Readonly<Record<string, ReplyValue>> | undefined;
  readonly roles?: ReplyValue | undefined;
}

/**
 * @param asked the name that was sent
 * @throws Unavailable where the reply is about somebody else (A19), or lacks what the entry says that it has
 */
export function userOfReply({ label, tenant, domain, log }: AskedStore, mapping: ReplyMapping, asked: string, reply: unknown): EndUser {
  const named = mapping.username === undefined ? canonicalName(asked) : parseAssertedName(findAtPath(reply, mapping.username));
  if (named === undefined) throw new Unavailable(label, 'no-username');
  if (canonicalName(named) !== canonicalName(asked)) throw new Unavailable(label, 'other-user');
  const id = mapping.uniqueId === undefined ? undefined : parseAssertedName(findText(reply, mapping.uniqueId));
  const subjectName = mapping.username === undefined && id === undefined ? foldedName(asked) : undefined;
  if (mapping.uniqueId !== undefined && id === undefined) throw new Unavailable(label, 'no-unique-id');
  const passwordState = mapping.passwordChanged === undefined ? undefined : findText(reply, mapping.passwordChanged);
  const found = mapping.roles === undefined ? [] : findRoles(reply, mapping.roles);
  const { claims, leftOut } = claimsOf(mapping.claims ?? {}, reply);
  if (found === 'too-much' || leftOut.length > 0) {
    const roles = found === 'too-much';
    log('ERROR', 'reply-left-out', { tenant, userstore: domain, claims: leftOut, roles });
  }
  return {
    tenant,
    domain,
    username: named,
    ...(id !== undefined && { id }),
    // A store that neither names its users nor has an id of them may take several spellings for one (A97).
    ...(subjectName !== undefined && subjectName !== canonicalName(asked) && { subjectName }),
    ...(passwordState !== undefined && { passwordState }),
    roles: found === 'too-much' ? [] : found,
    claims,
  };
}

function findText(reply: unknown, path: string): string | undefined {
  const found = findClaim(reply, path);
  return found !== 'too-much' && typeof found.value === 'string' ? found.value : undefined;
}

function claimsOf(places: Readonly<Record<string, ReplyValue>>, reply: unknown) {
  const claims: [string, ClaimValue][] = [];
  const leftOut: string[] = [];
  for (const [claim, place] of Object.entries(places)) {
    const found = findClaim(reply, place);
    if (found === 'too-much') leftOut.push(claim);
    else if (found.value !== undefined) claims.push([claim, found.value]);
  }
  return { claims: Object.fromEntries(claims), leftOut };
}
