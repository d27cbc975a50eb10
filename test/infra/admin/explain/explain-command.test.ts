// The command `explain`: who calls, by which options, and that nothing secret is ever said.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Operator, type Options, UsageFailed } from '../../../../infra/admin/commands/command.ts';
import { explain } from '../../../../infra/admin/commands/explain.ts';
import { ISSUER, openWorld } from '../../../functions/authorizer/authorizer-world.ts';
import { openExplainWorld } from '../../../support/explain-world.ts';

const ORDER = 'POST /pizzashack/1.0.0/order';
const LINE = { message: 'authorizer', outcome: 'forbidden', reason: 'no-rule', requestId: 'request-1' };

function openCommand(input = '') {
  const world = openWorld();
  const dependencies = openExplainWorld({
    stores: world.stores,
    apis: () => [world.pizzashack],
    issuer: ISSUER,
    clock: () => world.nowSeconds() * 1000,
  });
  const operator: Pick<Operator, 'openExplain' | 'openLog' | 'clock' | 'readSecret'> = {
    openExplain: async () => dependencies,
    openLog: async () => ({ findRequest: async () => ({ lines: [LINE], searched: [] }) }),
    clock: () => world.nowSeconds() * 1000,
    readSecret: async () => input,
  };
  const explained = async (options: Options) => {
    const outcome = await explain.run(operator as Operator, [], options);
    assert.ok(typeof outcome === 'object');
    return outcome;
  };
  /** All that is said, as JSON and as lines. */
  const run = async (options: Options) => {
    const { value, lines } = await explained(options);
    return `${JSON.stringify(value)}\n${lines(80).join('\n')}`;
  };
  return { ...world, run, explained };
}

test('A61 a token on standard input is in nothing that explain says, whether it is good, bad, or no token at all', async () => {
  const { issue } = openWorld();
  const tokens = [await issue(), await issue({ format: 'jwt' }), `gat_${'S'.repeat(65)}`, 'eyJhbGciOiJub25lIn0.e30.secret', 'se cret', ''];
  for (const token of tokens) {
    const { run } = openCommand(token === '' ? '' : `Authorization: Bearer ${token}\n`);
    const said = await run({ 'token-stdin': true, resource: ORDER }).catch((error: unknown) => String(error));
    if (token !== '') assert.ok(!said.includes(token), said);
    if (token === '' || token.includes(' ')) assert.match(said, /no token/);
    else assert.match(said, /unauthorized/);
  }
});

test('a request by its id, and a call by whoever is named', async () => {
  const { run } = openCommand();
  assert.match(await run({ request: 'request-1' }), /"no-rule"/);
  assert.match(await run({ resource: ORDER }), /"no-credential"/);
  assert.match(await run({ resource: ORDER, client: 'nobody' }), /"unknown-client"/);
  assert.match(await run({ resource: ORDER, 'api-type': 'http' }), /"status":403/);
});

test('lines fit the terminal, and say first what was answered and why', async () => {
  const { explained } = openCommand();
  for (const columns of [40, 80, 200]) {
    const lines = (await explained({ resource: ORDER })).lines(columns);
    assert.equal(lines[0], '401 900901, refused: no-credential');
    assert.ok(lines.some((line) => line.startsWith('  Decided by   Tenants, my_company')));
    // A name is not broken in two.
    for (const line of lines) assert.ok(line.length <= columns || !line.trim().includes(' ', 40), line);
  }
});

test('what can not be meant is a usage error that says what can', async () => {
  const wrong: readonly (readonly [Options, RegExp])[] = [
    [{}, /--request ID, or --resource/],
    [{ resource: ORDER, user: 'publisher' }, /--user needs --client/],
    [{ resource: ORDER, client: 'demo-app', 'token-stdin': true }, /Either --client or --token-stdin/],
    [{ resource: ORDER, 'api-type': 'websocket' }, /rest or http/],
    [{ resource: 'order' }, /a method and a path/],
    [{ request: 'request-1', since: 'yesterday' }, /--since/],
    [{ request: '"' }, /x-amzn-RequestId/],
  ];
  for (const [options, says] of wrong)
    await assert.rejects(openCommand().run(options), (error) => error instanceof UsageFailed && says.test(error.message));
});
