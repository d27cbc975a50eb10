// The condition that an item is still the one that was read: what an operator has seen is what is overwritten or deleted.

import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { ENTRY_SCHEMAS, type EntryKind } from '../../configuration/entries/index.ts';
import type { Attributes } from './attribute-value.ts';

/** Of an expression: 4 KiB and 300 operators (Developer Guide, Quotas), with room for the word between two conditions. */
const MAX_BYTES = 4000;
const MAX_CONDITIONS = 140;

/** Notes of the operator, which no schema names. Others, `x-…`, can't be foreseen. */
const NOTES: readonly string[] = ['$schema', 'description'];

export interface WriteCondition {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues?: Attributes;
}

/**
 * Holds where each value is as it was, and no other attribute of the kind has come. Of an item that is too large for that,
 * values deep inside are left out, and the sizes of what is around them are looked at: whoever writes such an item reads it
 * just before.
 *
 * @param read the item as it was; undefined: it was not there
 * @param keyName an attribute that every item of the table has
 */
export function conditionAsRead(kind: EntryKind, read: Attributes | undefined, keyName: string): WriteCondition {
  if (read === undefined) return { ConditionExpression: 'attribute_not_exists(#key)', ExpressionAttributeNames: { '#key': keyName } };
  const expression = openExpression();
  const absent = [...new Set([...attributesOfSchema(ENTRY_SCHEMAS[kind]), ...NOTES])].filter((name) => !Object.hasOwn(read, name));
  // The key is among the first: an item that was deleted meanwhile is refused by it.
  const inner: Place[] = [];
  const look = (at: Place): void => {
    expression.addSame(at);
    inner.push(...membersOf(at, expression.nameOf));
  };
  for (const name of Object.keys(read).sort((one, other) => Number(other === keyName) - Number(one === keyName)))
    look({ path: expression.nameOf(name), value: read[name] ?? { NULL: true } });
  for (const name of absent) expression.add(`attribute_not_exists(${expression.nameOf(name)})`);
  // What lies deeper comes behind all that is around it.
  for (let next = inner.shift(); next !== undefined && expression.hasRoom(); next = inner.shift()) look(next);
  return expression.done();
}

/** A value, and the path to it in an expression. */
interface Place {
  readonly path: string;
  readonly value: AttributeValue;
}

function membersOf({ path, value }: Place, nameOf: (name: string) => string): readonly Place[] {
  if (value.L !== undefined) return value.L.map((inner, at) => ({ path: `${path}[${at}]`, value: inner }));
  return Object.entries(value.M ?? {}).map(([name, inner]) => ({ path: `${path}.${nameOf(name)}`, value: inner }));
}

function openExpression() {
  const names = new Map<string, string>();
  const values: Attributes = {};
  const conditions: string[] = [];
  let bytes = 0;
  const hasRoom = (): boolean => bytes < MAX_BYTES - 60 && conditions.length < MAX_CONDITIONS;
  const add = (condition: string): boolean => {
    if (conditions.length >= MAX_CONDITIONS || bytes + condition.length + 5 > MAX_BYTES) return false;
    conditions.push(condition);
    bytes += condition.length + 5;
    return true;
  };
  return {
    hasRoom,
    add,
    nameOf(name: string): string {
      const placeholder = names.get(name) ?? `#${names.size}`;
      names.set(name, placeholder);
      return placeholder;
    },
    /** A map or list is the same where its members are, and there are no more of them. */
    addSame({ path, value }: Place): void {
      const size = value.L?.length ?? (value.M && Object.keys(value.M).length);
      const placeholder = `:${Object.keys(values).length}`;
      const isAdded = add(size === undefined ? `${path}=${placeholder}` : `size(${path})=${placeholder}`);
      if (isAdded) values[placeholder] = size === undefined ? value : { N: String(size) };
    },
    done(): WriteCondition {
      const ConditionExpression = conditions.join(' AND ');
      const used = [...names].filter(([, placeholder]) => new RegExp(`${placeholder}(?![0-9])`).test(ConditionExpression));
      return {
        ConditionExpression,
        ExpressionAttributeNames: Object.fromEntries(used.map(([name, placeholder]) => [placeholder, name])),
        ExpressionAttributeValues: values,
      };
    },
  };
}

/** The attributes of an object, of all options of a variant, or of what a pipe begins with. */
function attributesOfSchema(schema: object): readonly string[] {
  if ('entries' in schema && typeof schema.entries === 'object' && schema.entries !== null) return Object.keys(schema.entries);
  if ('options' in schema && Array.isArray(schema.options)) return schema.options.flatMap(attributesOfSchema);
  if ('pipe' in schema && Array.isArray(schema.pipe)) return schema.pipe.slice(0, 1).flatMap(attributesOfSchema);
  return [];
}
