// The four tables, and the secret that holds the signing keys (DESIGN section 3).

import {
  AttributeType,
  Billing,
  type GlobalSecondaryIndexPropsV2,
  ProjectionType,
  type TablePropsV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnDeletionPolicy, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

export interface StorageProps {
  /** What the names of tables and secrets begin with. */
  readonly prefix: string;
  readonly removalPolicy: RemovalPolicy;
}

const key = (name: string) => ({ name, type: AttributeType.STRING });

export class Storage extends Construct {
  readonly tenants: TableV2;
  readonly clients: TableV2;
  readonly users: TableV2;
  readonly tokens: TableV2;
  /** Has no value in the template: `functions/signing-keys` writes the first one at deployment. */
  readonly signingKeys: CfnSecret;

  constructor(scope: Construct, id: string, props: StorageProps) {
    super(scope, id);
    this.tenants = this.#openTable('Tenants', props, {
      partitionKey: key('tenant'),
      sortKey: key('entry'),
      // Sparse: only api# entries have an apiId. The authorizer finds the rules of an API in one Query.
      globalSecondaryIndexes: [index('byApi', 'apiId', ProjectionType.ALL)],
    });
    this.clients = this.#openTable('Clients', props, {
      partitionKey: key('clientId'),
      globalSecondaryIndexes: [index('byTenant', 'tenant', ProjectionType.ALL)],
    });
    this.users = this.#openTable('Users', props, { partitionKey: key('tenant'), sortKey: key('username') });
    this.tokens = this.#openTable('Tokens', props, {
      partitionKey: key('id'),
      timeToLiveAttribute: 'expiresAt',
      // Sparse: only grants of users have a userKey. Keys alone, for revocation by user.
      globalSecondaryIndexes: [index('byUser', 'userKey', ProjectionType.KEYS_ONLY)],
    });
    this.signingKeys = new CfnSecret(this, 'SigningKeys', {
      name: `${props.prefix}/signing-keys`,
      description: 'Signing keys of Gatehouse: written by its signing-keys function alone.',
    });
    this.signingKeys.cfnOptions.deletionPolicy =
      props.removalPolicy === RemovalPolicy.DESTROY ? CfnDeletionPolicy.DELETE : CfnDeletionPolicy.RETAIN;
    this.signingKeys.cfnOptions.updateReplacePolicy = this.signingKeys.cfnOptions.deletionPolicy;
  }

  #openTable(name: 'Tenants' | 'Clients' | 'Users' | 'Tokens', { prefix, removalPolicy }: StorageProps, table: TablePropsV2): TableV2 {
    return new TableV2(this, name, {
      ...table,
      tableName: `${prefix}-${name}`,
      billing: Billing.onDemand(),
      removalPolicy,
      deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
      // Tokens are digests that live for hours: what a restore would bring back is dead or revoked.
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: name !== 'Tokens' },
    });
  }
}

function index(indexName: string, partitionKey: string, projectionType: ProjectionType): GlobalSecondaryIndexPropsV2 {
  return { indexName, partitionKey: key(partitionKey), projectionType };
}
