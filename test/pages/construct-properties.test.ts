// infra/gatehouse/README.md lists every property of the construct, and every value of the context.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readText } from '../support/repository-files.ts';

const page = readText('infra/gatehouse/README.md');

test('every property of the construct has a row, and every row is a property', () => {
  const body = /export interface GatehouseProps \{([\s\S]*?)\n\}/.exec(readText('infra/gatehouse/settings.ts'))?.[1] ?? '';
  const properties = [...body.matchAll(/^ {2}readonly (\w+)\?:/gm)].map(([, name]) => name);
  const table = page.slice(page.indexOf('| Property |'), page.indexOf('### Clients with certificates'));
  const rows = [...table.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell = '']) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name));
  assert.ok(properties.length > 15);
  assert.deepEqual(rows.sort(), properties.sort());
});

test('every value of the context is named', () => {
  const names = /OWN_NAMES[^[]*\[([^\]]*)\]/.exec(readText('infra/read-context.ts'))?.[1] ?? '';
  for (const [, name] of names.matchAll(/'(\w+)'/g)) assert.match(page, new RegExp(`-c ${name}=`));
});
