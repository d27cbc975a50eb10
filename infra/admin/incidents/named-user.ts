// Whom an operator means by what is at hand: the name of a login, with or without tenant and store, a `sub`, a unique id
// of a store, a mail address.

import { canonicalName, foldedName, parseUsername, subjectOf } from '../../../functions/configuration/username.ts';
import type { Holder } from '../../../functions/storage/aws/held-items.ts';

/** One reading of a name that was typed. */
export interface NamedUser {
  /** Undefined: the name says none. */
  readonly tenant: string | undefined;
  readonly domain: string | undefined;
  readonly name: string;
}

/** Claims that hold a mail address, by the names that the dialects of our entries and directories have for it. */
const MAIL_CLAIMS: ReadonlySet<string> = new Set(['emailaddress', 'email', 'mail']);

/**
 * The ways to read a name, the likeliest first. `kai@example.org` is Kai of the tenant `example.org` where there is one,
 * and else somebody of that mail address in any tenant.
 *
 * @param tenant that the operator names beside it
 * @param isTenant whether there is a tenant of this name
 * @returns none for what no login may have
 */
export async function readNamedUser(
  typed: string,
  tenant: string | undefined,
  isTenant: (name: string) => Promise<boolean>,
): Promise<readonly NamedUser[]> {
  const asked = parseUsername(typed);
  if (asked === undefined) return [];
  const whole = { domain: asked.domain, name: asked.tenant === undefined ? asked.name : `${asked.name}@${asked.tenant}` };
  if (tenant !== undefined) return asked.tenant === tenant ? [asked, { ...whole, tenant }] : [{ ...whole, tenant }];
  if (asked.tenant === undefined) return [asked];
  // What a tenant that was deleted has left open is still to be found by its name.
  return (await isTenant(asked.tenant)) ? [asked] : [asked, { ...whole, tenant: undefined }];
}

/** Whether a user is meant by one of the readings, or is the one whose `sub` was typed. */
export function isMeant(user: Holder, typed: string, readings: readonly NamedUser[]): boolean {
  return subjectOf(user) === typed || readings.some((reading) => isReadingOf(user, reading));
}

function isReadingOf(user: Holder, { tenant, domain, name }: NamedUser): boolean {
  if (tenant !== undefined && user.tenant !== tenant) return false;
  if (domain !== undefined && user.domain !== domain) return false;
  return isCalled(user, name) || mailsOf(user).includes(canonicalName(name));
}

/** In any spelling that is one user to the store (A97); unique ids are compared without case, as they are often written down. */
function isCalled({ username, subjectName, id }: Holder, name: string): boolean {
  const canonical = canonicalName(name);
  return (
    canonicalName(username) === canonical ||
    (id !== undefined && canonicalName(id) === canonical) ||
    (subjectName !== undefined && subjectName === foldedName(name))
  );
}

function mailsOf({ claims }: Holder): readonly string[] {
  return Object.entries(claims)
    .filter(([name]) => MAIL_CLAIMS.has(name.toLowerCase()))
    .flatMap(([, value]) => (Array.isArray(value) ? value : [value]))
    .flatMap((value) => (typeof value === 'string' && value.includes('@') ? [canonicalName(value)] : []));
}
