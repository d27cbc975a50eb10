// Plain values as DynamoDB writes them.

import type { AttributeValue } from '@aws-sdk/client-dynamodb';

function attributeValue(value: unknown): AttributeValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value === null) return { NULL: true };
  if (Array.isArray(value)) return { L: value.map(attributeValue) };
  if (typeof value === 'object') return { M: attributeMap({ ...value }) };
  throw new TypeError(`no attribute of DynamoDB: ${typeof value}`);
}

/** Attributes that are undefined are left out. */
export function attributeMap(item: Readonly<Record<string, unknown>>): Record<string, AttributeValue> {
  const attributes = Object.entries(item).filter(([, value]) => value !== undefined);
  return Object.fromEntries(attributes.map(([name, value]) => [name, attributeValue(value)]));
}
