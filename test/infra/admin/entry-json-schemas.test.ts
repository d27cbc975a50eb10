// JSON Schemas and the reference page of entries: as the parser is, with nothing left unsaid.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { EntryKind } from '../../../functions/configuration/entries/index.ts';
import { ENTRY_EXAMPLES } from '../../../infra/admin/entry-examples/index.ts';
import { entryJsonSchemas } from '../../../infra/admin/entry-json-schemas.ts';
import { entryReferencePage } from '../../../infra/admin/entry-reference.ts';
import { bundle } from '../../../infra/gatehouse/functions/bundle.ts';
import { BUNDLES, type BundleName } from '../../../infra/gatehouse/functions/bundle-sources.ts';
import { propertiesOf, type Schema } from '../../support/json-schema.ts';

const folder = new URL('../../../infra/admin/', import.meta.url);
const schemas = entryJsonSchemas();

test('the JSON Schemas in the repository are those of the entries: npm run schemas writes them', () => {
  assert.deepEqual(
    readdirSync(new URL('json-schemas/', folder)).sort(),
    Object.keys(schemas)
      .map((kind) => `${kind}.schema.json`)
      .sort(),
  );
  for (const [kind, schema] of Object.entries(schemas)) {
    const written = JSON.parse(readFileSync(new URL(`json-schemas/${kind}.schema.json`, folder), 'utf8'));
    assert.deepEqual(written, JSON.parse(JSON.stringify(schema)), kind);
  }
});

test('the reference page is that of the entries: npm run schemas writes it', () => {
  assert.equal(readFileSync(new URL('ENTRIES.md', folder), 'utf8'), entryReferencePage());
});

/** Every attribute, however deep, by its path: items of lists and values of maps have the path of what holds them. */
function* attributesOf(schema: Schema, place = ''): Generator<{ path: string; attribute: Schema; isRequired: boolean }> {
  for (const [name, attribute] of Object.entries(propertiesOf(schema))) {
    const isRequired = ((schema.required ?? []) as string[]).includes(name);
    yield { path: place + name, attribute, isRequired };
    yield* attributesOf(attribute, `${place}${name}.`);
  }
  const others = [schema.items, schema.additionalProperties, ...[schema.anyOf, schema.oneOf].flat()];
  for (const inside of others) if (typeof inside === 'object' && inside !== null) yield* attributesOf(inside as Schema, place);
}

const isNote = (path: string): boolean => /(^|\.)(\$schema|description)$/.test(path);

for (const [kind, schema] of Object.entries(schemas)) {
  const attributes = [...attributesOf(schema as unknown as Schema)];

  test(`${kind}: every attribute has a description, with its default or what absence means`, () => {
    assert.ok(attributes.length > 2);
    for (const { path, attribute, isRequired } of attributes) {
      const description = String(attribute.description ?? '');
      assert.ok(description.length > 5, `${path} has no description`);
      if (isRequired || isNote(path)) continue;
      assert.ok(attribute.default !== undefined || description.includes('Absent: '), `${path}: ${description}`);
      const isSaid = typeof attribute.default === 'object' || attribute.default === undefined || description.includes('Default: ');
      assert.ok(isSaid, `${path}: ${description}`);
    }
  });

  test(`${kind}: every attribute stands in an example`, () => {
    const shown = new Set(ENTRY_EXAMPLES[kind as EntryKind].flatMap(({ item }) => [...pathsOf(item)]));
    assert.deepEqual(
      attributes.map(({ path }) => path).filter((path) => !shown.has(path) && !isOfMap(shown, path) && !isNote(path)),
      [],
    );
  });
}

/** `claims.path` for `claims.NAME.path`: the names in a map are the operator's. */
function isOfMap(shown: ReadonlySet<string>, path: string): boolean {
  const at = path.lastIndexOf('.');
  return [...shown].some((one) => one.startsWith(path.slice(0, at + 1)) && one.endsWith(path.slice(at)));
}

/** Paths as `attributesOf` gives them. */
function* pathsOf(value: unknown, place = ''): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* pathsOf(item, place);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      yield place + name;
      yield* pathsOf(inner, `${place}${name}.`);
    }
  }
}

test('they say types, bounds, choices and defaults', () => {
  const tenant = propertiesOf(schemas.tenant as unknown as Schema);
  assert.deepEqual(tenant.accessTokenSeconds, {
    type: 'integer',
    minimum: 60,
    maximum: 86_400,
    default: 3600,
    description: 'Seconds that an access token lives. Default: 3600.',
  });
  const text = (kind: keyof typeof schemas) => JSON.stringify(schemas[kind]);
  assert.match(text('userstore'), /"pattern":"\^userstore#\."/);
  assert.match(text('userstore'), /"required":\["tenant","entry","type","url"\]/);
  assert.match(text('client'), /"required":\["clientId","tenant"\]/);
  assert.match(text('user'), /"required":\["tenant","username","id","passwordHash"\]/);
});

test('every pattern is one that a JSON Schema validator can compile', () => {
  const patterns = JSON.stringify(schemas).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g);
  let count = 0;
  for (const [, pattern = '""'] of patterns) {
    assert.doesNotThrow(() => new RegExp(JSON.parse(pattern), 'u'), pattern);
    count++;
  }
  assert.ok(count > 50);
});

test('no function reads a description when it starts', () => {
  for (const name of Object.keys(BUNDLES) as BundleName[])
    assert.ok(!Object.keys(bundle(name).eagerModules).some((module) => module.startsWith('infra/admin/')), name);
});
