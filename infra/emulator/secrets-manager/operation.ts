// One operation of the Secrets Manager API: its input is parsed before it runs.

import * as v from 'valibot';
import { SecretsManagerError, type Vault } from './vault.ts';

export type Operation = (input: unknown, vault: Vault) => object;

export const optionalText = v.optional(v.string());
export const secretId = v.pipe(v.string(), v.minLength(1), v.maxLength(2048));
export const tagList = v.optional(v.array(v.object({ Key: v.string(), Value: v.string() })), []);

/** An operation of which `schema` says the input. */
export function operation<S extends v.GenericSchema>(schema: S, run: (input: v.InferOutput<S>, vault: Vault) => object): Operation {
  return (input, vault) => {
    const parsed = v.safeParse(schema, input);
    if (!parsed.success) {
      const [issue] = parsed.issues;
      throw new SecretsManagerError('ValidationException', `${v.getDotPath(issue) ?? 'input'}: ${issue.message}`);
    }
    return run(parsed.output, vault);
  };
}
