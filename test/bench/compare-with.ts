// The bench of another commit beside that of the working tree: each in turn, several times over, so that a machine whose
// speed drifts slows both. A difference that is smaller than what the same code differs from itself is noise, and called so.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from './measure.ts';
import type { Row } from './row.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MAX_OUTPUT_BYTES = 1_000_000;

/**
 * @param commit any name that git knows
 * @param groups of rows
 * @param rounds how often each is run
 * @returns a table of Markdown
 */
export async function compareWith(commit: string, groups: readonly string[], rounds: number): Promise<string> {
  if (!Number.isInteger(rounds) || rounds < 2) throw new Error('--rounds is a whole number from 2: noise shows in repetition alone.');
  const directory = join(mkdtempSync(join(tmpdir(), 'gatehouse-bench-')), 'tree');
  execFileSync('git', ['worktree', 'add', '--quiet', '--detach', directory, commit], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    requireSameLibraries(directory, commit);
    symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
    const before = new Map<string, number[]>();
    const after = new Map<string, number[]>();
    for (let round = 0; round < rounds; round++) {
      const turns = [
        [directory, before],
        [ROOT, after],
      ] as const;
      for (const [tree, ratios] of round % 2 === 0 ? turns : turns.toReversed())
        for (const { what, ratio } of runIn(tree, groups)) ratios.set(what, [...(ratios.get(what) ?? []), ratio]);
    }
    return tableOf(commit, before, after);
  } finally {
    execFileSync('git', ['worktree', 'remove', '--force', directory], { cwd: ROOT });
    rmSync(join(directory, '..'), { recursive: true, force: true });
  }
}

/** Both trees run on the libraries that are installed here. */
function requireSameLibraries(directory: string, commit: string): void {
  const lockOf = (tree: string) => readFileSync(join(tree, 'package-lock.json'), 'utf8');
  if (lockOf(directory) !== lockOf(ROOT))
    process.stderr.write(`${commit} was locked to other libraries; both run on those of this tree.\n`);
  if (!existsSync(join(directory, 'test/bench/compare-with.ts'))) throw new Error(`${commit} has a bench that can't be compared with.`);
}

function runIn(tree: string, groups: readonly string[]): readonly Row[] {
  const output = execFileSync(process.execPath, ['--expose-gc', 'test/bench/run.ts', '--json', ...groups], {
    ...{ cwd: tree, encoding: 'utf8', maxBuffer: MAX_OUTPUT_BYTES },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(output.trim().split('\n').at(-1) ?? '[]');
}

function tableOf(commit: string, before: ReadonlyMap<string, number[]>, after: ReadonlyMap<string, number[]>): string {
  const lines = [...after].map(([what, now]) => {
    const then = before.get(what);
    if (then === undefined) return [what, '–', median(now).toFixed(2), '–', 'new'];
    const change = median(now) / median(then) - 1;
    const noise = Math.max(noiseOf(now), noiseOf(then));
    const verdict = Math.abs(change) <= noise ? 'within noise' : change > 0 ? 'higher' : 'lower';
    return [what, median(then).toFixed(2), median(now).toFixed(2), `${percent(change)}, noise ${percent(noise)}`, verdict];
  });
  return [['what', `ratio at ${commit}`, 'ratio here', 'change', 'verdict'], Array<string>(5).fill('---'), ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

/** How far the same code is from itself, as a share. */
const noiseOf = (ratios: readonly number[]): number => (Math.max(...ratios) - Math.min(...ratios)) / median(ratios);

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
