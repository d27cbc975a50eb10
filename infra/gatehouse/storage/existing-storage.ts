// Tables and signing keys that are there already: restored from a backup, kept by a stack that was deleted, or made by
// somebody else. The stack uses them and never changes or deletes them.

import { type ITable, type Table, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Arn, ArnFormat, Stack, Token } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { TABLE_DEFINITIONS, type TableName } from './table-definitions.ts';

/** By name, by ARN, or as a table of this app or another stack. Keys and indexes must be those that a stack of ours makes. */
export type ExistingTable = string | StoredTable;

/** CDK's own classes are no `ITable` to a compiler that takes optional properties exactly. */
export type StoredTable = ITable | Table | TableV2;

/** By name, by whole ARN, or as a secret of this app. */
export type ExistingSecret = string | ISecret | Secret;

export interface ExistingTables {
  /** Default: a table that the stack makes. So for all four. */
  readonly tenants?: ExistingTable;
  readonly clients?: ExistingTable;
  readonly users?: ExistingTable;
  readonly tokens?: ExistingTable;
}

const TABLE_NAME = /^[A-Za-z0-9_.-]{3,255}$/;
const SECRET_NAME = /^[A-Za-z0-9/_+=.@-]{1,512}$/;
/** Secrets Manager ends the ARN of each secret in a hyphen and six characters of its own. */
const COMPLETE_SECRET_ARN = /:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$/;

/** @throws Error for a name or an ARN that can't be, or is of another account or Region */
export function importTable(scope: Construct, name: TableName, given: ExistingTable): StoredTable {
  if (typeof given !== 'string') return given;
  const index = TABLE_DEFINITIONS[name].index?.name;
  const globalIndexes = index === undefined ? {} : { globalIndexes: [index] };
  if (!given.startsWith('arn:')) {
    if (!Token.isUnresolved(given) && !TABLE_NAME.test(given)) throw new Error(`tables: ${JSON.stringify(given)} is no name of a table.`);
    return TableV2.fromTableAttributes(scope, name, { tableName: given, ...globalIndexes });
  }
  requireHere(scope, given, 'dynamodb', 'table');
  return TableV2.fromTableAttributes(scope, name, { tableArn: given, ...globalIndexes });
}

export interface SigningKeysSecret {
  /** What the functions ask Secrets Manager for. */
  readonly secretId: string;
  /** What a policy names: with an ending that is a pattern where only the name is known. */
  readonly policyArn: string;
  readonly secret: ISecret | Secret | undefined;
}

/** @throws Error as above */
export function importSigningKeys(scope: Construct, given: ExistingSecret): SigningKeysSecret {
  if (typeof given !== 'string') {
    const secretId = given.secretFullArn ?? given.secretName;
    return { secretId, policyArn: given.secretFullArn ?? `${given.secretArn}-??????`, secret: given };
  }
  if (given.startsWith('arn:')) {
    requireHere(scope, given, 'secretsmanager', 'secret');
    if (!COMPLETE_SECRET_ARN.test(given))
      throw new Error(`signingKeysSecret: ${given} is no whole ARN of a secret: its last six characters are missing.`);
    return { secretId: given, policyArn: given, secret: Secret.fromSecretCompleteArn(scope, 'SigningKeys', given) };
  }
  if (!Token.isUnresolved(given) && !SECRET_NAME.test(given))
    throw new Error(`signingKeysSecret: ${JSON.stringify(given)} is no name of a secret.`);
  const secret = Secret.fromSecretNameV2(scope, 'SigningKeys', given);
  return { secretId: given, policyArn: `${secret.secretArn}-??????`, secret };
}

/** The functions call the services of their own Region with the rights of their own account. */
function requireHere(scope: Construct, arn: string, service: string, resource: string): void {
  const stack = Stack.of(scope);
  const format = service === 'dynamodb' ? ArnFormat.SLASH_RESOURCE_NAME : ArnFormat.COLON_RESOURCE_NAME;
  const parts = Arn.split(arn, format);
  if (parts.service !== service || parts.resource !== resource || !parts.resourceName)
    throw new Error(`${arn} is no ARN of a ${resource} of ${service}.`);
  for (const [what, there, here] of [
    ['account', parts.account, stack.account],
    ['Region', parts.region, stack.region],
  ] as const)
    if (!Token.isUnresolved(here) && !Token.isUnresolved(there) && there !== here)
      throw new Error(`${arn} is in another ${what} than the stack, ${here}: restore or copy it to where the stack is.`);
}
