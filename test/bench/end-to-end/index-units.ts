// What writes of indexes consume: DynamoDB bills them, and the one of the bench does not count them. An index of keys alone is
// written where an item comes to have its attribute, has another value of it, or goes (Developer Guide, "Global secondary
// indexes": a new entry and a deleted one are a write each, a changed key is two, and what leaves the entry as it was is none).

import { TABLE_VARIABLES } from '../../support/tables.ts';

type Attributes = Readonly<Record<string, { readonly S?: string }>>;

/** Attribute of an index by its table; each of these tables has the partition key `id` alone. */
export type Indexes = Readonly<Record<string, string>>;

export const OWN_INDEXES: Indexes = { [TABLE_VARIABLES.TOKENS_TABLE]: 'userKey' };

interface Write {
  readonly TableName: string;
  readonly Item?: Attributes;
  readonly Key?: Attributes;
}

interface Batch {
  readonly RequestItems: Readonly<Record<string, readonly { readonly PutRequest?: object; readonly DeleteRequest?: object }[]>>;
}

/**
 * Remembers what the indexes hold. No update changes an indexed attribute, and nobody writes in transactions.
 *
 * @returns write units of a call that was carried out, from its operation and input
 */
export function createIndexUnits(indexes: Indexes): (operation: string, input: unknown) => number {
  const entries = new Map<string, string>();
  const write = ({ TableName, Item, Key }: Write): number => {
    const attribute = indexes[TableName];
    const id = (Item ?? Key)?.id?.S;
    if (attribute === undefined || id === undefined) return 0;
    const [before, after] = [entries.get(`${TableName} ${id}`), Item?.[attribute]?.S];
    if (before === after) return 0;
    if (after === undefined) entries.delete(`${TableName} ${id}`);
    else entries.set(`${TableName} ${id}`, after);
    return (before === undefined ? 0 : 1) + (after === undefined ? 0 : 1);
  };
  return (operation, input) => {
    if (operation === 'PutItem' || operation === 'DeleteItem') return write(input as Write);
    if (operation !== 'BatchWriteItem') return 0;
    return Object.entries((input as Batch).RequestItems)
      .flatMap(([TableName, requests]) => requests.map(({ PutRequest, DeleteRequest }) => ({ TableName, ...PutRequest, ...DeleteRequest })))
      .reduce((sum, one) => sum + write(one), 0);
  };
}
