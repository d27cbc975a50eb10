// The recorded sessions of the pages on incidents and on moving in: run again, they write what stands there.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createSigningKeysHandler } from '../../functions/signing-keys/handle-event.ts';
import { makeKey } from '../../functions/signing-keys/make-key.ts';
import { openMemorySecret } from '../functions/signing-keys/versioned-secret.ts';
import { FOREIGN } from '../infra/admin/support/foreign-files.ts';
import { openIncidentWorld } from '../infra/admin/support/incident-world.ts';
import { createRun, type Ran } from '../infra/admin/support/run-gatehouse.ts';
import { adminPageSession } from '../support/admin-page.ts';
import { openTablesAndFolder } from '../support/tables-and-folder.ts';

const MOVING_IN = 'infra/admin/MOVING-IN.md';
const INCIDENTS = 'infra/admin/INCIDENTS.md';

/** Of what stands where the page has `…`, nothing is asked; what stands behind it must be the end. */
function assertWritten(ran: Ran, command: string, lines: readonly string[], shorten: (text: string) => string = (text) => text): void {
  const written = [
    ...ran.asked.filter((prompt) => !prompt.startsWith('(secret)')).map((prompt) => `${prompt}y`),
    ...shorten(ran.text).split('\n'),
  ];
  const elided = lines.indexOf('…');
  if (elided === -1) assert.deepEqual(written, lines, command);
  else assert.deepEqual(written.slice(-lines.slice(elided + 1).length), lines.slice(elided + 1), `${command}\n${ran.text}`);
}

test('what has got out is ended as the page shows it', async (context) => {
  const { run, logIn, signIn, advance } = await openIncidentWorld(context);
  const tokens = new Map<string, string>();
  const { access } = await logIn('userx@my_company');
  tokens.set('token.txt', access).set('half.txt', access.slice(0, 30));
  await logIn('publisher@my_company', 'demo-jwt-app');
  advance(60_000);
  const { redeem } = await signIn('publisher@my_company');
  await redeem();
  await logIn('publisher@acme', 'acme-demo-app');
  for (const { command, lines } of adminPageSession('incidents', INCIDENTS)) {
    const [words = '', file = ''] = command.split(' < ');
    const secret = tokens.get(file);
    assertWritten(await run(words, { answers: secret === undefined ? ['y'] : [secret, 'y'] }), command, lines);
  }
});

test('keys are announced as the page shows it', async () => {
  const secret = openMemorySecret();
  const handler = createSigningKeysHandler({ secret, makeKey, now: () => 1_900_000_000, fetch, limitMs: 60_000, log: () => {} });
  await handler({});
  const run = createRun({
    adapt: (operator) => ({ ...operator, askSigningKeys: async (order) => JSON.parse(JSON.stringify(await handler(order))) }),
  });
  for (const { command, lines } of adminPageSession('keys', INCIDENTS)) assertWritten(await run(command), command, lines);
});

test('an export of WSO2 and a directory move in as the page shows it', async (context) => {
  const { folder, close } = await openTablesAndFolder();
  context.after(close);
  const run = createRun();
  await run('tenant put my_company -', '{}');
  writeFileSync(join(folder, 'values.json'), JSON.stringify({ 'apiId.PizzaShackAPI': 'abc123', 'apiId.pizza': 'def456' }));
  const places = new Map([
    ['export', `${FOREIGN}wso2`],
    ['people.ldif', `${FOREIGN}users/people.ldif`],
    ['values.json', join(folder, 'values.json')],
  ]);
  for (const { command, lines } of adminPageSession('moving-in', MOVING_IN)) {
    const words = command
      .split(' ')
      .map((word, at, all) => places.get(word) ?? (word === 'my_company' && all[at - 1] !== '--tenant' ? join(folder, word) : word));
    assertWritten(await run(words), command, lines, (text) => text.replaceAll(`${folder}/`, ''));
  }
});
