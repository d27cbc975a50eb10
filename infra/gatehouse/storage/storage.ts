// The four tables, and the secret that holds the signing keys: made by the stack, or there already.

import { AttributeType, Billing, ProjectionType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { RemovalPolicy, Stack, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { inform, setPointInTimeRecovery } from '../older-libraries.ts';
import {
  type ExistingSecret,
  type ExistingTables,
  importSigningKeys,
  importTable,
  type SigningKeysSecret,
  type StoredTable,
} from './existing-storage.ts';
import { TABLE_DEFINITIONS, type TableName, tableProperties } from './table-definitions.ts';

export interface StorageProps {
  /** What the names of tables and secrets begin with. */
  readonly prefix: string;
  readonly removalPolicy: RemovalPolicy;
  readonly deletionProtection: boolean;
  readonly tables: ExistingTables;
  readonly signingKeysSecret: ExistingSecret | undefined;
}

const key = (name: string) => ({ name, type: AttributeType.STRING });

export class Storage extends Construct {
  readonly tenants: StoredTable;
  readonly clients: StoredTable;
  readonly users: StoredTable;
  readonly tokens: StoredTable;
  /** Has no value in the template: `functions/signing-keys` writes the first one at deployment. */
  readonly signingKeys: SigningKeysSecret;

  constructor(scope: Construct, id: string, props: StorageProps) {
    super(scope, id);
    this.tenants = this.#createTable('Tenants', props.tables.tenants, props);
    this.clients = this.#createTable('Clients', props.tables.clients, props);
    this.users = this.#createTable('Users', props.tables.users, props);
    this.tokens = this.#createTable('Tokens', props.tables.tokens, props);
    this.signingKeys = this.#createSigningKeys(props);
    tellWhatExists(this, props);
    if (!props.deletionProtection && props.removalPolicy !== RemovalPolicy.DESTROY)
      inform(
        this,
        'gatehouse:deletionProtection',
        'Once the first deployment has succeeded, set `deletionProtection: true`: tables can then not be deleted by hand either.',
      );
  }

  /** Keys of the account's own that what exists is encrypted with. */
  get encryptionKeys(): readonly IKey[] {
    const keys = [this.tenants, this.clients, this.users, this.tokens].map((table) => table.encryptionKey);
    return [...keys, this.signingKeys.secret?.encryptionKey].filter((found) => found !== undefined);
  }

  #createTable(name: TableName, existing: ExistingTables[keyof ExistingTables], props: StorageProps): StoredTable {
    if (existing !== undefined) return importTable(this, name, existing);
    const { partitionKey, sortKey, index, timeToLive, isRestorable } = TABLE_DEFINITIONS[name];
    const table = new TableV2(this, name, {
      tableName: `${props.prefix}-${name}`,
      partitionKey: key(partitionKey),
      ...(sortKey !== undefined && { sortKey: key(sortKey) }),
      ...(timeToLive !== undefined && { timeToLiveAttribute: timeToLive }),
      ...(index !== undefined && {
        globalSecondaryIndexes: [
          { indexName: index.name, partitionKey: key(index.partitionKey), projectionType: ProjectionType[index.projection] },
        ],
      }),
      billing: Billing.onDemand(),
      removalPolicy: props.removalPolicy,
      deletionProtection: props.deletionProtection,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: isRestorable },
    });
    setPointInTimeRecovery(table, isRestorable);
    if (!isRestorable)
      acknowledge(table, { 'AwsSolutions-DDB3': 'Tokens are digests that live for hours: what a restore brings back is dead or revoked.' });
    return table;
  }

  #createSigningKeys({ prefix, removalPolicy, signingKeysSecret }: StorageProps): SigningKeysSecret {
    if (signingKeysSecret !== undefined) return importSigningKeys(this, signingKeysSecret);
    const name = `${prefix}/signing-keys`;
    const secret = new CfnSecret(this, 'SigningKeys', {
      name,
      description: 'Signing keys of Gatehouse: written by its signing-keys function alone.',
    });
    secret.applyRemovalPolicy(removalPolicy);
    acknowledge(secret, {
      'AwsSolutions-SMG4': 'The signing-keys function rotates the keys inside the secret by its own schedule, with a time of announcement.',
    });
    return { secretId: name, policyArn: secret.ref, secret: undefined };
  }
}

/** What a reader of the template can't see otherwise: which tables and secrets must be there. The local run makes them. */
function tellWhatExists(storage: Storage, { tables, signingKeysSecret }: StorageProps): void {
  const named: readonly (readonly [TableName, StoredTable, unknown])[] = [
    ['Tenants', storage.tenants, tables.tenants],
    ['Clients', storage.clients, tables.clients],
    ['Users', storage.users, tables.users],
    ['Tokens', storage.tokens, tables.tokens],
  ];
  const existing = named.filter(([, table, given]) => given !== undefined && !Token.isUnresolved(table.tableName));
  const { secretId } = storage.signingKeys;
  const secrets = signingKeysSecret === undefined || Token.isUnresolved(secretId) ? [] : [secretId];
  if (existing.length + secrets.length === 0) return;
  Stack.of(storage).addMetadata('Gatehouse::Existing', {
    Tables: existing.map(([name, table]) => tableProperties(table.tableName, TABLE_DEFINITIONS[name])),
    Secrets: secrets,
  });
}
