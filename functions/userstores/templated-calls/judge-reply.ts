// Judges a reply to a login: yes, no, nobody of that name, or nothing that can be understood (A18).

import type { ReplyCondition } from '../../configuration/entries/templated-userstore-entry.ts';
import type { ReplyFault } from '../../shared/reasons/userstores.ts';
import { findAtPath } from './read-reply.ts';

/** A reply of a service or function. `json` is undefined where the body is no JSON. */
export interface StoreReply {
  /** Status of HTTP; a function's reply counts as 200. */
  readonly status: number;
  readonly json: unknown;
  /** Why it is an outage, where it can't be understood. */
  readonly fault: ReplyFault;
}

export interface ReplyConditions {
  readonly success: ReplyCondition;
  readonly wrongPassword?: ReplyCondition | undefined;
  readonly unknownUser?: ReplyCondition | undefined;
}

export type Verdict = 'yes' | 'wrong-password' | 'unknown-user' | 'no' | 'not-understood';

/**
 * `success` is looked at last: a reply that meets two conditions is a no. A plain `no` is any other 2xx reply in JSON;
 * whether it is about the name or the password the entry has not said. With `unknownUser` it has: it is the password. Where
 * both are named, a reply that is neither may be anything, such as word of an outage.
 */
export function judgeReply(conditions: ReplyConditions, reply: Pick<StoreReply, 'status' | 'json'>): Verdict {
  if (conditions.unknownUser !== undefined && isMet(conditions.unknownUser, reply)) return 'unknown-user';
  if (conditions.wrongPassword !== undefined && isMet(conditions.wrongPassword, reply)) return 'wrong-password';
  if (isMet(conditions.success, reply)) return 'yes';
  if (!isOk(reply.status) || reply.json === undefined) return 'not-understood';
  if (conditions.unknownUser === undefined) return 'no';
  return conditions.wrongPassword === undefined ? 'wrong-password' : 'not-understood';
}

/** All that the condition names must be so; without `status` it must be 2xx. */
function isMet(condition: ReplyCondition, reply: Pick<StoreReply, 'status' | 'json'>): boolean {
  const isStatusMet = condition.status === undefined ? isOk(reply.status) : condition.status.includes(reply.status);
  if (!isStatusMet) return false;
  if (condition.path === undefined || condition.equals === undefined) return true;
  const value = findAtPath(reply.json, condition.path);
  const accepted: readonly unknown[] = Array.isArray(condition.equals) ? condition.equals : [condition.equals];
  return accepted.includes(value);
}

function isOk(status: number): boolean {
  return status >= 200 && status < 300;
}
