// `npm test`: every test, then the conformance table and the attack list against what ran. Files given as arguments are
// run alone, without them. GATEHOUSE_ALL_PARTS=1 fails where a part that a test needs is missing (test/support/required-part.ts).

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { attackRows, attacksNotShown, NOT_YET } from './attacks/attack-list.ts';
import { CONFORMANCE_TABLE } from './conformance/table.ts';
import { unprovenRows } from './conformance/unproven-rows.ts';
import type { TestResult } from './support/results-reporter.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const CACHE = join(ROOT, 'node_modules', '.cache');
const RESULTS = join(CACHE, 'gatehouse-test-results.jsonl');

const files = process.argv.slice(2);
mkdirSync(CACHE, { recursive: true });
const { status } = spawnSync(
  process.execPath,
  [
    '--test',
    '--test-timeout=300000',
    // Many tests wait: for a directory, a deadline, a lock that ends.
    `--test-concurrency=${availableParallelism() + 1}`,
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    '--test-reporter=./test/support/results-reporter.ts',
    `--test-reporter-destination=${RESULTS}`,
    ...(files.length > 0 ? files : ['test/**/*.test.ts']),
  ],
  // Over two hundred files, each a process of its own: compiled once, they start faster.
  { cwd: ROOT, stdio: 'inherit', env: { ...process.env, NODE_COMPILE_CACHE: join(CACHE, 'compiled') } },
);
process.exitCode = status ?? 1;

if (files.length === 0) {
  const results = readFileSync(RESULTS, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as TestResult);
  const unproven = unprovenRows(CONFORMANCE_TABLE, results);
  for (const { row, why } of unproven) {
    const proof = 'test' in row.proof ? `${row.proof.file}: ${row.proof.test}` : '';
    process.stdout.write(`${row.rfc} section ${row.section} is not proven, ${why}: ${proof}\n`);
  }
  const skipped = results.filter(({ outcome }) => outcome === 'skipped').length;
  const proven = CONFORMANCE_TABLE.filter(({ proof }) => 'test' in proof).length - unproven.length;
  process.stdout.write(
    `Conformance: ${proven} rows proven by tests that passed, ${unproven.length} not; ${skipped} tests and suites skipped.\n`,
  );
  const attacks = attackRows(readFileSync(join(ROOT, 'test/attacks/README.md'), 'utf8'));
  const notShown = attacksNotShown(attacks, results);
  const toShow = attacks.filter(({ tests }) => tests !== NOT_YET).length;
  process.stdout.write(
    `Attacks: ${toShow - notShown.length} rows shown refused, ${notShown.length} not${notShown.length > 0 ? `: ${notShown.join(', ')}` : ''}.\n`,
  );
  // Where parts are missing, what they prove can't be proven; a machine that has them all must prove everything.
  if (notShown.length > 0 && process.env.GATEHOUSE_ALL_PARTS === '1') process.exitCode = 1;
  if (unproven.some(({ why }) => why !== 'a test of that name was skipped')) process.exitCode = 1;
}
