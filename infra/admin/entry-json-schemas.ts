// JSON Schemas (draft 2020-12) of everything that an operator writes, made from the schemas by which entries are parsed.
// Editors complete and check with them; `npm run schemas` writes them to infra/admin/json-schemas/.

import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';
import { API_OWNERS } from '../../functions/configuration/entries/api-owner-entry.ts';
import { ENTRY_SCHEMAS, type EntryKind, TENANT_ENTRY_KINDS } from '../../functions/configuration/entries/index.ts';
import type { DescriptionTable } from './entry-descriptions/description.ts';
import { descriptionsOf, KIND_DESCRIPTIONS } from './entry-descriptions/index.ts';

/** A JSON Schema of the whole item, keys included, for each kind of entry. */
export function entryJsonSchemas(): Readonly<Record<EntryKind, JsonSchema>> {
  const kinds = Object.keys(ENTRY_SCHEMAS) as EntryKind[];
  return Object.fromEntries(kinds.map((kind) => [kind, entryJsonSchema(kind)])) as Record<EntryKind, JsonSchema>;
}

function entryJsonSchema(kind: EntryKind): JsonSchema {
  const { $schema, ...schema } = toJsonSchema(ENTRY_SCHEMAS[kind], {
    target: 'draft-2020-12',
    typeMode: 'input',
    // What JSON Schema can't say (a check over two attributes) is left to the parser, which has the last word.
    errorMode: 'ignore',
    overrideAction: ({ valibotAction, jsonSchema }) => {
      const message = 'message' in valibotAction && typeof valibotAction.message === 'string' ? valibotAction.message : undefined;
      const pattern = patternOf(valibotAction, message);
      return {
        ...jsonSchema,
        ...(pattern !== undefined && { pattern }),
        ...(message !== undefined && message !== NO_CONTROL_CHARACTERS && isTelling(valibotAction.type) && { description: message }),
      };
    },
    overrideSchema: ({ valibotSchema, jsonSchema }) => {
      if (valibotSchema.type === 'object') return closed(jsonSchema);
      const message = 'message' in valibotSchema ? valibotSchema.message : undefined;
      return valibotSchema.type === 'custom' && typeof message === 'string' ? { ...jsonSchema, description: message } : undefined;
    },
  });
  const head = { $schema, title: `Gatehouse ${kind}`, description: KIND_DESCRIPTIONS[kind] };
  if (schema.oneOf === undefined) return { ...head, ...withKeys(kind, described(schema, descriptionsOf(kind))) };
  return { ...head, oneOf: schema.oneOf.map((option) => withKeys(kind, described(option, descriptionsOf(kind, typeOf(option))))) };
}

/** What the `type` of an option of a variant must be. */
function typeOf(option: JsonSchema | boolean): string {
  const type = typeof option === 'boolean' ? undefined : option.properties?.type;
  return typeof type === 'object' ? String(type.const) : '';
}

/** With the descriptions of the table, down to the objects in lists and maps. */
function described(schema: JsonSchema | boolean, table: DescriptionTable): JsonSchema {
  if (typeof schema === 'boolean') return {};
  const { properties, items, additionalProperties, anyOf } = schema;
  if (properties !== undefined) return { ...schema, properties: withDescriptions(properties, table) };
  if (items !== undefined && !Array.isArray(items)) return { ...schema, items: described(items, table) };
  if (typeof additionalProperties === 'object') return { ...schema, additionalProperties: described(additionalProperties, table) };
  return anyOf === undefined ? schema : { ...schema, anyOf: anyOf.map((option) => described(option, table)) };
}

function withDescriptions(
  properties: NonNullable<JsonSchema['properties']>,
  table: DescriptionTable,
): NonNullable<JsonSchema['properties']> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => {
      const entry = Object.hasOwn(table, name) ? table[name] : undefined;
      if (entry === undefined || typeof schema === 'boolean') return [name, schema];
      const [text, inside] = typeof entry === 'string' ? [entry, undefined] : entry;
      const expected = schema.description === undefined ? '' : ` Expected: ${schema.description}.`;
      return [
        name,
        { ...(inside === undefined ? schema : described(schema, inside)), description: `${text}${defaultOf(schema)}${expected}` },
      ];
    }),
  );
}

/** In words too: editors show the description, and few of them the keyword. */
export function defaultOf(schema: JsonSchema): string {
  const { default: value } = schema;
  if (value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)) return '';
  return ` Default: ${typeof value === 'string' ? value : JSON.stringify(value)}.`;
}

/** An attribute of another name makes the entry wrong. These are for the operator's own notes. */
function closed(schema: JsonSchema): JsonSchema {
  return {
    ...schema,
    properties: { ...FREE_PROPERTIES, ...schema.properties },
    patternProperties: { '^x-': { description: 'A note of your own, which nobody reads.' } },
    additionalProperties: false,
  };
}

const FREE_PROPERTIES: Readonly<Record<string, JsonSchema>> = {
  $schema: { type: 'string', description: 'Where this JSON Schema is, for editors.' },
  description: { description: 'A note of your own, which nobody reads.' },
};

/** The message of the one check that JSON Schema can say as well. */
const NO_CONTROL_CHARACTERS = 'no control characters';

/** Lengths and bounds speak for themselves. */
const isTelling = (type: string): boolean => type === 'regex' || type === 'check';

/** JSON Schema's patterns are Unicode, as those with flag `u` are. */
function patternOf(action: object, message: string | undefined): string | undefined {
  if ('requirement' in action && action.requirement instanceof RegExp) return action.requirement.source;
  return message === NO_CONTROL_CHARACTERS ? '^\\P{Cc}*$' : undefined;
}

/** The whole item: the entry, and what makes up its key. */
function withKeys(kind: EntryKind, entry: JsonSchema | boolean): JsonSchema {
  if (typeof entry === 'boolean') throw new Error(`${kind} has no attributes`);
  const keys = keysOf(kind);
  return { ...entry, properties: { ...keys, ...entry.properties }, required: [...Object.keys(keys), ...(entry.required ?? [])] };
}

const API_OWNER_KEY = '^[A-Za-z0-9]{1,64}\\/(\\$default|[A-Za-z0-9_\\-]{1,128})$';

/** The attributes that make up the key of the item. */
function keysOf(kind: EntryKind): Readonly<Record<string, JsonSchema>> {
  const tenant: JsonSchema = { type: 'string', description: 'Partition key.' };
  if (kind === 'client') {
    const meaning =
      'Partition key: the client id, or consumer key. None that begins with https://: such clients are described by a document.';
    return { clientId: { type: 'string', pattern: '^(?!https:\\/\\/)[ -~]{1,256}$', description: meaning } };
  }
  if (kind === 'user') return { tenant, username: { type: 'string', description: 'Sort key: the name in lower case, without tenant.' } };
  if (kind === 'api-owner')
    return {
      tenant: { const: API_OWNERS, description: 'Partition key.' },
      entry: { type: 'string', pattern: API_OWNER_KEY, description: 'Sort key: the id of the API, a slash, and the stage.' },
    };
  const { name } = TENANT_ENTRY_KINDS[kind];
  const entry: JsonSchema = name === null ? { const: kind } : { type: 'string', pattern: `^${kind}#.` };
  return { tenant, entry: { ...entry, description: 'Sort key.' } };
}
