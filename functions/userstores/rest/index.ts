// A web service as a userstore: one call a login, and an answer only where the reply says exactly what the entry says
// that it says. Everything else is an outage (A17, A18, A19).

import type { RestUserstoreEntry } from '../../configuration/entries/userstore-entry.ts';
import type { OutboundReply } from '../../outbound/outbound.ts';
import { isJsonMediaType } from '../../outbound/parse-json-body.ts';
import { Unavailable } from '../../shared/errors.ts';
import type { ReplyFault } from '../../shared/reasons/userstores.ts';
import { createDeadline, within } from '../deadline.ts';
import { createStoreSecret, type SecretMembers } from '../store-secret.ts';
import { judgeReply, type ReplyConditions, type StoreReply } from '../templated-calls/judge-reply.ts';
import { parseJson } from '../templated-calls/read-reply.ts';
import { createFindSecretFault } from '../templated-calls/secret-members.ts';
import { type TemplateValues, templatedUserstore } from '../templated-calls/templated-userstore.ts';
import { type CreateUserstore, storeLabel, type UserstoreDependencies } from '../userstore.ts';
import { type RestCall, restRequest } from './rest-request.ts';

const MAX_REPLY_BYTES = 65_536;
/** Statuses of a service that has too much to do, and of the proxy of one that is down. */
const OVERLOADED: ReadonlySet<number> = new Set([502, 503, 504]);

export const createRestUserstore: CreateUserstore<RestUserstoreEntry> = async (tenant, domain, entry, dependencies) => {
  const store = { label: storeLabel(tenant, domain), tenant, domain, log: dependencies.log };
  const send = createSend(store, entry, dependencies);
  return templatedUserstore(store, entry, {
    isAskable: (name) => isAskable(entry, name),
    logIn: (values) => send(entry, entry, values),
    lookUp: (lookup, values) => send({ ...lookup, userCredentials: 'body' }, { success: lookup.success, unknownUser: lookup.gone }, values),
  });
};

/** A name that can't be sent unchanged is nobody's: `..` is a step in a path, and a colon ends a user-id (RFC 7617 section 2). */
function isAskable(entry: RestUserstoreEntry, name: string): boolean {
  if (entry.userCredentials === 'basic' && name.includes(':')) return false;
  return name !== '.' && name !== '..';
}

type Send = (call: RestCall, conditions: ReplyConditions, values: TemplateValues) => Promise<StoreReply>;

/** One call; a second one where the service refuses our own credentials and the secret has changed meanwhile. */
function createSend(
  store: { label: string; tenant: string; domain: string },
  entry: RestUserstoreEntry,
  dependencies: UserstoreDependencies,
): Send {
  const { label } = store;
  const secret = createStoreSecret(dependencies, { ...store, secretId: entry.secretId, findFault: createFindSecretFault(entry) });
  return async (call, conditions, values) => {
    const deadline = createDeadline(entry.timeoutMs);
    const sendWith = async (members: SecretMembers): Promise<StoreReply> => {
      const timeoutMs = Math.floor(deadline.remainingMs());
      if (timeoutMs <= 0) throw new Unavailable(label, 'timeout', { neverSent: true });
      const request = restRequest({ label, entry, call }, new Map(Object.entries(values)), members);
      return parseReply(await dependencies.sendOutbound(label, { ...request, timeoutMs, maxBytes: MAX_REPLY_BYTES }));
    };
    const members = await secret.read(deadline);
    const reply = await sendWith(members);
    if (!isOurRefusal(conditions, reply)) return reply;
    try {
      const changed = await within(deadline, secret.rereadIfChanged(members), new Unavailable(label, 'secret-timeout'));
      return changed === undefined ? reply : await sendWith(changed);
    } catch (error) {
      // The password was sent already, by the first call.
      throw error instanceof Unavailable ? new Unavailable(error.dependency, error.reason, { cause: error.cause }) : error;
    }
  };
}

/** 401 and 403 are about our credentials, unless the entry says that they are about the user's. */
function isOurRefusal(conditions: ReplyConditions, reply: StoreReply): boolean {
  return (reply.status === 401 || reply.status === 403) && judgeReply(conditions, reply) === 'not-understood';
}

/** What a reply of HTTP says to this store. */
export function parseReply({ status, headers, body }: OutboundReply): StoreReply {
  return { status, json: isJsonMediaType(headers['content-type']) ? parseJson(body) : undefined, fault: faultOf(status) };
}

function faultOf(status: number): ReplyFault {
  if (OVERLOADED.has(status)) return 'overloaded';
  if (status === 401 || status === 403) return 'credentials-refused';
  if (status >= 500) return 'error-reply';
  return status >= 400 ? 'unexpected-status' : 'bad-reply';
}
