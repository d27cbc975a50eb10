// The secrets of a tenant in Secrets Manager, by their names: `Gatehouse/tenants/<tenant>/…`.

import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  SecretsManagerClient,
  type SecretsManagerServiceException,
} from '@aws-sdk/client-secrets-manager';

export interface TenantSecrets {
  /** Undefined: there is none, it is binary, or the operator may not read it. */
  read(name: string): Promise<string | undefined>;
  /** False: there is one of this name already, also where it was deleted and can still be restored. */
  create(name: string, value: string): Promise<boolean>;
  /** Undefined: the operator may not list secrets. What is deleted already is not among them. */
  list(tenant: string): Promise<readonly string[] | undefined>;
  /**
   * False: it is not there any more.
   *
   * @param isFinal at once and for good; else it can be restored for `RECOVERY_DAYS`
   */
  delete(name: string, isFinal: boolean): Promise<boolean>;
}

/** The least that Secrets Manager takes. */
export const RECOVERY_DAYS = 7;

/** @param tenantSecretsPrefix `Gatehouse/tenants/` */
export function createTenantSecrets(tenantSecretsPrefix: string): TenantSecrets {
  const client = new SecretsManagerClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  });
  return {
    async read(SecretId) {
      try {
        return (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString;
      } catch (error) {
        if (error instanceof ResourceNotFoundException || isScheduled(error) || isDenied(error)) return undefined;
        throw error;
      }
    },
    async create(Name, SecretString) {
      try {
        await client.send(new CreateSecretCommand({ Name, SecretString }));
        return true;
      } catch (error) {
        if (error instanceof ResourceExistsException || isScheduled(error)) return false;
        throw error;
      }
    },
    async list(tenant) {
      const prefix = `${tenantSecretsPrefix}${tenant}/`;
      const names: string[] = [];
      let NextToken: string | undefined;
      try {
        do {
          const page = await client.send(
            new ListSecretsCommand({ Filters: [{ Key: 'name', Values: [prefix] }], NextToken, MaxResults: 100 }),
          );
          // The filter knows no case, and tenants' secrets do.
          for (const { Name } of page.SecretList ?? []) if (Name?.startsWith(prefix)) names.push(Name);
          ({ NextToken } = page);
        } while (NextToken !== undefined);
      } catch (error) {
        if (isDenied(error)) return undefined;
        throw error;
      }
      return names.sort();
    },
    async delete(SecretId, isFinal) {
      const how = isFinal ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: RECOVERY_DAYS };
      try {
        await client.send(new DeleteSecretCommand({ SecretId, ...how }));
        return true;
      } catch (error) {
        if (error instanceof ResourceNotFoundException || isScheduled(error)) return false;
        throw error;
      }
    },
  };
}

const nameOf = (error: unknown): string => (error instanceof Error ? (error as SecretsManagerServiceException).name : '');

const isDenied = (error: unknown): boolean => nameOf(error) === 'AccessDeniedException';
/** Deleted before, and waiting for the end of its time. */
const isScheduled = (error: unknown): boolean => nameOf(error) === 'InvalidRequestException';
