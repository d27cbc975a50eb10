// The pages name all that there is: properties and context values of the stack, its outputs, its alarms, the audit
// events, the kinds of items in the Tokens table, the paths of the token API.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import { TOKEN_PATHS } from '../../functions/shared/token-paths.ts';
import { CONFORMANCE_TABLE } from '../conformance/table.ts';
import { openGatehouseStack, resourcesOf } from '../infra/support/synthesise-stack.ts';
import { readText, repositoryFiles } from '../support/repository-files.ts';

const construct = readText('infra/gatehouse/README.md');
const operations = readText('infra/gatehouse/observability/README.md');
const template = Template.fromStack(openGatehouseStack());

/** What stands in backticks. */
const missingIn = (page: string, names: Iterable<string>): readonly string[] => {
  const named = new Set([...page.matchAll(/`([^`\n]+)`/g)].map(([, name]) => name));
  return [...new Set(names)].filter((name) => !named.has(name));
};

test('every property of the construct is in its page', () => {
  const [, properties = ''] = /export interface GatehouseProps \{\n([\s\S]*?)^\}/m.exec(readText('infra/gatehouse/settings.ts')) ?? [];
  const names = [...properties.matchAll(/^ {2}readonly (\w+)\?:/gm)].map(([, name = '']) => name);
  assert.ok(names.length > 15);
  assert.deepEqual(missingIn(construct, names), []);
});

test('every context value and every output of the stack is in that page', () => {
  const reader = readText('infra/read-context.ts');
  const contexts = [...reader.matchAll(/(?:tryGetContext\(|isOn\(node, )'(\w+)'/g)].map(([, name = '']) => name);
  assert.deepEqual(
    contexts.filter((name) => !construct.includes(`-c ${name}=`)),
    [],
  );
  const outputs = Object.keys(template.findOutputs('*')).filter((name) => /^[A-Z][a-z]\w*$/.test(name) && !/[0-9A-F]{8}$/.test(name));
  assert.ok(outputs.length >= 8);
  assert.deepEqual(missingIn(construct, outputs), []);
});

test('every alarm is in the page of operations', () => {
  const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(({ id }) => id.replace(/[0-9A-F]{8}$/, ''));
  assert.ok(alarms.length > 8);
  const named = [...operations.matchAll(/`([A-Z]\w+)`/g)].map(([, name = '']) => name);
  assert.deepEqual(
    alarms.filter((alarm) => !named.some((name) => alarm.endsWith(name))),
    [],
  );
});

test('every audit event is in that page', () => {
  const source = repositoryFiles('.ts')
    .filter((path) => path.startsWith('functions/'))
    .map(readText)
    .join('\n');
  const events = [...source.matchAll(/\baudit: ([^,\n}]+)/g)].flatMap(([, value = '']) =>
    [...value.matchAll(/'([a-z-]+)'/g)].map(([, name = '']) => name),
  );
  assert.ok(events.length > 8);
  assert.deepEqual(missingIn(operations, events), []);
});

test('every kind of item of the Tokens table is in its schema', () => {
  const kinds = [...readText('functions/storage/aws/token-keys.ts').matchAll(/`([a-z]+#)\$\{/g)].map(([, kind = '']) => kind);
  assert.ok(kinds.length >= 4);
  const functions = readText('functions/README.md');
  assert.deepEqual(
    kinds.filter((kind) => !functions.includes(`| \`${kind}<`)),
    [],
  );
});

test('every path of the token API is in its page', () => {
  const paths = Object.values(TOKEN_PATHS).flat();
  const page = readText('functions/token/README.md');
  assert.deepEqual(
    paths.filter((path) => !page.includes(path)),
    [],
  );
});

test('the standards that the conformance rows are held against are listed, with their date', () => {
  const page = readText('test/conformance/README.md');
  const heldAgainst = page.slice(page.indexOf('## Held against'), page.indexOf('## Looked at'));
  const listed = new Set([...heldAgainst.matchAll(/RFC \d+|draft-[a-z0-9-]+\d/g)].map(([rfc]) => rfc));
  assert.deepEqual(new Set(CONFORMANCE_TABLE.map(({ rfc }) => rfc)), listed);
  assert.match(heldAgainst, /on \d+ [A-Z][a-z]+ 20\d\d/);
});
