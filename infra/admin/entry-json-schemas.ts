// JSON Schemas (draft 2020-12) of everything that an operator writes, made from the schemas by which entries are parsed.
// Editors complete and check with them; `npm run schemas` writes them to infra/admin/json-schemas/.

import { readdirSync, readFileSync } from 'node:fs';
import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';
import { API_OWNERS } from '../../functions/configuration/entries/api-owner-entry.ts';
import { ENTRY_SCHEMAS, type EntryKind, TENANT_ENTRY_KINDS } from '../../functions/configuration/entries/index.ts';

const DESCRIPTIONS: Readonly<Record<EntryKind, string>> = {
  tenant: 'Tenants table: what holds for a whole tenant.',
  userstore: 'Tenants table: a directory or service that knows some of the tenant’s users.',
  issuer: 'Tenants table: somebody else whose tokens or assertions the tenant believes.',
  role: 'Tenants table: a role and the permissions that it gives.',
  scope: 'Tenants table: a scope and the permissions of which any suffices for it.',
  api: 'Tenants table: an API of API Gateway, who may call it, and the rules of its resources.',
  'api-owner': 'Tenants table, partition #apis, which platform operators alone write: whose an API of API Gateway is.',
  tier: 'Tenants table: how many requests in how many seconds.',
  handler: 'Tenants table: a function of one’s own that says who calls an API.',
  client: 'Clients table: an application that may ask for tokens.',
  user: 'Users table: a user of the primary userstore.',
};

/** A JSON Schema of the whole item, keys included, for each kind of entry. */
export function entryJsonSchemas(): Readonly<Record<EntryKind, JsonSchema>> {
  const kinds = Object.keys(ENTRY_SCHEMAS) as EntryKind[];
  return Object.fromEntries(kinds.map((kind) => [kind, entryJsonSchema(kind)])) as Record<EntryKind, JsonSchema>;
}

function entryJsonSchema(kind: EntryKind): JsonSchema {
  const comments = commentsOf(kind);
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
      if (valibotSchema.type === 'object')
        return closed({ ...jsonSchema, properties: withComments(jsonSchema.properties ?? {}, comments) });
      const isChoice = valibotSchema.type === 'picklist' || valibotSchema.type === 'custom';
      const message = 'message' in valibotSchema ? valibotSchema.message : undefined;
      return isChoice && typeof message === 'string' ? { ...jsonSchema, description: message } : undefined;
    },
  });
  const head = { $schema, title: `Gatehouse ${kind}`, description: DESCRIPTIONS[kind] };
  const { oneOf } = schema;
  return oneOf === undefined ? { ...head, ...withKeys(kind, schema) } : { ...head, oneOf: oneOf.map((option) => withKeys(kind, option)) };
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

/** What the comment above an attribute in the source says is what its description says. */
function withComments(
  properties: NonNullable<JsonSchema['properties']>,
  comments: ReadonlyMap<string, string>,
): NonNullable<JsonSchema['properties']> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => {
      const comment = comments.get(name);
      if (comment === undefined || typeof schema === 'boolean') return [name, schema];
      const description = schema.description === undefined ? comment : `${comment} Expected: ${schema.description}`;
      return [name, { ...schema, description }];
    }),
  );
}

const SOURCES = new URL('../../functions/configuration/entries/', import.meta.url);

/** Comments by attribute, of those that stand once in the sources of a kind. */
function commentsOf(kind: EntryKind): ReadonlyMap<string, string> {
  const files = readdirSync(SOURCES).filter((file) => /-entr(y|ies)\.ts$/.test(file) && file.includes(kind === 'tier' ? 'role' : kind));
  const source = files.map((file) => readFileSync(new URL(file, SOURCES), 'utf8')).join('');
  const found = source.matchAll(/\/\*\* ([^\n]+) \*\/\n {2,}(\w+): /g);
  return new Map(
    [...found].flatMap(([, comment = '', name = '']) =>
      source.match(new RegExp(`\\b${name}: `, 'g'))?.length === 1 ? [[name, comment]] : [],
    ),
  );
}

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
  if (kind === 'client') return { clientId: { type: 'string', description: 'Partition key: the client id, or consumer key.' } };
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
