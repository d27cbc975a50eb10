// What a shell is told may stand at the cursor.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { COMMANDS } from '../../../infra/admin/commands/index.ts';
import { completeWords, type Wanted } from '../../../infra/admin/complete-words.ts';

const complete = (line: string): Wanted => completeWords(line.split(' '), COMMANDS);
const wordsOf = (line: string): readonly string[] => {
  const wanted = complete(line);
  return wanted.kind === 'words' ? wanted.words : [wanted.kind];
};

test('every command is reached word by word, and every option of it is offered', () => {
  for (const { words, options = {} } of COMMANDS) {
    const parts = words.split(' ');
    for (const [at, part] of parts.entries()) assert.ok(wordsOf([...parts.slice(0, at), ''].join(' ')).includes(part), words);
    const offered = wordsOf(`${words} --`);
    for (const name of [...Object.keys(options), 'json', 'local', 'help']) assert.ok(offered.includes(`--${name}`), `${words} --${name}`);
  }
});

test('values are names of their kind, of the tenant that is typed already, or files', () => {
  assert.deepEqual(complete('tenant put '), { kind: 'names', of: 'tenants', tenant: undefined });
  assert.deepEqual(complete('scope get acme '), { kind: 'names', of: 'scopes', tenant: 'acme' });
  assert.deepEqual(complete('user disable --local acme a'), { kind: 'names', of: 'users', tenant: 'acme' });
  assert.deepEqual(complete('revoke client '), { kind: 'names', of: 'clients', tenant: undefined });
  assert.deepEqual(complete('client create --tenant acme --scope o'), { kind: 'names', of: 'scopes', tenant: 'acme' });
  assert.deepEqual(complete('tenant put acme '), { kind: 'files' });
  assert.deepEqual(complete('plan '), { kind: 'files' });
  assert.deepEqual(wordsOf('client create --format '), ['opaque', 'jwt']);
  assert.deepEqual(wordsOf('completion '), ['bash', 'zsh']);
  assert.deepEqual(wordsOf('client create --tenant '), ['names']);
});

test('an option that stands there is not offered again, unless it may be', () => {
  const offered = wordsOf('client create --json --scope a --');
  assert.ok(!offered.includes('--json') && offered.includes('--scope'));
});

test('whatever is typed, something is answered', () => {
  const words = fc.constantFrom(
    ...COMMANDS.flatMap((command) => command.words.split(' ')),
    '--json',
    '--tenant',
    '--',
    '',
    'acme',
    '-',
    '--nosuch',
  );
  fc.assert(fc.property(fc.array(fc.oneof(words, fc.string()), { maxLength: 6 }), (typed) => void completeWords(typed, COMMANDS)));
});
