// The secret of one userstore: a JSON object of strings, below the tenant's own prefix. Wrong or missing, it is that
// store's outage and nobody else's.

import * as v from 'valibot';
import { Unavailable } from '../shared/errors.ts';
import { storeLabel, type UserstoreDependencies } from './userstore.ts';

/** Members of the secret by name, such as `username`, `password`, `bindDn`, `clientCertificatePem`. */
export type SecretMembers = ReadonlyMap<string, string>;

export interface StoreSecret {
  read(): Promise<SecretMembers>;
  /** Past the cache, because `used` was refused. Undefined: it is still the same. */
  rereadIfChanged(used: SecretMembers): Promise<SecretMembers | undefined>;
}

const NONE: SecretMembers = new Map();
const members = v.record(v.string(), v.unknown());

export function createStoreSecret(
  { secrets, tenantSecretsPrefix }: Pick<UserstoreDependencies, 'secrets' | 'tenantSecretsPrefix'>,
  tenant: string,
  domain: string,
  secretId: string | undefined,
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
  return {
    read: async () => parseMembers(label, await load((id) => secrets.readSecret(id))),
    async rereadIfChanged(used) {
      const found = parseMembers(label, await load((id) => secrets.rereadSecret(id)));
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

function parseMembers(label: string, value: string): SecretMembers {
  try {
    const parsed = v.parse(members, JSON.parse(value));
    return new Map(Object.entries(parsed).filter((member): member is [string, string] => typeof member[1] === 'string'));
  } catch {
    // No cause: the parser's message quotes the secret.
    throw new Unavailable(label, 'bad-secret', { neverSent: true });
  }
}
