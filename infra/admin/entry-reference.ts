// The reference page of entries, infra/admin/ENTRIES.md, out of their JSON Schemas and examples (`npm run schemas` writes it).

import type { JsonSchema } from '@valibot/to-json-schema';
import { ENTRY_SCHEMAS, type EntryKind } from '../../functions/configuration/entries/index.ts';
import { KIND_DESCRIPTIONS } from './entry-descriptions/index.ts';
import { ENTRY_EXAMPLES } from './entry-examples/index.ts';
import { defaultOf, entryJsonSchemas } from './entry-json-schemas.ts';

const HEADINGS: Readonly<Record<EntryKind, string>> = {
  tenant: 'Tenant',
  userstore: 'Userstores',
  issuer: 'Issuers',
  role: 'Roles',
  scope: 'Scopes',
  api: 'APIs',
  'api-owner': 'Owners of APIs',
  tier: 'Tiers',
  handler: 'Handlers',
  client: 'Clients',
  user: 'Users',
};

const INTRODUCTION = `# Entries, attribute by attribute

Every kind of entry with full examples, types, limits, defaults and meaning. [README.md](README.md) says how they are written and what they are for; [json-schemas](json-schemas) has the same for editors. This page is made from the schemas by which entries are parsed, by \`npm run schemas\`.

- An attribute of another name makes its entry wrong. Free for your own notes, at every place that has names: \`$schema\`, \`description\`, and names that begin with \`x-\`.
- A secret makes its entry wrong: an attribute that is called like one, a private key, a URL with a user name and password. The value is never printed or logged.
- Where no default is written, the attribute is needed, or its meaning says what absence means.
`;

export function entryReferencePage(): string {
  const schemas = entryJsonSchemas();
  const kinds = Object.keys(ENTRY_SCHEMAS) as EntryKind[];
  return `${[INTRODUCTION, ...kinds.map((kind) => sectionOf(kind, schemas[kind]))].join('\n')}`;
}

function sectionOf(kind: EntryKind, schema: JsonSchema): string {
  const examples = ENTRY_EXAMPLES[kind].map(({ title, item }) => {
    const json = `\`\`\`json\n${JSON.stringify(item, null, 2)}\n\`\`\`\n`;
    return title === undefined ? json : `${title.charAt(0).toUpperCase()}${title.slice(1)}:\n\n${json}`;
  });
  const tables = (schema.oneOf ?? [schema]).map((option) => {
    const { properties = {} } = objectOf(option);
    const type = typeof properties.type === 'object' ? properties.type.const : undefined;
    return `${type === undefined ? '' : `### ${kind} of type \`${type}\`\n\n`}${tableOf(objectOf(option))}`;
  });
  return [`## ${HEADINGS[kind]}\n\n${KIND_DESCRIPTIONS[kind]}\n`, ...examples, ...tables].join('\n');
}

const objectOf = (schema: JsonSchema | boolean): JsonSchema => (typeof schema === 'boolean' ? {} : schema);

function tableOf(schema: JsonSchema): string {
  return `| attribute | what it is | default | meaning |\n|---|---|---|---|\n${rowsOf(schema, '').join('\n')}\n`;
}

/** Notes are the same everywhere, and told above. */
const isNote = (name: string, { description }: JsonSchema): boolean =>
  name === '$schema' || (name === 'description' && description?.startsWith('A note of your own') === true);

function rowsOf({ properties = {}, required = [] }: JsonSchema, place: string): string[] {
  return Object.entries(properties).flatMap(([name, property]) => {
    const schema = objectOf(property);
    if (isNote(name, schema)) return [];
    const path = `${place}${name}`;
    const inside = insideOf(schema);
    const shown = required.includes(name) ? 'needed' : defaultShown(schema);
    const meaning = (schema.description ?? '').replace(defaultOf(schema), '');
    return [
      `| \`${path}\` | ${typeText(schema)} | ${shown} | ${meaning} |`,
      ...(inside ? rowsOf(inside.schema, `${path}${inside.step}`) : []),
    ];
  });
}

function defaultShown({ default: value, properties }: JsonSchema): string {
  if (value === undefined) return '';
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) return properties === undefined ? 'none' : 'as below';
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

/** The object whose attributes have rows of their own: this one, or the items of a list. */
function insideOf(schema: JsonSchema): { readonly schema: JsonSchema; readonly step: string } | undefined {
  if (schema.properties !== undefined) return { schema, step: '.' };
  const items = Array.isArray(schema.items) ? undefined : objectOf(schema.items ?? false);
  if (items?.properties !== undefined) return { schema: items, step: '[].' };
  const option = schema.anyOf?.map(objectOf).find(({ properties }) => properties !== undefined);
  return option && { schema: option, step: '.' };
}

const number = (value: number | undefined): string => (value ?? 0).toLocaleString('en-US');

/** Type and limits in words. */
function typeText(schema: JsonSchema): string {
  const { type, minimum, maximum, maxLength, items, maxItems, additionalProperties, anyOf } = schema;
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((choice) => `\`${String(choice)}\``).join(', ');
  if (anyOf !== undefined) return [...new Set(anyOf.map((option) => typeText(objectOf(option))))].join(', or ');
  if (type === 'boolean') return 'true or false';
  if (type === 'integer' || type === 'number') return `number, ${number(minimum)} to ${number(maximum)}`;
  if (type === 'array')
    return `list${maxItems === undefined ? '' : ` of up to ${number(maxItems)}`}: ${typeText(objectOf(items as JsonSchema))}`;
  if (type === 'object') return typeof additionalProperties === 'object' ? `map to ${typeText(additionalProperties)}` : 'map';
  if (type !== 'string') return 'JSON';
  return maxLength === undefined ? 'text' : `text of up to ${number(maxLength)}`;
}
