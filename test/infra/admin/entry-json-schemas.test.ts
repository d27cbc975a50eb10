import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { entryJsonSchemas } from '../../../infra/admin/entry-json-schemas.ts';

const folder = new URL('../../../infra/admin/json-schemas/', import.meta.url);
const schemas = entryJsonSchemas();

test('the JSON Schemas in the repository are those of the entries: npm run schemas writes them', () => {
  assert.deepEqual(
    readdirSync(folder).sort(),
    Object.keys(schemas)
      .map((kind) => `${kind}.schema.json`)
      .sort(),
  );
  for (const [kind, schema] of Object.entries(schemas)) {
    const written = JSON.parse(readFileSync(new URL(`${kind}.schema.json`, folder), 'utf8'));
    assert.deepEqual(written, JSON.parse(JSON.stringify(schema)), kind);
  }
});

test('they say types, bounds, choices, defaults, and what the comments in the source say', () => {
  const text = (kind: keyof typeof schemas) => JSON.stringify(schemas[kind]);
  assert.match(text('tenant'), /"accessTokenSeconds":\{"type":"integer","minimum":60,"maximum":86400,"default":3600\}/);
  assert.match(text('tenant'), /"tokensNotBefore":\{[^}]*"description":"Tokens issued before this moment are dead."/);
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
