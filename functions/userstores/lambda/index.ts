// A tenant's own Lambda function as a userstore: the same JSON in and out as a web service, and no network to open.

import type { LambdaUserstoreEntry } from '../../shared/entries/userstore-entry.ts';
import { Unavailable } from '../../shared/errors.ts';
import { answerOfReply, findOfReply, recheckOfReply } from '../exchange/answer-of-reply.ts';
import { fillTemplate } from '../exchange/fill-template.ts';
import type { StoreReply } from '../exchange/judge-reply.ts';
import { parseJson } from '../exchange/read-reply.ts';
import { type OpenUserstore, storeLabel, type UserLookup, type UserstoreDependencies } from '../index.ts';
import { openStoreSecret } from '../store-secret.ts';

const MAX_REPLY_BYTES = 65_536;
/** A function has no status: that it answered is 200. */
const ANSWERED = 200;

export const openLambdaUserstore: OpenUserstore<LambdaUserstoreEntry> = async (tenant, domain, entry, dependencies) => {
  const store = { label: storeLabel(tenant, domain), tenant, domain };
  const ask = openAsk(store, entry, dependencies);
  const { lookup } = entry;
  return {
    domain,
    async authenticate(name, password, reserve) {
      const reservation = await reserve();
      if (reservation.kind === 'locked') return reservation;
      const reply = await ask(entry.request, { username: name, password, tenant });
      return answerOfReply(store, entry, name, reply, 'bad-reply');
    },
    ...(lookup !== undefined && {
      async find(name: string): Promise<UserLookup> {
        const reply = await ask(lookup.request, { username: name, tenant, id: '' });
        return findOfReply(store, lookup, name, reply, 'bad-reply');
      },
    }),
    async recheck(user) {
      if (lookup === undefined) return { kind: 'active', user };
      const reply = await ask(lookup.request, { username: user.username, tenant, id: user.id ?? '' });
      return recheckOfReply(store, lookup, user, reply, 'bad-reply');
    },
  };
};

type Ask = (template: unknown, values: Readonly<Record<string, string>>) => Promise<StoreReply>;

function openAsk(
  { label, tenant, domain }: { label: string; tenant: string; domain: string },
  entry: LambdaUserstoreEntry,
  dependencies: UserstoreDependencies,
): Ask {
  const { invokeFunction } = dependencies;
  const secret = openStoreSecret(dependencies, tenant, domain, entry.secretId);
  return async (template, values) => {
    if (invokeFunction === undefined) throw new Unavailable(label, 'unsupported-type');
    const members = [...(await secret.read())].map(([name, value]): [string, string] => [`secret.${name}`, value]);
    const payload = JSON.stringify(fillTemplate(template, new Map([...members, ...Object.entries(values)])));
    const { functionArn, timeoutMs } = entry;
    const answer = await invokeFunction(label, { functionArn, payload, timeoutMs, maxBytes: MAX_REPLY_BYTES });
    return { status: ANSWERED, json: parseJson(answer) };
  };
}
