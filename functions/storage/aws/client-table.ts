// The Clients table.

import * as v from 'valibot';
import { clientId } from '../../configuration/entries/client-entry.ts';
import { type EntryReport, readEntry } from '../../configuration/entries/read-entry.ts';
import type { Client } from '../../configuration/model.ts';
import { createRenewingCache } from '../../shared/cache.ts';
import { CONFIGURATION_CACHE_MS } from '../../shared/environment.ts';
import type { ClientStore } from '../stores.ts';
import type { DynamoDb } from './dynamodb.ts';
import type { LogReports } from './entry-reports.ts';
import type { ReadValue } from './read-again.ts';
import type { EntryCaching } from './read-ahead.ts';

const MAX_CLIENTS = 5000;

export function createClientTable(dynamoDb: DynamoDb, table: string, logReports: LogReports, { clock, ahead }: EntryCaching): ClientStore {
  const clients = createRenewingCache(
    (id, last: ReadValue<Client | undefined> | undefined) =>
      dynamoDb.getAgain({ table, key: { clientId: id } }, last, (item) => {
        if (item === undefined) return undefined;
        const reports: EntryReport[] = [];
        const entry = readEntry('client', item, { table, key: id }, (report) => reports.push(report));
        logReports(`client ${id}`, reports);
        return entry && { ...entry, clientId: id };
      }),
    {
      ttlMs: CONFIGURATION_CACHE_MS,
      maxEntries: MAX_CLIENTS,
      clock,
      extraMsOf: (client) => (client === undefined ? 0 : (ahead?.extraMsOf([client.tenant]) ?? 0)),
    },
  );
  return { findClient: async (id) => (v.is(clientId, id) ? clients.get(id) : undefined) };
}
