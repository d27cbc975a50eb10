// Steps `request`, `reply`, `success` and `user` of a web service or function: one call as a login makes it, and then what the
// entry makes of the reply, place by place.

import type { ReplyCondition } from '../../configuration/entries/templated-userstore-entry.ts';
import { Unavailable } from '../../shared/errors.ts';
import { judgeReply } from '../../userstores/templated-calls/judge-reply.ts';
import { findAtPath } from '../../userstores/templated-calls/read-reply.ts';
import type { StoreAnswer, UserLookup, Userstore } from '../../userstores/userstore.ts';
import type { DoctorQuestion } from '../examination.ts';
import { quote } from '../quoted-text.ts';
import type { Steps } from '../run-steps.ts';
import { failed, passed, type StepResult, skipped, warning } from '../step-result.ts';
import { isThere, missingPlaces, pathsOf } from './missing-places.ts';
import type { Reading, SeenReply, WatchedReplies } from './watched-replies.ts';

export const REPLY_STEPS = ['request', 'reply', 'success', 'user'] as const;

/** A login where there is a password, a look-up where the store has one; else nothing may be sent: a guess would be counted. */
export function callKind({ user, password }: DoctorQuestion, hasLookup: boolean): 'login' | 'lookup' | 'none' {
  if (user === undefined) return 'none';
  if (password !== undefined) return 'login';
  return hasLookup ? 'lookup' : 'none';
}

interface ReplyQuestion {
  readonly asked: DoctorQuestion;
  readonly store: Userstore;
  readonly watched: WatchedReplies;
  readonly kind: 'login' | 'lookup' | 'none';
  readonly reading: Reading | undefined;
}

interface Called {
  readonly seen: SeenReply;
  readonly answer: StoreAnswer | UserLookup | Unavailable;
}

export async function examineReply(steps: Steps<(typeof REPLY_STEPS)[number]>, question: ReplyQuestion): Promise<void> {
  const { reading } = question;
  const called = await steps.run('request', () => call(question));
  if (called === undefined || reading === undefined) {
    for (const step of ['reply', 'success', 'user'] as const) await steps.run(step, async () => skipped(undefined, 'nothing was sent'));
    return;
  }
  await steps.run('reply', async () => judgeForm(called, reading));
  await steps.run('success', async () => judgeSuccess(called, reading, question.kind));
  await steps.run('user', async () => judgeUser(called, reading));
}

async function call({ asked, store, watched, kind }: ReplyQuestion): Promise<StepResult<Called | undefined>> {
  const { user = '', password = '' } = asked;
  if (kind === 'none')
    return skipped(
      undefined,
      asked.user === undefined
        ? 'nothing is sent without --user and a password: any guess would be counted'
        : 'nothing is sent without a password, since the entry has no lookup',
    );
  const answer = await answerOf(
    kind === 'login' ? store.authenticate(user, password, async () => ({ kind: 'reserved' })) : store.find?.(user),
  );
  const seen = watched.last();
  if (seen !== undefined && answer !== undefined)
    return passed({ seen, answer }, `${kind === 'login' ? 'login' : 'look-up'}: ${seen.found}`);
  if (answer instanceof Unavailable) throw answer;
  return failed('malformed-username', `the store is not asked for the name "${quote(user)}"`);
}

async function answerOf(
  answer: Promise<StoreAnswer | UserLookup> | undefined,
): Promise<StoreAnswer | UserLookup | Unavailable | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Unavailable) return error;
    throw error;
  }
}

function judgeForm({ seen: { reply, found } }: Called, { conditions }: Reading): StepResult<void> {
  if (judgeReply(conditions, reply) === 'not-understood')
    return failed(
      reply.fault,
      `${found}: ${reply.json === undefined ? 'no JSON' : 'none of the statuses of the conditions in the entry'}`,
      reply.json === undefined && reply.fault === 'bad-reply'
        ? 'Have the service answer JSON, with Content-Type: application/json.'
        : undefined,
    );
  return passed(undefined, `JSON with ${pathsOf(reply.json)}`);
}

function judgeSuccess({ seen: { reply } }: Called, { conditions }: Reading, kind: string): StepResult<void> {
  const { success } = conditions;
  const verdict = judgeReply(conditions, reply);
  const where = kind === 'lookup' ? 'lookup.success' : 'success';
  if (verdict === 'yes') return passed(undefined, `${where} is met${success.path === undefined ? '' : `: ${told(reply.json, success)}`}`);
  if (verdict !== 'no' && verdict !== 'not-understood')
    return failed(verdict, `the reply meets the condition for ${verdict}`, 'Try a user and a password that the service knows.');
  if (success.path !== undefined && !isThere(reply.json, success.path))
    return failed(
      'path-missing',
      `the reply has no ${success.path}; it has ${pathsOf(reply.json)}`,
      `Write the path at which the service says yes into ${where}.path.`,
    );
  return failed(
    'condition-not-met',
    success.path === undefined ? `status ${reply.status}` : told(reply.json, success),
    `If user and password are right, write what the service says then into ${where}.equals: text and boolean are not the same.`,
  );
}

/** `response.status is true (boolean); the entry wants "true" (string)` */
function told(json: unknown, { path = '', equals }: ReplyCondition): string {
  const value = findAtPath(json, path);
  const text = (one: unknown): string =>
    typeof one === 'object' ? typeof one : `${quote((JSON.stringify(one) ?? '').slice(0, 60))} (${typeof one})`;
  const wanted: readonly unknown[] = [equals].flat();
  return `${path} is ${text(value)}${wanted.includes(value) ? '' : `; the entry wants ${wanted.map(text).join(' or ')}`}`;
}

function judgeUser({ seen: { reply }, answer }: Called, { mapping }: Reading): StepResult<void> {
  const missing = missingPlaces(mapping, reply.json);
  const lacks = `the reply has no ${missing.join(', no ')}; it has ${pathsOf(reply.json)}`;
  if (answer instanceof Unavailable)
    return failed(
      answer.reason,
      missing.length > 0 ? lacks : answer.reason,
      missing.length > 0 ? 'Write the paths of the reply into the entry.' : undefined,
    );
  const user = 'user' in answer ? answer.user : undefined;
  if (user === undefined) return failed('unknown-user', answer.kind);
  const found = `${user.username}, id ${user.id ?? '(none)'}, roles ${user.roles.join(', ') || '(none)'}, claims ${Object.keys(user.claims).join(', ') || '(none)'}`;
  return missing.length === 0
    ? passed(undefined, found)
    : warning(undefined, `${found}; ${lacks}`, 'Write the paths of the reply into the entry.');
}
