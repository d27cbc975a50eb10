// The way out of a store, with the last reply noted: a login sums it up in one word.

import type { LambdaUserstoreEntry, RestUserstoreEntry } from '../../configuration/entries/userstore-entry.ts';
import { Unavailable } from '../../shared/errors.ts';
import { parseReply } from '../../userstores/rest/index.ts';
import type { ReplyConditions, StoreReply } from '../../userstores/templated-calls/judge-reply.ts';
import { parseJson } from '../../userstores/templated-calls/read-reply.ts';
import type { ReplyMapping } from '../../userstores/templated-calls/user-of-reply.ts';
import type { UserstoreDependencies } from '../../userstores/userstore.ts';

export interface WatchedReplies {
  readonly dependencies: UserstoreDependencies;
  last(): SeenReply | undefined;
}

export interface SeenReply {
  readonly reply: StoreReply;
  /** `200, application/json, 120 bytes` */
  readonly found: string;
}

export function watchReplies(dependencies: UserstoreDependencies): WatchedReplies {
  let seen: SeenReply | undefined;
  const { sendOutbound, invokeFunction } = dependencies;
  return {
    dependencies: {
      ...dependencies,
      sendOutbound: async (dependency, request) => {
        const reply = await sendOutbound(dependency, request);
        const type = reply.headers['content-type'] ?? 'no content type';
        seen = { reply: parseReply(reply), found: `${reply.status}, ${type}, ${Buffer.byteLength(reply.body)} bytes` };
        return reply;
      },
      ...(invokeFunction !== undefined && {
        invokeFunction: async (dependency: string, invocation: Parameters<typeof invokeFunction>[1]) => {
          const answer = await invokeFunction(dependency, invocation);
          const reply: StoreReply = { status: 200, json: parseJson(answer), fault: 'bad-reply' };
          seen = { reply, found: `an answer of ${Buffer.byteLength(answer)} bytes` };
          return answer;
        },
      }),
    },
    last: () => seen,
  };
}

/** How a reply is read: that to a login, or that to a look-up without a password. */
export interface Reading {
  readonly conditions: ReplyConditions;
  readonly mapping: ReplyMapping;
}

export function readingOf(entry: RestUserstoreEntry | LambdaUserstoreEntry, kind: 'login' | 'lookup', label: string): Reading {
  if (kind === 'login') return { conditions: entry, mapping: entry };
  const { lookup } = entry;
  if (lookup === undefined) throw new Unavailable(label, 'unsupported-type');
  return { conditions: { success: lookup.success, unknownUser: lookup.gone }, mapping: lookup };
}
