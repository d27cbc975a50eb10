// The entries that the questions need beside those of the demo, and only as long as they are asked.

import { createHash } from 'node:crypto';
import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { attributesOf } from '../../../functions/storage/aws/attribute-value.ts';
import { AGENTS } from '../../demo/agents-data.ts';
import { DEMO } from '../../demo/demo-data.ts';
import { SETTLE_AGENT, SETTLE_CLIENT, SETTLE_FEED, SETTLE_TIER, SETTLE_WORKLOAD, type StsWorkload } from './targets.ts';

/** Ids of the APIs, as the stack's outputs say them. */
export interface SettleApis {
  readonly rest: string;
  readonly counted: string;
  readonly http: { readonly id: string; readonly resource: string; readonly metadataUrl: string };
  readonly socket?: string | undefined;
}

type Item = Parameters<typeof attributesOf>[0];

interface Entry {
  readonly table: 'Tenants' | 'Clients' | 'Tokens';
  readonly item: Item;
}

const any = { handlers: ['oauth2'] };

export function settleEntries(apis: SettleApis, workload: StsWorkload | undefined): readonly Entry[] {
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
      tenants: [tenant, SETTLE_FEED.tenant],
      resources: [{ path: '/counted', methods: ['GET'], ...any }],
    }),
    api('http', apis.http.id, {
      stage: '$default',
      context: '/settle',
      resource: apis.http.resource,
      discovery: { metadataUrl: apis.http.metadataUrl },
      // The other questions ask with tokens that are for no resource.
      audience: 'any',
      resources: [{ path: '/echo', methods: ['GET'], ...any }],
    }),
    ...(apis.socket === undefined
      ? []
      : [api('socket', apis.socket, { stage: 'prod', context: '/settle', resources: [{ path: '/*', methods: 'all', ...any }] })]),
    { table: 'Tenants', item: { tenant, entry: `tier#${SETTLE_TIER.name}`, requests: SETTLE_TIER.requests, seconds: SETTLE_TIER.seconds } },
    clientOf(tenant, SETTLE_CLIENT, {
      grantTypes: ['password', 'client_credentials'],
      accessTokenSeconds: 60,
      applicationTier: SETTLE_TIER.name,
    }),
    clientOf(AGENTS.tenant, SETTLE_AGENT, { grantTypes: ['password'], scopes: [AGENTS.scope] }),
    { table: 'Tenants', item: { tenant: SETTLE_FEED.tenant, entry: 'tenant', tokenFormat: 'jwt', jwtRevocation: 'feed' } },
    clientOf(SETTLE_FEED.tenant, SETTLE_FEED.client, { grantTypes: ['client_credentials'] }),
    ...(workload === undefined ? [] : workloadEntries(tenant, workload)),
  ];
}

function clientOf(tenant: string, { id, secret }: { readonly id: string; readonly secret: string }, more: Item): Entry {
  const secrets = [{ sha256: createHash('sha256').update(secret).digest('hex') }];
  return { table: 'Clients', item: { clientId: id, tenant, secrets, authMethods: ['client_secret_basic'], ...more } };
}

/** As infra/admin/WORKLOADS.md has them for a role. */
function workloadEntries(tenant: string, { issuer, subject }: StsWorkload): readonly Entry[] {
  const keys = { type: 'jwt', jwksUri: `${issuer}/.well-known/jwks.json`, algorithms: ['ES384', 'RS256'], use: [] };
  const client = { grantTypes: ['client_credentials'], authMethods: ['private_key_jwt'], workload: { issuer, subject } };
  return [
    { table: 'Tenants', item: { tenant, entry: `issuer#${issuer}`, ...keys } },
    { table: 'Clients', item: { clientId: SETTLE_WORKLOAD, tenant, ...client } },
  ];
}

const keyOf = ({ table, item }: Entry): Item =>
  table === 'Clients' ? { clientId: item.clientId } : { tenant: item.tenant, entry: item.entry };

/** Writes them. What it returns takes them away again. */
export async function writeSettleEntries(
  client: DynamoDBClient,
  prefix: string,
  apis: SettleApis,
  workload?: StsWorkload,
): Promise<() => Promise<void>> {
  const entries = settleEntries(apis, workload);
  for (const { table, item } of entries)
    await client.send(new PutItemCommand({ TableName: `${prefix}-${table}`, Item: attributesOf(item) }));
  return async () => {
    for (const entry of entries)
      await client.send(new DeleteItemCommand({ TableName: `${prefix}-${entry.table}`, Key: attributesOf(keyOf(entry)) }));
  };
}
