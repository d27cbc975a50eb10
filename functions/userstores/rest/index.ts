// A web service as a userstore: one POST a login, JSON out and in, and an answer only where the reply says exactly what
// the entry says that it says. Everything else is an outage (A17, A18, A19).

import type { RestUserstoreEntry } from '../../shared/entries/userstore-entry.ts';
import { Unavailable } from '../../shared/errors.ts';
import type { OutboundReply } from '../../shared/net/outbound.ts';
import { judgeReply, type StoreReply } from '../exchange/judge-reply.ts';
import { userOfReply } from '../exchange/user-of-reply.ts';
import { type OpenUserstore, type StoreAnswer, storeLabel, type UserstoreDependencies } from '../index.ts';
import { openStoreSecret, type SecretMembers } from '../store-secret.ts';
import { restRequest } from './rest-request.ts';

const MAX_REPLY_BYTES = 65_536;
/** What a service answers that has too much to do, and the proxy of one that is down. */
const OVERLOADED: ReadonlySet<number> = new Set([502, 503, 504]);

export const openRestUserstore: OpenUserstore<RestUserstoreEntry> = async (tenant, domain, entry, dependencies) => {
  const label = storeLabel(tenant, domain);
  const send = openSend(tenant, domain, entry, dependencies);
  return {
    domain,
    async authenticate(name, password, reserve): Promise<StoreAnswer> {
      const reservation = await reserve();
      if (reservation.kind === 'locked') return reservation;
      const reply = await send(new Map(Object.entries({ username: name, password, tenant })));
      switch (judgeReply(entry, reply)) {
        case 'yes':
          return { kind: 'authenticated', user: userOfReply(tenant, domain, entry, name, reply.json) };
        case 'wrong-password':
          return { kind: 'refused', reason: 'wrong-password' };
        case 'unknown-user':
          return { kind: 'unknown' };
        // The service does not say whether it knows the user, so a later store may.
        case 'no':
          return { kind: 'unknown', reason: 'unknown-user-or-wrong-password' };
        case 'not-understood':
          throw new Unavailable(label, reasonOf(reply.status));
      }
    },
    async recheck(user) {
      return { kind: 'active', user };
    },
  };
};

type Send = (values: ReadonlyMap<string, string>) => Promise<StoreReply>;

/** One call; a second one where the service refuses our own credentials and the secret has changed meanwhile. */
function openSend(tenant: string, domain: string, entry: RestUserstoreEntry, dependencies: UserstoreDependencies): Send {
  const label = storeLabel(tenant, domain);
  const secret = openStoreSecret(dependencies, tenant, domain, entry.secretId);
  return async (values) => {
    const endMs = performance.now() + entry.timeoutMs;
    const call = async (members: SecretMembers): Promise<StoreReply> => {
      const timeoutMs = Math.floor(endMs - performance.now());
      if (timeoutMs <= 0) throw new Unavailable(label, 'timeout');
      return parseReply(
        await dependencies.sendOutbound(label, { ...restRequest(label, entry, values, members), timeoutMs, maxBytes: MAX_REPLY_BYTES }),
      );
    };
    const members = await secret.read();
    const reply = await call(members);
    if (!isOurRefusal(entry, reply)) return reply;
    const changed = await secret.rereadIfChanged(members);
    return changed === undefined ? reply : call(changed);
  };
}

/** 401 and 403 are about our credentials, unless the entry says that they are about the user's. */
function isOurRefusal(entry: RestUserstoreEntry, reply: StoreReply): boolean {
  return (reply.status === 401 || reply.status === 403) && judgeReply(entry, reply) === 'not-understood';
}

function parseReply({ status, headers, body }: OutboundReply): StoreReply {
  const isJson = /^application\/([a-z0-9.-]+\+)?json\s*(;|$)/i.test(headers['content-type'] ?? '');
  return { status, json: isJson ? parseJson(body) : undefined };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function reasonOf(status: number): string {
  if (OVERLOADED.has(status)) return 'overloaded';
  if (status === 401 || status === 403) return 'credentials-refused';
  return status >= 400 ? 'error-reply' : 'bad-reply';
}
