// A user of another system on the way into the Users table: one form for what LDIF, CSV and WSO2's tables say of a user.

import { createHash } from 'node:crypto';
import { canonicalName } from '../../../../functions/configuration/username.ts';
import type { Item } from '../../../../functions/storage/aws/dynamodb.ts';
import { parsePasswordHash } from '../../../../functions/userstores/password-hashes/index.ts';
import { counted } from '../../commands/counted.ts';
import { parseOperatorItem } from '../../operator-item.ts';
import { importItem } from '../import-item.ts';
import { type ImportReport, printable } from '../imported.ts';

export interface ForeignUser {
  readonly username: string;
  /** The unique id that the other system has; undefined: none that could be kept. */
  readonly id?: string | undefined;
  readonly password: ForeignPassword;
  readonly isDisabled: boolean;
  readonly mustChangePassword: boolean;
  readonly roles: readonly string[];
  readonly claims: Readonly<Record<string, string | readonly string[]>>;
}

export type ForeignPassword =
  | { readonly kind: 'hash'; readonly hash: string }
  | { readonly kind: 'clear'; readonly password: string }
  /** `says` tells why, in words that hold nothing of the password. */
  | { readonly kind: 'none'; readonly says: string };

/** Absent in a dry run, which makes no hash: one takes 50 ms. */
export type HashClearPassword = (password: string) => Promise<string>;

/** @returns undefined where the user can't be kept; the report says why */
export async function importUser(
  tenant: string,
  user: ForeignUser,
  report: ImportReport,
  hashClear: HashClearPassword | undefined,
): Promise<Item | undefined> {
  const username = canonicalName(user.username);
  const of = `user ${user.username}`;
  const passwordHash = await keptHash(user.password, of, report, hashClear);
  if (passwordHash === undefined) return undefined;
  const id = keptId(user.id) ?? derivedId(tenant, username);
  const item: Item = {
    tenant,
    username,
    id,
    passwordHash,
    status: user.isDisabled ? 'disabled' : 'active',
    roles: [...new Set(user.roles)],
    claims: user.claims,
    ...(user.mustChangePassword && { mustChangePassword: true }),
  };
  const kept = importItem({ ...item, claims: keptClaims(item, of, report) }, of, report);
  if (kept === undefined) return undefined;
  if (username !== user.username) report.changed(of, `is called ${username}: names are in small letters`);
  if (user.id !== undefined && id !== user.id)
    report.changed(of, `gets the id ${id}: ${printable(user.id, 80)} is none that an entry may have`);
  const what = [
    counted(user.roles.length, 'role'),
    counted(Object.keys(kept.claims as ForeignUser['claims']).length, 'claim'),
    user.isDisabled ? 'disabled' : 'active',
  ];
  report.kept(of, `${describeHash(passwordHash)}, ${what.join(', ')}${user.mustChangePassword ? ', must change the password' : ''}`);
  return kept;
}

/** A claim that can't stay costs its user nothing else. */
function keptClaims(item: Item, of: string, report: ImportReport): ForeignUser['claims'] {
  const parsed = parseOperatorItem(item);
  const faults = 'key' in parsed ? parsed.faults : [];
  const claims = Object.entries(item.claims as ForeignUser['claims']);
  return Object.fromEntries(
    claims.filter(([name]) => {
      const fault = faults.find(({ path }) => path === `claims.${name}` || path.startsWith(`claims.${name}.`));
      if (fault !== undefined) report.lost(of, `claim ${name}: expected ${fault.expected}`);
      return fault === undefined;
    }),
  );
}

async function keptHash(
  password: ForeignPassword,
  of: string,
  report: ImportReport,
  hashClear: HashClearPassword | undefined,
): Promise<string | undefined> {
  if (password.kind === 'none') {
    report.lost(of, `left out: ${password.says}`);
    return undefined;
  }
  if (password.kind === 'clear') {
    if (password.password === '') {
      report.lost(of, 'left out: the password is empty');
      return undefined;
    }
    report.changed(of, 'the password stands there in clear: it becomes an argon2id hash. Delete the file when you are done');
    return hashClear === undefined ? '$argon2id$of-a-dry-run' : hashClear(password.password);
  }
  if (parsePasswordHash(password.hash) !== 'unreadable') return password.hash;
  report.lost(
    of,
    `left out: nobody could log in with a hash of the kind ${schemeOf(password.hash)}. user create makes the user with a new password`,
  );
  return undefined;
}

/** What a hash is, without any of it. */
function schemeOf(hash: string): string {
  const named = /^(\{[A-Za-z0-9-]{1,24}\})/.exec(hash)?.[1] ?? /^(\$[A-Za-z0-9-]{1,24}\$)/.exec(hash)?.[1];
  if (named?.toUpperCase() !== '{CRYPT}') return named ?? 'that is not known';
  const crypt = /^\{CRYPT\}(\$[A-Za-z0-9]{1,8}\$)/i.exec(hash)?.[1];
  return `${named}${crypt ?? ' of DES'}`;
}

const describeHash = (hash: string): string => (hash.startsWith('$argon2id$of-a-dry-run') ? 'a new hash' : `hash ${schemeOf(hash)}`);

const keptId = (id: string | undefined): string | undefined => (id !== undefined && /^[0-9A-Za-z-]{1,64}$/.test(id) ? id : undefined);

/** The same at each import, so that a second one leaves the users who they are. In the form of a UUID (RFC 9562 section 5.8). */
function derivedId(tenant: string, username: string): string {
  const hex = createHash('sha256')
    .update(JSON.stringify(['gatehouse imported user', tenant, username]))
    .digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
