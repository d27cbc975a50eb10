// Finds attributes that no schema knows, however deep. To ignore one would be safe for an addition and not for a
// restriction: `scope` in place of `scopes` must never open what the operator meant to close (A111).

import * as v from 'valibot';

/** An attribute that nobody reads. */
export interface UnknownAttribute {
  readonly path: readonly string[];
  readonly name: string;
  /** The names that there are at its place. */
  readonly known: readonly string[];
}

/** Free names, for the operator's own notes, at every place that has names: nobody reads them, and none of them is ever a restriction. */
function isFreeName(name: string): boolean {
  return name === '$schema' || name === 'description' || name.startsWith('x-');
}

/** What a schema of valibot says of its inside; which of it is there depends on `type`. */
interface SchemaInside {
  readonly type: string;
  readonly entries?: Readonly<Record<string, v.GenericSchema>>;
  readonly wrapped?: v.GenericSchema;
  readonly item?: v.GenericSchema;
  readonly value?: v.GenericSchema;
  readonly options?: readonly v.GenericSchema[];
  readonly key?: string;
}

/**
 * Follows the schema, so that it goes as deep as the schema and no deeper. The keys of a map (`v.record`) and of a
 * loose object are the operator's own.
 *
 * @param ignored names at the top that belong to the item's key and not to the entry
 */
export function findUnknownAttributes(schema: v.GenericSchema, value: unknown, ignored: readonly string[] = []): UnknownAttribute[] {
  const inside = schema as SchemaInside;
  if (inside.wrapped !== undefined) return findUnknownAttributes(inside.wrapped, value, ignored);
  if (inside.options !== undefined) return ofOptions(inside, value, ignored);
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return inside.item === undefined ? [] : ofEach(value, inside.item);
  if (inside.type === 'record' && inside.value !== undefined) return ofEach(value, inside.value);
  const { entries } = inside;
  if (entries === undefined) return [];
  const inner = Object.entries(entries).flatMap(([name, schemaOf]) =>
    Object.hasOwn(value, name) ? below(name, findUnknownAttributes(schemaOf, value[name as keyof typeof value])) : [],
  );
  return inside.type === 'object' ? strangers(value, Object.keys(entries), ignored).concat(inner) : inner;
}

function strangers(value: object, known: readonly string[], ignored: readonly string[]): UnknownAttribute[] {
  return Object.keys(value)
    .filter((name) => !known.includes(name) && !ignored.includes(name) && !isFreeName(name))
    .map((name) => ({ path: [name], name, known }));
}

function ofEach(values: object, schema: v.GenericSchema): UnknownAttribute[] {
  return Object.entries(values).flatMap(([name, value]) => below(name, findUnknownAttributes(schema, value)));
}

/** A variant says by its key which option is meant, and where the key is wrong any may be; of a union, the option that knows the value best. */
function ofOptions({ options = [], key }: SchemaInside, value: unknown, ignored: readonly string[]): UnknownAttribute[] {
  const meant = options.filter((option) => isMeant(option as SchemaInside, key, value));
  if (meant.length === 0 && key !== undefined && typeof value === 'object' && value !== null) {
    const known = options.flatMap((option) => Object.keys((option as SchemaInside).entries ?? {}));
    return strangers(value, [...new Set(known)], ignored);
  }
  const found = meant.map((option) => findUnknownAttributes(option, value, ignored));
  return found.sort((one, other) => one.length - other.length)[0] ?? [];
}

/** An object is never meant to be one of these: each would say that it has no attributes that nobody knows. */
const SCALARS: ReadonlySet<string> = new Set(['string', 'number', 'boolean', 'literal', 'picklist']);

function isMeant({ entries, type }: SchemaInside, key: string | undefined, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (key === undefined) return Array.isArray(value) ? type === 'array' : type !== 'array' && !SCALARS.has(type);
  const discriminator = entries?.[key];
  return discriminator !== undefined && v.is(discriminator, value[key as keyof typeof value]);
}

const below = (name: string, found: readonly UnknownAttribute[]): UnknownAttribute[] =>
  found.map((unknown) => ({ ...unknown, path: [name, ...unknown.path] }));
