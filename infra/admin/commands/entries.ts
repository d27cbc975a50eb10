// `KIND put|get|delete` for every kind of entry, and `list`: from a file of attributes to an item and back.

import { readFileSync } from 'node:fs';
import { API_OWNERS, apiOwnerKey } from '../../../functions/configuration/entries/api-owner-entry.ts';
import { ENTRY_SCHEMAS, type EntryKind, TENANT_ENTRY_KINDS } from '../../../functions/configuration/entries/index.ts';
import type { Item } from '../../../functions/storage/aws/dynamodb.ts';
import type { EntryTable } from '../entry-tables.ts';
import { hideSecrets } from '../hide-secrets.ts';
import { requireNoConflict } from './check-before-write.ts';
import { type Command, CommandFailed, type Operator, requireConfirmed } from './command.ts';
import { endSessionsOf } from './end-user-sessions.ts';
import { replaceItem, requireItem } from './write-item.ts';

/** Where the items of a kind are, and what names one of them. */
interface Place {
  readonly table: EntryTable;
  readonly takes: readonly string[];
  keyOf(values: readonly string[]): Readonly<Record<string, string>>;
}

function placeOf(kind: EntryKind): Place {
  if (kind === 'client') return { table: 'Clients', takes: ['CLIENT_ID'], keyOf: ([clientId = '']) => ({ clientId }) };
  if (kind === 'user') {
    return { table: 'Users', takes: ['TENANT', 'USERNAME'], keyOf: ([tenant = '', username = '']) => ({ tenant, username }) };
  }
  if (kind === 'api-owner') {
    const keyOf = ([apiId = '', stage = '']: readonly string[]) => ({ tenant: API_OWNERS, entry: apiOwnerKey(apiId, stage) });
    return { table: 'Tenants', takes: ['API_ID', 'STAGE'], keyOf };
  }
  return TENANT_ENTRY_KINDS[kind].name === null
    ? { table: 'Tenants', takes: ['TENANT'], keyOf: ([tenant = '']) => ({ tenant, entry: kind }) }
    : { table: 'Tenants', takes: ['TENANT', 'NAME'], keyOf: ([tenant = '', name = '']) => ({ tenant, entry: `${kind}#${name}` }) };
}

export function entryCommands(): Command[] {
  return (Object.keys(ENTRY_SCHEMAS) as EntryKind[]).flatMap((kind) => {
    const place = placeOf(kind);
    const named = (key: Readonly<Record<string, string>>) => `${place.table}, ${Object.values(key).join(' / ')}`;
    const put: Command = {
      words: `${kind} put`,
      takes: [...place.takes, 'FILE'],
      does: 'writes the entry with the attributes of a JSON file, or of standard input for -',
      effect: 'writes',
      async run(operator, values) {
        const key = place.keyOf(values);
        const attributes = await readJson(operator, values.at(-1) ?? '-');
        const item = requireItem(withKey(attributes, key), named(key));
        await requireNoConflict(operator, [item]);
        await replaceItem(operator, item);
        return 0;
      },
    };
    const get: Command = {
      words: `${kind} get`,
      takes: place.takes,
      does: 'prints the entry',
      effect: 'reads',
      async run({ tables, print }, values) {
        const key = place.keyOf(values);
        const item = await tables.get(place.table, key);
        if (item === undefined) throw new CommandFailed(`${named(key)}: is not there.`);
        print(JSON.stringify(hideSecrets(kind, item), null, 2));
        return 0;
      },
    };
    const remove: Command = {
      words: `${kind} delete`,
      takes: place.takes,
      does: kind === 'user' ? 'deletes the user, and ends what the user has open' : 'deletes the entry',
      effect: 'ends',
      async run(operator, values) {
        const key = place.keyOf(values);
        const stored = await operator.tables.get(place.table, key);
        if (stored === undefined) throw new CommandFailed(`${named(key)}: is not there.`);
        await requireConfirmed(
          operator,
          kind === 'user' ? `Delete ${named(key)}, and end what the user has open?` : `Delete ${named(key)}?`,
        );
        await operator.tables.delete(place.table, key);
        operator.print(`deleted: ${named(key)}`);
        if (kind === 'user') await endSessionsOf(operator, stored);
        return 0;
      },
    };
    return [put, get, remove];
  });
}

export const list: Command = {
  words: 'list',
  takes: ['TENANT'],
  does: 'prints the keys of all entries, clients and users of a tenant',
  effect: 'reads',
  async run({ tables, print }, [tenant = '']) {
    for (const { entry } of await tables.listOfTenant('Tenants', tenant)) print(`Tenants, ${tenant} / ${entry}`);
    for (const { clientId } of await tables.listOfTenant('Clients', tenant)) print(`Clients, ${clientId}`);
    for (const { username } of await tables.listOfTenant('Users', tenant)) print(`Users, ${tenant} / ${username}`);
    return 0;
  },
};

async function readJson(operator: Operator, file: string): Promise<unknown> {
  const text = file === '-' ? await operator.readInput() : readFileSync(operator.pathOf(file), 'utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw new CommandFailed(`${file}: is not JSON.`);
  }
}

/** A file may hold the key as well, where it is the same. */
function withKey(attributes: unknown, key: Readonly<Record<string, string>>): Item {
  if (typeof attributes !== 'object' || attributes === null || Array.isArray(attributes))
    throw new CommandFailed('The file must hold a map.');
  for (const [name, value] of Object.entries(attributes)) {
    if (Object.hasOwn(key, name) && key[name] !== value)
      throw new CommandFailed(`${name}: is ${key[name]} on the command line, and not in the file.`);
  }
  return { ...attributes, ...key };
}
