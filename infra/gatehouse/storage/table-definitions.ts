// Keys and indexes of the four tables, once: for those that the stack makes, and for the local run in the place of
// tables that exist elsewhere.

export type TableName = 'Tenants' | 'Clients' | 'Users' | 'Tokens';

export interface TableDefinition {
  readonly partitionKey: string;
  readonly sortKey?: string;
  readonly index?: { readonly name: string; readonly partitionKey: string; readonly projection: 'ALL' | 'KEYS_ONLY' };
  readonly timeToLive?: string;
  /** Whether what is in it is worth a restore. */
  readonly isRestorable: boolean;
}

/** All keys are text. */
export const TABLE_DEFINITIONS: Readonly<Record<TableName, TableDefinition>> = {
  Tenants: {
    partitionKey: 'tenant',
    sortKey: 'entry',
    // Sparse: only api# entries have an apiId. The authorizer finds the rules of an API in one Query.
    index: { name: 'byApi', partitionKey: 'apiId', projection: 'ALL' },
    isRestorable: true,
  },
  Clients: { partitionKey: 'clientId', index: { name: 'byTenant', partitionKey: 'tenant', projection: 'ALL' }, isRestorable: true },
  Users: { partitionKey: 'tenant', sortKey: 'username', isRestorable: true },
  Tokens: {
    partitionKey: 'id',
    timeToLive: 'expiresAt',
    // Sparse: only grants of users have a userKey. Keys alone, for revocation by user.
    index: { name: 'byUser', partitionKey: 'userKey', projection: 'KEYS_ONLY' },
    isRestorable: false,
  },
};

/** As the properties of a resource in CloudFormation, and of CreateTable. */
export function tableProperties(tableName: string, { partitionKey, sortKey, index }: TableDefinition) {
  const keys = [partitionKey, ...(sortKey === undefined ? [] : [sortKey])];
  const attributes = [...keys, ...(index === undefined ? [] : [index.partitionKey])];
  return {
    TableName: tableName,
    KeySchema: keys.map((AttributeName, at) => ({ AttributeName, KeyType: at === 0 ? 'HASH' : 'RANGE' })),
    AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    ...(index !== undefined && {
      GlobalSecondaryIndexes: [
        {
          IndexName: index.name,
          KeySchema: [{ AttributeName: index.partitionKey, KeyType: 'HASH' }],
          Projection: { ProjectionType: index.projection },
        },
      ],
    }),
  };
}
