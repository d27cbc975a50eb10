// Whether a secret is there, without reading it.

import { DescribeSecretCommand, ResourceNotFoundException, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** @returns undefined where the operator has no right to see it, or nothing answers */
export function createFindSecret(): (secretId: string) => Promise<boolean | undefined> {
  const client = new SecretsManagerClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 2000, requestTimeout: 5000, throwOnRequestTimeout: true },
  });
  return async (SecretId) => {
    try {
      const { DeletedDate } = await client.send(new DescribeSecretCommand({ SecretId }));
      return DeletedDate === undefined;
    } catch (error) {
      return error instanceof ResourceNotFoundException ? false : undefined;
    }
  };
}
