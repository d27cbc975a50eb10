// `KIND put|get|delete` for every kind of entry: from a file of attributes to an item and back.

import { randomUUID } from 'node:crypto';
import { API_OWNERS, apiOwnerKey } from '../../../functions/configuration/entries/api-owner-entry.ts';
import { ENTRY_SCHEMAS, type EntryKind, TENANT_ENTRY_KINDS } from '../../../functions/configuration/entries/index.ts';
import type { Item } from '../../../functions/storage/aws/dynamodb.ts';
import type { EntryTable } from '../entry-tables.ts';
import { hideSecrets } from '../hide-secrets.ts';
import { requireNoConflict } from './check-before-write.ts';
import { type Command, CommandFailed, type Operator, requireConfirmed } from './command.ts';
import { type Ended, endSessionsOf, lineOfEnded } from './end-user-sessions.ts';
import { outcomeOf } from './outcome.ts';
import { readAttributes } from './read-attributes.ts';
import { linesOfWritten, replaceItem, requireItem } from './write-item.ts';

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
    return [putCommand(kind, place), getCommand(kind, place), deleteCommand(kind, place)];
  });
}

const nameOf = ({ table }: Place, key: Readonly<Record<string, string>>): string => `${table}, ${Object.values(key).join(' / ')}`;

function putCommand(kind: EntryKind, place: Place): Command {
  return {
    words: `${kind} put`,
    takes: [...place.takes, 'FILE'],
    does: `writes the ${kind} entry with the attributes of a file, JSON or YAML, or of standard input for -, in place of what is there`,
    effect: 'writes',
    async run(operator, values) {
      const key = place.keyOf(values);
      const attributes = withKey(await readAttributes(operator, values.at(-1) ?? '-'), key);
      const item = requireItem(kind === 'user' ? await withUserId(operator, attributes, key) : attributes, nameOf(place, key));
      await requireNoConflict(operator, [item]);
      return outcomeOf(await replaceItem(operator, item), linesOfWritten);
    },
  };
}

/** A user keeps the id that it has; a new one gets one. */
async function withUserId({ tables }: Operator, attributes: Item, key: Item): Promise<Item> {
  if (attributes.id !== undefined) return attributes;
  const stored = await tables.get('Users', key);
  return { ...attributes, id: typeof stored?.id === 'string' ? stored.id : randomUUID() };
}

function getCommand(kind: EntryKind, place: Place): Command {
  return {
    words: `${kind} get`,
    takes: place.takes,
    does: `prints the ${kind} entry as JSON`,
    effect: 'reads',
    async run({ tables }, values) {
      const key = place.keyOf(values);
      const item = await tables.get(place.table, key);
      if (item === undefined) throw new CommandFailed(`${nameOf(place, key)}: is not there.`);
      return outcomeOf(hideSecrets(kind, item), (shown) => [JSON.stringify(shown, null, 2)]);
    },
  };
}

function deleteCommand(kind: EntryKind, place: Place): Command {
  return {
    words: `${kind} delete`,
    takes: place.takes,
    does: kind === 'user' ? 'deletes the user, and ends what the user has open' : `deletes the ${kind} entry`,
    effect: 'ends',
    async run(operator, values) {
      const key = place.keyOf(values);
      const entry = nameOf(place, key);
      const stored = await operator.tables.get(place.table, key);
      if (stored === undefined) throw new CommandFailed(`${entry}: is not there.`);
      await requireConfirmed(operator, kind === 'user' ? `Delete ${entry}, and end what the user has open?` : `Delete ${entry}?`);
      await operator.tables.delete(place.table, key);
      const ended = kind === 'user' ? { ended: await endSessionsOf(operator, stored, 'user-deleted') } : {};
      const deleted: { readonly entry: string; readonly became: 'deleted'; readonly ended?: Ended } = {
        entry,
        became: 'deleted',
        ...ended,
      };
      return outcomeOf(deleted, (value) => [`deleted: ${value.entry}`, ...(value.ended === undefined ? [] : [lineOfEnded(value.ended)])]);
    },
  };
}

/** A file may hold the key as well, where it is the same. */
function withKey(attributes: object, key: Readonly<Record<string, string>>): Item {
  for (const [name, value] of Object.entries(attributes)) {
    if (Object.hasOwn(key, name) && key[name] !== value)
      throw new CommandFailed(`${name}: is ${key[name]} on the command line, and not in the file.`);
  }
  return { ...attributes, ...key };
}
