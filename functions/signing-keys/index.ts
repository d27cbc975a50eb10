// Composition root of the signing-keys function: makes the keys of `<stack>/signing-keys` at deployment, and rotates
// them when CloudFormation, the daily schedule or an operator calls.

import { setTimeout as delay } from 'node:timers/promises';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readEnvironment } from '../shared/environment.ts';
import { createLog } from '../shared/log.ts';
import { withTimeBudget } from '../shared/time-budget.ts';
import { SigningKeysFault } from './describe-failure.ts';
import { createSigningKeysHandler } from './handle-event.ts';
import { makeKey } from './make-key.ts';
import type { SecretVersion, VersionedSecret } from './rotate-keys.ts';
import { waitForPermission } from './wait-for-permission.ts';

const { SIGNING_KEYS_SECRET } = readEnvironment(['SIGNING_KEYS_SECRET'], process.env);

const rotate = createSigningKeysHandler({
  secret: waitForPermission(
    createVersionedSecret(new SecretsManagerClient({}), SIGNING_KEYS_SECRET),
    (error) => isNamed(error, 'AccessDeniedException'),
    delay,
  ),
  makeKey,
  now: () => Math.floor(Date.now() / 1000),
  fetch,
  log: createLog(process.env),
  // The function has 120 s, and an answer that nobody takes costs 30.
  limitMs: 85_000,
});

/** Handler that Lambda invokes. It has its own limit; this one says whose lines its log has. */
export const handler = withTimeBudget(rotate, { maxMs: Number.POSITIVE_INFINITY, answerMs: 0 });

function createVersionedSecret(client: SecretsManagerClient, secretId: string): VersionedSecret {
  async function read(version: { readonly VersionId?: string; readonly VersionStage?: string }): Promise<SecretVersion | undefined> {
    try {
      const { VersionId, SecretString, VersionStages } = await client.send(new GetSecretValueCommand({ SecretId: secretId, ...version }));
      if (VersionId === undefined || SecretString === undefined) throw new SigningKeysFault('The secret has no string value.');
      return { versionId: VersionId, value: SecretString, isCurrent: VersionStages?.includes('AWSCURRENT') === true };
    } catch (error) {
      if (isNamed(error, 'ResourceNotFoundException')) return undefined;
      throw error;
    }
  }

  return {
    readCurrent: () => read({ VersionStage: 'AWSCURRENT' }),
    readVersion: (versionId) => read({ VersionId: versionId }),
    async writeVersion(versionId, value) {
      try {
        await client.send(new PutSecretValueCommand({ SecretId: secretId, ClientRequestToken: versionId, SecretString: value }));
        return true;
      } catch (error) {
        if (isNamed(error, 'ResourceExistsException')) return false;
        throw error;
      }
    },
  };
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
