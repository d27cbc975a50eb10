// The secret of one userstore: a JSON object of strings, below the tenant's own prefix. Wrong or missing, it is that
// store's outage and nobody else's.

import * as v from 'valibot';
import { Unavailable } from '../shared/errors.ts';
import { type Deadline, within } from './deadline.ts';
import { storeLabel, type UserstoreDependencies } from './userstore.ts';

/** Members of the secret by name, such as `username`, `password`, `bindDn`, `clientCertificatePem`. */
export type SecretMembers = ReadonlyMap<string, string>;

/** What can be wrong with a secret that was read. */
export type SecretFault = 'bad-secret' | 'secret-incomplete';

export interface StoreSecret {
  /**
   * One that can't be used is asked for once more, past the cache; where it still can't be, the last that could serves on.
   *
   * @param deadline of the login. Absent: the caller has one
   */
  read(deadline?: Deadline): Promise<SecretMembers>;
  /** Past the cache, because `used` was refused. Undefined: it is still the same. */
  rereadIfChanged(used: SecretMembers): Promise<SecretMembers | undefined>;
}

const NONE: SecretMembers = new Map();
const members = v.record(v.string(), v.unknown());

/** Whose secret, and which. */
export interface SecretOfStore {
  readonly tenant: string;
  readonly domain: string;
  /** Name or ARN. Undefined: the entry names none. */
  readonly secretId: string | undefined;
  /** What the members lack that the store needs. Default: it needs none of them. */
  readonly findFault?: (members: SecretMembers) => SecretFault | undefined;
}

export function createStoreSecret(
  { secrets, tenantSecretsPrefix, log }: Pick<UserstoreDependencies, 'secrets' | 'tenantSecretsPrefix' | 'log'>,
  { tenant, domain, secretId, findFault = () => undefined }: SecretOfStore,
): StoreSecret {
  const label = storeLabel(tenant, domain);
  if (secretId === undefined) return { read: async () => NONE, rereadIfChanged: async () => undefined };
  const load = async (read: (id: string) => Promise<string>): Promise<string> => {
    if (!isOfTenant(secretId, `${tenantSecretsPrefix}${tenant}/`)) throw new Unavailable(label, 'secret-of-others', { neverSent: true });
    try {
      return await read(secretId);
    } catch (cause) {
      throw new Unavailable(label, 'no-secret', { cause, neverSent: true });
    }
  };
  const parse = (value: string): SecretMembers | SecretFault => {
    const parsed = parseMembers(value);
    return parsed === undefined ? 'bad-secret' : (findFault(parsed) ?? parsed);
  };
  let lastGood: SecretMembers | undefined;
  let isToldOf = false;
  /** What can't be used takes the place of nothing that can. */
  const requireMembers = (parsed: SecretMembers | SecretFault): SecretMembers => {
    const isUsable = typeof parsed !== 'string';
    if (!isUsable && !isToldOf) log('ERROR', 'store-secret-refused', { tenant, userstore: domain, reason: parsed });
    isToldOf = !isUsable;
    if (isUsable) lastGood = parsed;
    // No cause: the parser's message quotes the secret.
    else if (lastGood === undefined) throw new Unavailable(label, parsed, { neverSent: true });
    return isUsable ? parsed : lastGood;
  };
  const read = async (): Promise<SecretMembers> => {
    const parsed = parse(await load((id) => secrets.readSecret(id)));
    // It may have been mended since.
    return requireMembers(typeof parsed === 'string' ? parse(await load((id) => secrets.rereadSecret(id))) : parsed);
  };
  return {
    read: (deadline) =>
      deadline === undefined ? read() : within(deadline, read(), new Unavailable(label, 'secret-timeout', { neverSent: true })),
    async rereadIfChanged(used) {
      const found = requireMembers(parse(await load((id) => secrets.rereadSecret(id))));
      const isSame = found.size === used.size && [...found].every(([name, value]) => used.get(name) === value);
      return isSame ? undefined : found;
    },
  };
}

/** Whether a secret is the tenant's own, by its name or ARN: `arn:aws:secretsmanager:eu-west-1:123456789012:secret:<name>-AbCdEf`. */
export function isOfTenant(secretId: string, prefix: string): boolean {
  const name = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:(.+)$/.exec(secretId)?.[1] ?? secretId;
  return name.startsWith(prefix);
}

/** Undefined where it is no JSON object. */
function parseMembers(value: string): SecretMembers | undefined {
  try {
    const parsed = v.parse(members, JSON.parse(value));
    return new Map(Object.entries(parsed).filter((member): member is [string, string] => typeof member[1] === 'string'));
  } catch {
    return undefined;
  }
}
