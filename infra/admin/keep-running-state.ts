// What the running system has written into an entry since a file of it was made: a file does not undo it by not speaking of it.

import { createHash } from 'node:crypto';
import { MARK_ATTRIBUTE } from '../../functions/configuration/entries/deployment-mark.ts';
import type { UnverifiedItem } from '../../functions/configuration/entries/read-entry.ts';
import type { Plain } from '../../functions/storage/aws/attribute-value.ts';
import type { Item } from '../../functions/storage/aws/dynamodb.ts';

/** The item as it is to be written in place of the one that is stored. */
export function keepRunningState(item: Item, stored: UnverifiedItem | undefined): Item {
  return keepMark(keepRehash(keepClientRevocations(keepRevocation(keepStatus(item, stored), stored), stored), stored), stored);
}

/** Who was stopped in an incident, by a command or by hand, is let in again by a file that says `active`, and by no other. */
function keepStatus(item: Item, stored: UnverifiedItem | undefined): Item {
  const status = findStopped(item, stored);
  return status === undefined || item.status !== undefined ? item : { ...item, status };
}

/** The status of a stored tenant, client or user that is let nowhere; undefined for all others. */
function findStopped(item: Item, stored: UnverifiedItem | undefined): 'suspended' | 'disabled' | undefined {
  const stopped = item.username === undefined ? 'suspended' : 'disabled';
  return stored?.status === stopped ? stopped : undefined;
}

/** What an operator should know of a file for somebody who is let nowhere; undefined where there is nothing to say. */
export function noteOfStopped(label: string, item: Item, stored: UnverifiedItem | undefined): string | undefined {
  const stopped = findStopped(item, stored);
  if (stopped === undefined || item.status === stopped) return undefined;
  return item.status === undefined
    ? `${label}: stays ${stopped}, since the file does not say "status": "active"`
    : `warning: ${label}: is ${stopped}, and the file lets it in again, by "status": "active"`;
}

/** By it the deployment that keeps the entry knows what an operator has changed since. */
function keepMark(item: Item, stored: UnverifiedItem | undefined): Item {
  const mark = stored?.[MARK_ATTRIBUTE];
  return mark === undefined || item[MARK_ATTRIBUTE] !== undefined ? item : { ...item, [MARK_ATTRIBUTE]: mark as Plain };
}

/**
 * What `revoke` has declared dead stays dead: a file that does not speak of `tokensNotBefore`, or speaks of an earlier
 * moment, does not bring tokens back.
 */
function keepRevocation(item: Item, stored: UnverifiedItem | undefined): Item {
  const moment = stored?.tokensNotBefore;
  if (typeof moment !== 'number') return item;
  const wanted = typeof item.tokensNotBefore === 'number' ? item.tokensNotBefore : 0;
  return wanted >= moment ? item : { ...item, tokensNotBefore: moment };
}

/** Of clients that a document describes, which have no entry: in that of the tenant, by their URLs. */
function keepClientRevocations(item: Item, stored: UnverifiedItem | undefined): Item {
  const moments = stored?.clientTokensNotBefore;
  if (!isMap(moments)) return item;
  const wanted = isMap(item.clientTokensNotBefore) ? item.clientTokensNotBefore : {};
  const later = Object.entries(moments).filter(([url, moment]) => typeof moment === 'number' && !(Number(wanted[url] ?? 0) >= moment));
  return later.length === 0 ? item : { ...item, clientTokensNotBefore: { ...wanted, ...Object.fromEntries(later) } as Plain };
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A login has replaced a hash that came from elsewhere by a better one of the same password. The old one would be taken for
 * a change of the password, and end what the user has open.
 */
function keepRehash(item: Item, stored: UnverifiedItem | undefined): Item {
  const { rehashed, passwordHash } = stored ?? {};
  if (typeof item.passwordHash !== 'string' || item.rehashed !== undefined || typeof passwordHash !== 'string') return item;
  if (!isRehash(rehashed) || rehashed.from !== digestOf(item.passwordHash) || rehashed.to !== digestOf(passwordHash)) return item;
  return { ...item, passwordHash, rehashed };
}

const isRehash = (value: unknown): value is { readonly from: string; readonly to: string } =>
  typeof value === 'object' &&
  value !== null &&
  'from' in value &&
  typeof value.from === 'string' &&
  'to' in value &&
  typeof value.to === 'string';

const digestOf = (hash: string): string => createHash('sha256').update(hash).digest('base64url');
