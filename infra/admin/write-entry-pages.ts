// Writes the JSON Schemas of all entries to infra/admin/json-schemas/, and infra/admin/ENTRIES.md (`npm run schemas`).

import { mkdirSync, writeFileSync } from 'node:fs';
import { entryJsonSchemas } from './entry-json-schemas.ts';
import { entryReferencePage } from './entry-reference.ts';

const folder = new URL('json-schemas/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [kind, schema] of Object.entries(entryJsonSchemas())) {
  writeFileSync(new URL(`${kind}.schema.json`, folder), `${JSON.stringify(schema, null, 2)}\n`);
}
writeFileSync(new URL('ENTRIES.md', import.meta.url), entryReferencePage());
