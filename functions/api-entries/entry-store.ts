// The Tenants table as this function needs it: one entry, read and written as a whole.

import type { DeleteItemCommandInput, GetItemCommandInput, GetItemCommandOutput, PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { type Attributes, attributesOf, plainItem } from '../storage/aws/attribute-value.ts';
import { conditionAsRead } from '../storage/aws/condition-as-read.ts';
import type { EntryStore } from './keep-entry.ts';
import type { EntryKey, Item } from './plan-entry.ts';

export interface EntryCalls {
  get(input: GetItemCommandInput): Promise<Pick<GetItemCommandOutput, 'Item'>>;
  put(input: PutItemCommandInput): Promise<unknown>;
  delete(input: DeleteItemCommandInput): Promise<unknown>;
}

export function createEntryStore(table: string, calls: EntryCalls): EntryStore {
  /** Items as they were read, values of types that no entry takes among them. */
  const asRead = new WeakMap<Item, Attributes>();
  const conditionOf = (read: Item | undefined) =>
    conditionAsRead('api', read === undefined ? undefined : (asRead.get(read) ?? attributesOf(read)), 'tenant');
  return {
    async read(key) {
      const { Item: attributes } = await calls.get({ TableName: table, Key: keyOf(key), ConsistentRead: true });
      if (attributes === undefined) return undefined;
      const item = plainItem(attributes) as Item;
      asRead.set(item, attributes);
      return item;
    },
    write: (item, read) => isDone(calls.put({ TableName: table, Item: attributesOf(item), ...conditionOf(read) })),
    remove: (key, read) => isDone(calls.delete({ TableName: table, Key: keyOf(key), ...conditionOf(read) })),
  };
}

const keyOf = ({ tenant, entry }: EntryKey): Attributes => attributesOf({ tenant, entry });

/** False where the condition did not hold. */
async function isDone(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}
