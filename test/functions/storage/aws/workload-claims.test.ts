// What the directory of workloads reads, when, and what becomes of it where it can't be read.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WorkloadClaimant } from '../../../../functions/configuration/workload.ts';
import { Unavailable } from '../../../../functions/shared/errors.ts';
import type { DynamoDb, ScanFilter } from '../../../../functions/storage/aws/dynamodb.ts';
import { createWorkloadClaims } from '../../../../functions/storage/aws/workload-claims.ts';
import { readText } from '../../../support/repository-files.ts';

const workloadOf = (subject: string) => ({ issuer: 'https://ci.example', subject });
const idsOf = (claimants: readonly WorkloadClaimant[]): string => claimants.map(({ clientId }) => clientId).join();

/** A table of which each page costs 128 read units, as 1 MB does, or all together what it is told. */
function openTable(clients: Record<string, string>, pages = 1) {
  const filters: ScanFilter[] = [];
  const table = { clients, pages, readUnits: 0, isDown: false, gate: Promise.resolve(), filters };
  let nowMs = 1_000_000;
  const scan: DynamoDb['scan'] = async function* (_table, filter, onPage) {
    filters.push(filter);
    const { clients: written } = table;
    await table.gate;
    if (table.isDown) throw new Unavailable('dynamodb', 'timeout');
    for (const [clientId, subject] of Object.entries(written)) yield { clientId, tenant: 't', workload: workloadOf(subject) };
    for (let page = 0; page < table.pages; page++) await onPage?.({ items: 1200, readUnits: table.readUnits / table.pages || 128 });
  };
  const claims = createWorkloadClaims({ scan }, 'Clients', () => nowMs);
  const find = async (subject: string, proven?: string) => idsOf(await claims.findClaimants(workloadOf(subject), proven));
  const advance = (ms: number): void => {
    nowMs += ms;
  };
  return { table, find, reads: () => filters.splice(0).length, advance };
}

test('it is read once for all that ask, three attributes of the items that claim one', async () => {
  const { table, find, reads } = openTable({ a: 'one', b: 'two', c: 'two' });
  assert.deepEqual(await Promise.all([find('one'), find('two'), find('one', 'a')]), ['a', 'b,c', 'a']);
  const attributes = ['clientId', 'tenant', 'workload'];
  const expected = { condition: 'attribute_exists(#workload)', names: attributes, attributes, isConsistent: false };
  assert.deepEqual(table.filters, [expected]);
  assert.equal(reads(), 1);
});

test('a table is read again as seldom as infra/admin/WORKLOADS.md counts, a few clients after five seconds', async () => {
  const numberOf = (text = ''): number => Number(text.replaceAll(',', ''));
  const rows = [...readText('infra/admin/WORKLOADS.md').matchAll(/^\| ([\d,]+) \| (\d+) \| ([\d,]+) \| ([\d.]+) (s|min) \|$/gm)];
  assert.ok(rows.some(([, clients]) => clients === '10,000'));
  for (const [row, , pages, units, after, unit] of rows) {
    const { table, find, advance, reads } = openTable({ a: 'one' }, numberOf(pages));
    table.readUnits = numberOf(units);
    assert.equal(table.pages, Math.ceil(table.readUnits / 128), row);
    // The page is rounded to half a second and to a tenth of a minute.
    const [afterMs, roundedMs] = unit === 's' ? [numberOf(after) * 1000, 500] : [numberOf(after) * 60_000, 3_000];
    await find('one');
    advance(afterMs - roundedMs - 1);
    await find('one');
    assert.equal(reads(), 1, row);
    advance(2 * roundedMs + 1);
    await find('one');
    assert.equal(reads(), 1, row);
  }
  const { find, advance, reads } = openTable({ a: 'one' }, 0);
  await find('one');
  advance(4_999);
  await find('one');
  assert.equal(reads(), 1);
  advance(1);
  await find('one');
  assert.equal(reads(), 1);
});

