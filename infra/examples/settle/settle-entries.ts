// The entries that the questions need beside those of the demo, and only as long as they are asked.

import { createHash } from 'node:crypto';
import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { attributesOf } from '../../../functions/storage/aws/attribute-value.ts';
import { DEMO } from '../../demo/demo-data.ts';
import { SETTLE_CLIENT, SETTLE_TIER } from './targets.ts';

/** Ids of the APIs, as the stack's outputs say them. */
export interface SettleApis {
  readonly rest: string;
  readonly counted: string;
  readonly http: string;
  readonly socket?: string | undefined;
}

type Item = Parameters<typeof attributesOf>[0];

interface Entry {
  readonly table: 'Tenants' | 'Clients' | 'Tokens';
  readonly item: Item;
}

const any = { handlers: ['oauth2'] };

function entriesOf(apis: SettleApis): readonly Entry[] {
  const { tenant } = DEMO;
  const api = (name: string, apiId: string, more: Item): Entry => ({
    table: 'Tenants',
    item: { tenant, entry: `api#settle-${name}`, apiId, ...more },
  });
  return [
    api('rest', apis.rest, {
      stage: 'prod',
      context: '/settle',
      resources: [
        { path: '/anyone', methods: ['GET'], secure: false },
        { path: '/scoped', methods: ['GET'], ...any, scopes: [DEMO.scope] },
        { path: '/paths/*', methods: ['GET'], ...any },
      ],
    }),
    api('counted', apis.counted, {
      stage: 'prod',
      context: '/settle',
      countTiers: true,
      resources: [{ path: '/counted', methods: ['GET'], ...any }],
    }),
    api('http', apis.http, { stage: '$default', context: '/settle', resources: [{ path: '/echo', methods: ['GET'], ...any }] }),
    ...(apis.socket === undefined
      ? []
      : [api('socket', apis.socket, { stage: 'prod', context: '/settle', resources: [{ path: '/*', methods: 'all', ...any }] })]),
    { table: 'Tenants', item: { tenant, entry: `tier#${SETTLE_TIER.name}`, requests: SETTLE_TIER.requests, seconds: SETTLE_TIER.seconds } },
    { table: 'Clients', item: clientOf(tenant) },
  ];
}

function clientOf(tenant: string): Item {
  return {
    clientId: SETTLE_CLIENT.id,
    tenant,
    secrets: [{ sha256: createHash('sha256').update(SETTLE_CLIENT.secret).digest('hex') }],
    authMethods: ['client_secret_basic'],
    grantTypes: ['password', 'client_credentials'],
    accessTokenSeconds: 60,
    applicationTier: SETTLE_TIER.name,
  };
}

const keyOf = ({ table, item }: Entry): Item =>
  table === 'Clients' ? { clientId: item.clientId } : { tenant: item.tenant, entry: item.entry };

/** Writes them. What it returns takes them away again. */
export async function writeSettleEntries(client: DynamoDBClient, prefix: string, apis: SettleApis): Promise<() => Promise<void>> {
  const entries = entriesOf(apis);
  for (const { table, item } of entries)
    await client.send(new PutItemCommand({ TableName: `${prefix}-${table}`, Item: attributesOf(item) }));
  return async () => {
    for (const entry of entries)
      await client.send(new DeleteItemCommand({ TableName: `${prefix}-${entry.table}`, Key: attributesOf(keyOf(entry)) }));
  };
}
