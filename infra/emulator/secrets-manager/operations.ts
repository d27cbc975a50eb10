// The operations of the Secrets Manager API that operators, functions and tools use, by name.

import { deleteSecret, describeSecret, listSecrets } from './catalog-operations.ts';
import type { Operation } from './operation.ts';
import { createSecret, getSecretValue, putSecretValue, updateSecret, updateSecretVersionStage } from './value-operations.ts';

export const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ['CreateSecret', createSecret],
  ['DeleteSecret', deleteSecret],
  ['DescribeSecret', describeSecret],
  ['GetSecretValue', getSecretValue],
  ['ListSecrets', listSecrets],
  ['PutSecretValue', putSecretValue],
  ['UpdateSecret', updateSecret],
  ['UpdateSecretVersionStage', updateSecretVersionStage],
]);