test('a table of any size is read every ten minutes, and one of more than a hundred pages not at all', async () => {
  const { table, find, advance, reads } = openTable({ a: 'one' }, 100);
  await find('one');
  advance(599_999);
  await find('one');
  assert.equal(reads(), 1);
  table.pages = 101;
  advance(1);
  await assert.rejects(find('one'), { name: 'Unavailable', reason: 'too-many-items' });
});

test('tokens of workloads that nobody claims, which anybody can make, ask for no more than four times as many reads', async () => {
  const { find, advance, reads } = openTable({ a: 'one' });
  for (let ms = 0; ms < 640_000; ms += 1_000) {
    assert.equal(await find(`made up ${ms}`), '');
    advance(1_000);
  }
  assert.equal(reads(), 40, '128 units every 16 s: eight a second');
});

test('a client that has just proved to be the workload is looked for anew, in what is written at that moment', async () => {
  const { table, find, reads } = openTable({ a: 'one' });
  await find('one');
  table.clients = { a: 'one', b: 'two' };
  assert.equal(await find('two'), '', 'not proven: it waits');
  assert.equal(await find('two', 'b'), 'b');
  assert.equal(table.filters.at(-1)?.isConsistent, true);
  assert.equal(reads(), 2);
  assert.equal(await find('two', 'b'), 'b');
  assert.equal(await find('two'), 'b');
  assert.equal(reads(), 0);
  assert.equal(await find('gone', 'c'), '', 'it went meanwhile');
});

test('a consistent reading waits for one under way, which may have begun too early', async () => {
  const { table, find, reads } = openTable({ a: 'one' });
  const gate = Promise.withResolvers<void>();
  table.gate = gate.promise;
  const early = find('one');
  const proven = [find('two', 'b'), find('two', 'b'), find('two', 'b')];
  table.clients = { a: 'one', b: 'two' };
  gate.resolve();
  assert.equal(await early, 'a');
  assert.deepEqual(await Promise.all(proven), ['b', 'b', 'b']);
  assert.equal(reads(), 2);
});

test('A146 a claim counts however wrong the rest of the item is; what is no pair of texts claims nothing', async () => {
  let items: Record<string, unknown>[] = [];
  const scan: DynamoDb['scan'] = async function* () {
    yield* items;
  };
  const find = async () => idsOf(await createWorkloadClaims({ scan }, 'Clients', Date.now).findClaimants(workloadOf('one')));
  items = [
    { clientId: 'right', tenant: 't', workload: workloadOf('one') },
    { clientId: 'wrong', tenant: 7, misspelt: true, workload: { ...workloadOf('one'), more: 1 } },
  ];
  assert.equal(await find(), 'right,wrong');
  items = [null, 7, 'x', [], {}, { issuer: 'https://ci.example' }, { ...workloadOf('one'), subject: ['one'] }].map((workload, at) => ({
    clientId: String(at),
    workload,
  }));
  assert.equal(await find(), '');
});

test('A146 fifty thousand claims of one workload are read in no more than their number, and one more is an outage', async () => {
  let count = 50_000;
  const scan: DynamoDb['scan'] = async function* () {
    for (let n = 0; n < count; n++) yield { clientId: `c${n}`, tenant: 't', workload: workloadOf('one') };
  };
  const find = () => createWorkloadClaims({ scan }, 'Clients', Date.now).findClaimants(workloadOf('one'));
  assert.equal((await find()).length, 50_000);
  count++;
  await assert.rejects(find(), { name: 'Unavailable', reason: 'too-many-items' });
});

test('an outage is one for whoever asks, and is not asked again within a second', async () => {
  const { table, find, advance, reads } = openTable({ a: 'one' }, 0);
  await find('one');
  table.isDown = true;
  advance(5_000);
  for (let n = 0; n < 3; n++) await assert.rejects(find('one'), { name: 'Unavailable', reason: 'timeout' });
  assert.equal(reads(), 2, 'what is too old is not believed');
  table.isDown = false;
  await assert.rejects(find('one'), { name: 'Unavailable' });
  advance(1_000);
  assert.equal(await find('one'), 'a');
});
