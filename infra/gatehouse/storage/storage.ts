// The four tables, and the secret that holds the signing keys.

import {
  AttributeType,
  Billing,
  type GlobalSecondaryIndexPropsV2,
  ProjectionType,
  type TablePropsV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';

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
    acknowledge(this.tokens, {
      'AwsSolutions-DDB3': 'Tokens are digests that live for hours: what a restore brings back is dead or revoked.',
    });
    this.signingKeys = new CfnSecret(this, 'SigningKeys', {
      name: `${props.prefix}/signing-keys`,
      description: 'Signing keys of Gatehouse: written by its signing-keys function alone.',
    });
    this.signingKeys.applyRemovalPolicy(props.removalPolicy);
    acknowledge(this.signingKeys, {
      'AwsSolutions-SMG4': 'The signing-keys function rotates the keys inside the secret by its own schedule, with a time of announcement.',
    });
  }

  #openTable(name: 'Tenants' | 'Clients' | 'Users' | 'Tokens', { prefix, removalPolicy }: StorageProps, table: TablePropsV2): TableV2 {
    return new TableV2(this, name, {
      ...table,
      tableName: `${prefix}-${name}`,
      billing: Billing.onDemand(),
      removalPolicy,
      deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: name !== 'Tokens' },
    });
  }
}

function index(indexName: string, partitionKey: string, projectionType: ProjectionType): GlobalSecondaryIndexPropsV2 {
  return { indexName, partitionKey: key(partitionKey), projectionType };
}
