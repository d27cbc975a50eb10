// The secret `<stack>/signing-keys`: kept as secrets are, parsed once for each value that it had.

import { parseSigningKeys, type SigningKeys } from '../../own-tokens/signing-keys.ts';
import { Unavailable } from '../../shared/errors.ts';
import { errorFields, type Log } from '../../shared/log.ts';
import type { SecretStore } from '../stores.ts';

/**
 * The first call loads; a value that can't be used leaves the last good one in use, and is asked for again within seconds. Nobody
 * else has to look past the cache: a key is published for a day before it signs.
 */
export function createSigningKeys(secrets: SecretStore, secretId: string, log: Log): () => Promise<SigningKeys> {
  let last: { readonly secret: string; readonly keys: SigningKeys } | undefined;
  let refusedSecret: string | undefined;

  function refuse(secret: string, error: unknown): void {
    if (secret !== refusedSecret) log('ERROR', 'signing-keys-refused', { secretId, ...errorFields(error) });
    refusedSecret = secret;
  }

  /** Undefined where the value can't be used: the keys that are in use, if any, are better. */
  function parse(secret: string): SigningKeys | undefined {
    if (secret === last?.secret) return last.keys;
    if (secret === refusedSecret) return undefined;
    try {
      const keys = parseSigningKeys(secret, (error) => refuse(secret, error));
      // A key is imported when it is first used, so that no cold start pays for all. Who has keys that work looks first.
      if (last !== undefined) keys.importAll();
      last = { secret, keys };
      return keys;
    } catch (error) {
      refuse(secret, error);
      return undefined;
    }
  }

  return async () => {
    const keys = parse(await secrets.readSecret(secretId));
    if (keys !== undefined && last?.secret !== refusedSecret) return keys;
    const found = parse(await secrets.rereadSecret(secretId)) ?? last?.keys;
    if (found === undefined) throw new Unavailable('secrets-manager', 'signing-keys-malformed');
    return found;
  };
}
