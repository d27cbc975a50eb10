// DynamoDB with the entries of the bench, a Secrets Manager with the signing keys, and functions over them that are cold.

import { join } from 'node:path';
import { openSecretsManager } from '../../../infra/emulator/secrets-manager/open-secrets-manager.ts';
import { addVersion } from '../../../infra/emulator/secrets-manager/versions.ts';
import { bundle } from '../../../infra/gatehouse/functions/bundle.ts';
import { type FunctionProcess, openFunctionProcess } from '../../bench/end-to-end/function-process.ts';
import { ISSUER, openTables, tenantOf } from '../../bench/end-to-end/world.ts';
import { SMALL } from '../../bench/growth/size.ts';
import { COMPILE_CACHE } from '../../support/compile-cache.ts';
import { putEntry } from '../../support/put-entry.ts';
import { newSigningKeys } from '../../support/signing-keys.ts';
import { TABLE_VARIABLES, TEST_CREDENTIALS } from '../../support/tables.ts';

const REGION = 'us-east-1';
const SIGNING_KEYS = 'Gatehouse/signing-keys';

export interface NearAws {
  readonly dynamoDb: string;
  readonly secretsManager: string;
  putSecret(name: string, value: string): void;
  close(): Promise<void>;
}

export async function openNearAws(): Promise<NearAws> {
  const tables = await openTables(SMALL);
  // Who looks at failed logins here has no time.
  const quick = { entry: 'tenant', displayName: 'My Company', signIn: {}, jwtRevocation: 'check', lockout: { failureMs: 100 } };
  await putEntry(tables, 'Tenants', { tenant: tenantOf('check'), ...quick });
  const secrets = await openSecretsManager({ port: 0, region: REGION, accountId: '123456789012', file: undefined, clock: Date.now });
  const putSecret = (name: string, value: string): void => {
    const options = { token: undefined, stages: ['AWSCURRENT'], nowSeconds: secrets.vault.now() };
    addVersion(secrets.vault.newSecret(name), { SecretString: value }, options);
  };
  putSecret(SIGNING_KEYS, JSON.stringify(newSigningKeys()));
  return {
    ...{ dynamoDb: tables.endpoint, secretsManager: `http://127.0.0.1:${secrets.listener.port}`, putSecret },
    async close() {
      await tables.close();
      await secrets.listener.close();
    },
  };
}

/** Where a function finds AWS. */
export interface Endpoints {
  readonly dynamoDb: string;
  readonly secretsManager: string;
  /** Default: it calls no function. */
  readonly lambda?: string;
}

const NAMES = { token: 'Gatehouse-TokenFunction', authorizer: 'Gatehouse-AuthorizerFunction' } as const;
export type FunctionName = keyof typeof NAMES;

/** One of the functions, cold, in a process of its own. */
export function openFunction(name: FunctionName, { dynamoDb, secretsManager, lambda }: Endpoints): Promise<FunctionProcess> {
  return openFunctionProcess(join(bundle(name).directory, 'index.mjs'), {
    ...{ AWS_REGION: REGION, AWS_ACCESS_KEY_ID: TEST_CREDENTIALS.accessKeyId, AWS_SECRET_ACCESS_KEY: TEST_CREDENTIALS.secretAccessKey },
    ...{ AWS_ENDPOINT_URL_DYNAMODB: dynamoDb, AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager },
    ...(lambda !== undefined && { AWS_ENDPOINT_URL_LAMBDA: lambda }),
    ...TABLE_VARIABLES,
    ...{ SIGNING_KEYS_SECRET: SIGNING_KEYS, TENANT_SECRETS_PREFIX: 'Gatehouse/tenants/' },
    ...{ ISSUER, AUTHORIZER_CACHE_SECONDS: '60' },
    ...{ AWS_LAMBDA_FUNCTION_NAME: NAMES[name], AWS_LAMBDA_FUNCTION_VERSION: '$LATEST' },
    ...COMPILE_CACHE,
  });
}
