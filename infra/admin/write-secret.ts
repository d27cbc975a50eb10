// Writes a secret of a tenant: a new version of it, or the secret with its first one.

import {
  CreateSecretCommand,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { CommandFailed, type Operator } from './commands/command.ts';

/** Region, endpoint and credentials are the SDK's to find. */
export function createWriteSecret(): Operator['writeSecret'] {
  return async (name, value) => {
    const client = new SecretsManagerClient({
      requestHandler: { connectionTimeout: 2000, requestTimeout: 10_000, throwOnRequestTimeout: true },
    });
    try {
      await client.send(new PutSecretValueCommand({ SecretId: name, SecretString: value }));
      return 'changed';
    } catch (error) {
      // A secret whose deletion is under way keeps its name for days.
      if (error instanceof InvalidRequestException)
        throw new CommandFailed(
          `${name}: can't be written as it is. Where it was deleted: aws secretsmanager restore-secret --secret-id ${name}`,
        );
      if (!(error instanceof ResourceNotFoundException)) throw error;
      // Race: another operator creates it meanwhile; CreateSecret then fails, and nothing of theirs is overwritten.
      await client.send(new CreateSecretCommand({ Name: name, SecretString: value }));
      return 'created';
    } finally {
      client.destroy();
    }
  };
}
