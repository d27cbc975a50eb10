// The operations of the Secrets Manager API that operators, functions and tools use, by name.

import { deleteSecret, describeSecret, listSecrets, listSecretVersionIds, restoreSecret, tagResource } from './catalog-operations.ts';
import type { Operation } from './operation.ts';
import { randomPassword } from './random-password.ts';
import { createSecret, getSecretValue, putSecretValue, updateSecret, updateSecretVersionStage } from './value-operations.ts';

export const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ['CreateSecret', createSecret],
  ['DeleteSecret', deleteSecret],
  ['DescribeSecret', describeSecret],
  ['GetRandomPassword', randomPassword],
  ['GetSecretValue', getSecretValue],
  ['ListSecretVersionIds', listSecretVersionIds],
  ['ListSecrets', listSecrets],
  ['PutSecretValue', putSecretValue],
  ['RestoreSecret', restoreSecret],
  ['TagResource', tagResource],
  ['UpdateSecret', updateSecret],
  ['UpdateSecretVersionStage', updateSecretVersionStage],
]);
