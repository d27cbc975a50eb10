// `npm test`: every test, then the conformance table and the attack list against what ran. Files given as arguments are
// run alone, without them. GATEHOUSE_ALL_PARTS=1 fails where a part that a test needs is missing (test/support/required-part.ts).

import { createWriteStream, globSync, mkdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { attackRows, attacksNotShown, NOT_YET } from './attacks/attack-list.ts';
import { CONFORMANCE_TABLE } from './conformance/table.ts';
import { unprovenRows } from './conformance/unproven-rows.ts';
import { type DynamoDbLocalProcess, missingDynamoDbLocal, SHARED_DYNAMODB_LOCAL, spawnDynamoDbLocal } from './support/dynamodb-local.ts';
import reportResults, { type TestResult } from './support/results-reporter.ts';
import { planProcesses, writeEntryFiles } from './support/test-processes.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const CACHE = join(ROOT, 'node_modules', '.cache');
const RESULTS = join(CACHE, 'gatehouse-test-results.jsonl');

/** Whoever ends the run ends what it has started. */
const interrupted = new AbortController();

/** Runs them, with everything on standard output and the results in a file. */
async function runTests(which: { readonly files: readonly string[] } | { readonly globPatterns: readonly string[] }): Promise<void> {
  const events = run({
    ...which,
    cwd: ROOT,
    signal: interrupted.signal,
    timeout: 300_000,
    // Many tests wait: for a directory, a deadline, a lock that ends.
    concurrency: availableParallelism() + 1,
  });
  events.on('test:summary', ({ success }) => {
    if (!success) process.exitCode = 1;
  });
  events.compose(spec).pipe(process.stdout);
  await finished(events.compose(reportResults).pipe(createWriteStream(RESULTS)));
}

async function runAll(): Promise<void> {
  const files = new Map(
    globSync('test/**/*.test.ts', { cwd: ROOT }).map((path) => [path.replaceAll('\\', '/'), readFileSync(join(ROOT, path), 'utf8')]),
  );
  let dynamoDb: DynamoDbLocalProcess | undefined;
  if (missingDynamoDbLocal() === undefined) {
    dynamoDb = await spawnDynamoDbLocal();
    process.env[SHARED_DYNAMODB_LOCAL] = dynamoDb.endpoint;
  }
  try {
    await runTests({ files: writeEntryFiles(planProcesses(files), ROOT, join(CACHE, 'gatehouse-test-processes')) });
  } finally {
    await dynamoDb?.close();
  }
}

/** What the conformance table and the attack list say of the results. */
function holdAgainstLists(results: readonly TestResult[]): void {
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

// Compiled once, what all processes import starts faster.
mkdirSync(CACHE, { recursive: true });
process.env.NODE_COMPILE_CACHE = join(CACHE, 'compiled');
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => interrupted.abort());

const globPatterns = process.argv.slice(2);
if (globPatterns.length > 0) await runTests({ globPatterns });
else {
  await runAll();
  if (interrupted.signal.aborted) process.exit(1);
  const lines = readFileSync(RESULTS, 'utf8').split('\n');
  holdAgainstLists(lines.filter((line) => line !== '').map((line) => JSON.parse(line) as TestResult));
}
