// The secret `<stack>/signing-keys`: kept as secrets are, parsed once for each value that it had.

import { parseSigningKeys, type SigningKeys } from '../../own-tokens/signing-keys.ts';
import { Unavailable } from '../../shared/errors.ts';
import { errorFields, type Log } from '../../shared/log.ts';
import type { SecretStore } from '../stores.ts';

/**
 * The first call loads; a value that can't be read leaves the last good one in use. Nobody has to look past the cache:
 * a key is published for a day before it signs.
 */
export function createSigningKeys(secrets: SecretStore, secretId: string, log: Log): () => Promise<SigningKeys> {
  let last: { readonly secret: string; readonly keys: SigningKeys } | undefined;
  let refusedSecret: string | undefined;

  function parse(secret: string): SigningKeys {
    if (secret === last?.secret) return last.keys;
    try {
      last = { secret, keys: parseSigningKeys(secret) };
      return last.keys;
    } catch (error) {
      if (secret !== refusedSecret) log('ERROR', 'signing-keys-refused', { secretId, ...errorFields(error) });
      refusedSecret = secret;
      if (last !== undefined) return last.keys;
      throw error instanceof Unavailable ? error : new Unavailable('secrets-manager', 'signing-keys-malformed');
    }
  }

  return async () => parse(await secrets.readSecret(secretId));
}
