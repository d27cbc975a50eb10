// Answers a shell that asks what may stand at the cursor. It says nothing else, and never fails: a key was pressed, no more.

import { raceTime } from '../../functions/shared/time-budget.ts';
import type { Operator } from './commands/command.ts';
import { FILES_LINE } from './commands/completion.ts';
import { COMMANDS } from './commands/index.ts';
import { completeWords } from './complete-words.ts';
import { findNames } from './find-names.ts';
import { COMMON_OPTIONS, parseTarget, type Target } from './parse-target.ts';

/** Longer nobody waits for a key. */
const MAX_WAIT_MS = 2000;

/** @param words behind `gatehouse`, the last one as far as it is typed */
export async function completeLine(
  words: readonly string[],
  open: (target: Target) => Promise<Pick<Operator, 'tables'> & { close(): void }>,
  environment: NodeJS.ProcessEnv,
): Promise<readonly string[]> {
  const wanted = completeWords(words, COMMANDS);
  if (wanted.kind === 'files') return [FILES_LINE];
  const current = words.at(-1) ?? '';
  const candidates = wanted.kind === 'words' ? wanted.words : await namesWithin(MAX_WAIT_MS);
  return candidates.filter((candidate) => candidate.startsWith(current));

  async function namesWithin(limitMs: number): Promise<readonly string[]> {
    if (wanted.kind !== 'names') return [];
    try {
      const operator = await open(parseTarget(commonOptions(words.slice(0, -1)), environment));
      try {
        return await raceTime(findNames(operator.tables, wanted.of, wanted.tenant), limitMs, () => []);
      } finally {
        operator.close();
      }
    } catch {
      return [];
    }
  }
}

/** Those that say where the tables are. */
function commonOptions(typed: readonly string[]): Readonly<Record<string, string | boolean>> {
  const found: Record<string, string | boolean> = {};
  for (const [name, { type }] of Object.entries(COMMON_OPTIONS)) {
    const at = typed.indexOf(`--${name}`);
    const value = type === 'boolean' ? at >= 0 : typed[at + 1];
    if (at >= 0 && value !== undefined) found[name] = value;
  }
  return found;
}
