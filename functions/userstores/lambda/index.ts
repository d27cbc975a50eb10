// A tenant's own Lambda function as a userstore: the same JSON in and out as a web service, and no network to open.

import type { LambdaUserstoreEntry } from '../../configuration/entries/userstore-entry.ts';
import { Unavailable } from '../../shared/errors.ts';
import { createDeadline } from '../deadline.ts';
import { createStoreSecret } from '../store-secret.ts';
import { fillTemplate } from '../templated-calls/fill-template.ts';
import type { StoreReply } from '../templated-calls/judge-reply.ts';
import { parseJson } from '../templated-calls/read-reply.ts';
import { createFindSecretFault } from '../templated-calls/secret-members.ts';
import { type TemplateValues, templatedUserstore } from '../templated-calls/templated-userstore.ts';
import { type CreateUserstore, storeLabel, type UserstoreDependencies } from '../userstore.ts';

const MAX_REPLY_BYTES = 65_536;
/** A function has no status: that it answered is 200. */
const ANSWERED = 200;

export const createLambdaUserstore: CreateUserstore<LambdaUserstoreEntry> = async (tenant, domain, entry, dependencies) => {
  const store = { label: storeLabel(tenant, domain), tenant, domain, log: dependencies.log };
  const ask = createAsk(store, entry, dependencies);
  return templatedUserstore(store, entry, {
    isAskable: () => true,
    logIn: (values) => ask(entry.request, values),
    lookUp: ({ request }, values) => ask(request, values),
  });
};

type Ask = (template: unknown, values: TemplateValues) => Promise<StoreReply>;

function createAsk(
  { label, tenant, domain }: { label: string; tenant: string; domain: string },
  entry: LambdaUserstoreEntry,
  dependencies: UserstoreDependencies,
): Ask {
  const { invokeFunction } = dependencies;
  const secret = createStoreSecret(dependencies, { tenant, domain, secretId: entry.secretId, findFault: createFindSecretFault(entry) });
  return async (template, values) => {
    if (invokeFunction === undefined) throw new Unavailable(label, 'unsupported-type', { neverSent: true });
    const deadline = createDeadline(entry.timeoutMs);
    const members = [...(await secret.read(deadline))].map(([name, value]): [string, string] => [`secret.${name}`, value]);
    const payload = JSON.stringify(fillTemplate(template, new Map([...members, ...Object.entries(values)])));
    const { functionArn } = entry;
    const timeoutMs = Math.floor(deadline.remainingMs());
    if (timeoutMs <= 0) throw new Unavailable(label, 'timeout', { neverSent: true });
    const answer = await invokeFunction(label, { functionArn, payload, timeoutMs, maxBytes: MAX_REPLY_BYTES });
    return { status: ANSWERED, json: parseJson(answer), fault: 'bad-reply' };
  };
}
