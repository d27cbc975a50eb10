// Which protected APIs of a run no `api#` entry names yet: every call of theirs is refused, and one command mends it.

import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { IS_PACKAGED } from './app-command.ts';
import type { LocalApi } from './local-apis.ts';
import type { LocalRun, RunningApp } from './start-local.ts';

const DEFAULT_PORT = 3000;

/** Those that no tenant has an entry for. */
export async function apisWithoutEntry(local: LocalRun, { apis, prefix }: RunningApp): Promise<readonly LocalApi[]> {
  const client = new DynamoDBClient({
    region: local.region,
    endpoint: local.dynamoDbUrl,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const hasEntry = async ({ apiId }: LocalApi): Promise<boolean> => {
    const { Count = 0 } = await client.send(
      new QueryCommand({
        TableName: `${prefix}-Tenants`,
        IndexName: 'byApi',
        KeyConditionExpression: 'apiId = :apiId',
        ExpressionAttributeValues: { ':apiId': { S: apiId } },
        Limit: 1,
      }),
    );
    return Count > 0;
  };
  try {
    const found = await Promise.all(apis.map(async (api) => (api.isProtected && !(await hasEntry(api)) ? [api] : [])));
    return found.flat();
  } catch {
    // Tables of other names: a hint less.
    return [];
  } finally {
    client.destroy();
  }
}

/** `Orders API` → `orders-api`: the name of an entry. */
const entryName = (name: string): string =>
  name
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .toLowerCase() || 'api';

/** The command as it is typed, for the tenant that the demo has. */
export function entryCommand({ name, apiId, stage }: LocalApi, prefix: string, gatewayUrl: string, tenant: string): string {
  const command = IS_PACKAGED ? 'npx gatehouse' : 'npm run gatehouse --';
  const port = Number(new URL(gatewayUrl).port);
  const options = [
    '--local',
    ...(port === DEFAULT_PORT ? [] : [`--port ${port}`]),
    ...(prefix === 'Gatehouse' ? [] : [`--stack ${prefix}`]),
  ];
  const entry = JSON.stringify({ apiId, stage, resources: [{ path: '/*', methods: 'all', handlers: ['oauth2'] }] });
  return `echo '${entry}' | ${command} api put ${tenant} ${entryName(name)} - ${options.join(' ')}`;
}
