// DynamoDB's attribute values to and from plain JSON. Sets become lists; binary is no JSON, and no entry takes it.

import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** Values that we write: `undefined` members are left out. */
export type Plain = string | number | boolean | null | Uint8Array | readonly Plain[] | { readonly [name: string]: Plain | undefined };

export type Attributes = Record<string, AttributeValue>;

/** Nesting that DynamoDB allows (Developer Guide, Quotas). */
const MAX_DEPTH = 32;

/** Never throws: a value of a type that this version does not know is `undefined`, and a fault to whoever parses it. */
export function plainOf(value: AttributeValue, depth = MAX_DEPTH): unknown {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return numberOf(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.NULL !== undefined) return null;
  if (value.SS !== undefined) return value.SS;
  if (value.NS !== undefined) return value.NS.map(numberOf);
  if (depth === 0) return undefined;
  if (value.L !== undefined) return value.L.map((inner) => plainOf(inner, depth - 1));
  if (value.M !== undefined) return plainItem(value.M, depth - 1);
  return value.B instanceof Uint8Array ? value.B : undefined;
}

/** An item, or a map in one. */
export function plainItem(attributes: Attributes, depth = MAX_DEPTH): Record<string, unknown> {
  const item: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(attributes)) setOwn(item, name, plainOf(value, depth));
  return item;
}

/** A key `__proto__` becomes an own member like any other (A80). */
function setOwn<T>(target: Record<string, T>, name: string, value: T): void {
  if (name === '__proto__') Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  else target[name] = value;
}

/** DynamoDB's numbers have 38 digits; one that JavaScript can't hold stays text, which no entry takes for a number. */
function numberOf(digits: string): number | string {
  const value = Number(digits);
  return Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value : digits;
}

function attributeValueOf(value: Plain): AttributeValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value === null) return { NULL: true };
  if (value instanceof Uint8Array) return { B: value };
  if (isList(value)) return { L: value.map(attributeValueOf) };
  return { M: attributesOf(value) };
}

export function attributesOf(item: { readonly [name: string]: Plain | undefined }): Attributes {
  const attributes: Attributes = {};
  for (const [name, value] of Object.entries(item)) {
    if (value !== undefined) setOwn(attributes, name, attributeValueOf(value));
  }
  return attributes;
}

/** `Array.isArray` does not narrow a readonly array. */
function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value);
}
