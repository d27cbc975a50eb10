// As much of JSON Schema (draft 2020-12) as the schemas of entries use, to hold them against the parser.

/** A schema, read as what it is: JSON. */
export interface Schema {
  readonly [keyword: string]: unknown;
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const propertiesOf = (schema: Schema): Readonly<Record<string, Schema>> => (schema.properties ?? {}) as Record<string, Schema>;
const listOf = (schemas: unknown): readonly Schema[] => schemas as Schema[];

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isMap,
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
};

/** What a keyword demands. A keyword that is not here would go unseen, and so is an error. */
const KEYWORDS: Readonly<Record<string, (demand: unknown, value: unknown, schema: Schema) => boolean>> = {
  $schema: () => true,
  title: () => true,
  description: () => true,
  default: () => true,
  type: (type, value) => TYPES[String(type)]?.(value) === true,
  const: (only, value) => only === value,
  enum: (choices, value) => (choices as unknown[]).includes(value),
  pattern: (pattern, value) => typeof value !== 'string' || new RegExp(String(pattern), 'u').test(value),
  minLength: (least, value) => typeof value !== 'string' || value.length >= Number(least),
  maxLength: (most, value) => typeof value !== 'string' || value.length <= Number(most),
  minimum: (least, value) => typeof value !== 'number' || value >= Number(least),
  maximum: (most, value) => typeof value !== 'number' || value <= Number(most),
  minItems: (least, value) => !Array.isArray(value) || value.length >= Number(least),
  maxItems: (most, value) => !Array.isArray(value) || value.length <= Number(most),
  items: (item, value) => !Array.isArray(value) || value.every((one) => isValid(item as Schema, one)),
  not: (refused, value) => !isValid(refused as Schema, value),
  anyOf: (options, value) => listOf(options).some((option) => isValid(option, value)),
  oneOf: (options, value) => listOf(options).filter((option) => isValid(option, value)).length === 1,
  required: (names, value) => !isMap(value) || (names as string[]).every((name) => Object.hasOwn(value, name)),
  properties: (_, value, schema) =>
    !isMap(value) || Object.entries(propertiesOf(schema)).every(([name, of]) => !Object.hasOwn(value, name) || isValid(of, value[name])),
  patternProperties: () => true,
  propertyNames: (of, value) => !isMap(value) || Object.keys(value).every((name) => isValid(of as Schema, name)),
  additionalProperties(of, value, schema) {
    if (!isMap(value)) return true;
    const patterns = Object.keys(schema.patternProperties ?? {}).map((pattern) => new RegExp(pattern, 'u'));
    const others = Object.keys(value).filter(
      (name) => !Object.hasOwn(propertiesOf(schema), name) && !patterns.some((pattern) => pattern.test(name)),
    );
    return of === false ? others.length === 0 : others.every((name) => isValid(of as Schema, value[name]));
  },
};

/** @throws Error for a keyword that is not known here */
export function isValid(schema: Schema, value: unknown): boolean {
  return Object.entries(schema).every(([keyword, demand]) => {
    const holds = KEYWORDS[keyword];
    if (holds === undefined) throw new Error(`no such keyword: ${keyword}`);
    return holds(demand, value, schema);
  });
}

/** A place of a value that has names of its own, and what is known there. */
export interface NamedPlace {
  readonly path: readonly string[];
  readonly known: readonly string[];
}

/** Every object of the value whose schema is closed, however deep. */
export function closedPlaces(schema: Schema, value: unknown, path: readonly string[] = []): NamedPlace[] {
  const options = [...listOf(schema.oneOf ?? []), ...listOf(schema.anyOf ?? [])].filter((option) => isValid(option, value));
  if (options.length > 0) return options.flatMap((option) => closedPlaces(option, value, path));
  if (Array.isArray(value)) return value.flatMap((item, at) => closedPlaces((schema.items ?? {}) as Schema, item, [...path, String(at)]));
  if (!isMap(value)) return [];
  const here = schema.additionalProperties === false ? [{ path, known: Object.keys(propertiesOf(schema)) }] : [];
  const others = typeof schema.additionalProperties === 'object' ? (schema.additionalProperties as Schema) : {};
  const inner = Object.entries(value).flatMap(([name, one]) =>
    closedPlaces(Object.hasOwn(propertiesOf(schema), name) ? (propertiesOf(schema)[name] ?? {}) : others, one, [...path, name]),
  );
  return [...here, ...inner];
}
