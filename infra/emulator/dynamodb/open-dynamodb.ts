// The embedded DynamoDB: dynalite, in memory or in a directory, with the tables of the template
// (infra/emulator/README.md, "Tables").

import { mkdirSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient, ResourceInUseException } from '@aws-sdk/client-dynamodb';
import { KEEP_ALIVE_MS, type Listener, openListener } from '../gateway/listen.ts';
import { guardServer } from '../local-caller.ts';
import { isRecord, type JsonRecord, requireList, requireText } from '../template/json.ts';
import type { Resource, Template } from '../template/read-template.ts';

interface DynaliteOptions {
  readonly createTableMs: number;
  readonly updateTableMs: number;
  readonly deleteTableMs: number;
  /** Absent: in memory. */
  readonly path?: string;
}

// dynalite is CommonJS and has no types. `--help` needs none of it.
const requireDynalite = () => createRequire(import.meta.url)('dynalite') as (options: DynaliteOptions) => Server;

/** What CreateTable needs of a table of the template; all else has no meaning on one machine. */
function tableInput({ logicalId, properties }: Pick<Resource, 'logicalId' | 'properties'>): CreateTableCommandInput {
  const indexes = requireList(properties.GlobalSecondaryIndexes ?? [], logicalId)
    .filter(isRecord)
    .map(onDemandIndex);
  // The template was made for the same API: names and shapes are DynamoDB's own.
  return {
    TableName: requireText(properties.TableName, `${logicalId}.TableName`),
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: properties.KeySchema,
    AttributeDefinitions: properties.AttributeDefinitions,
    ...(indexes.length > 0 && { GlobalSecondaryIndexes: indexes }),
  } as unknown as CreateTableCommandInput;
}

const onDemandIndex = ({ IndexName, KeySchema, Projection }: JsonRecord): JsonRecord => ({
  IndexName: IndexName ?? '',
  KeySchema: KeySchema ?? [],
  Projection: Projection ?? {},
});

/** A client for anything that the local run itself does with a table. */
export function localDynamoDbClient(port: number, region: string): DynamoDBClient {
  return new DynamoDBClient({
    region,
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
}

/** Starts it. @param directory undefined: in memory */
export async function openDynamoDb(port: number, directory: string | undefined): Promise<Listener> {
  // Password hashes are in it: for nobody else on this machine.
  if (directory !== undefined) mkdirSync(directory, { recursive: true, mode: 0o700 });
  // In memory, dynalite keeps keys and items as slices of Node's common pool: a few bytes hold a slab of 8 KiB each, and ten
  // minutes of load half a gigabyte.
  else Buffer.poolSize = 0;
  const server = requireDynalite()({
    createTableMs: 0,
    updateTableMs: 0,
    deleteTableMs: 0,
    ...(directory !== undefined && { path: directory }),
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  guardServer(server);
  return openListener(server, port);
}

/** Makes the tables of the template, and those that it says exist elsewhere, that are not there yet. */
export async function createTables(template: Template, client: DynamoDBClient): Promise<void> {
  const tables = [
    ...template.resources('AWS::DynamoDB::Table'),
    ...template.resources('AWS::DynamoDB::GlobalTable'),
    ...template.existing.tables.map((properties) => ({ logicalId: 'Gatehouse::Existing', properties })),
  ];
  for (const table of tables) {
    try {
      await client.send(new CreateTableCommand(tableInput(table)));
    } catch (error) {
      if (!(error instanceof ResourceInUseException)) throw error;
    }
  }
}
