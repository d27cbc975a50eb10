// `plan` and `apply`: a folder of entries, as they are to stand in the tables.

import type { Difference } from '../describe-difference.ts';
import { type AppliedEntry, applyPlan } from '../folders/apply-plan.ts';
import { type KeptByDeployment, lineOfKept } from '../folders/kept-by-deployment.ts';
import { type FolderPlan, labelOf, planFolder } from '../folders/plan-folder.ts';
import type { OperatorItem } from '../operator-item.ts';
import { lineOfChange } from '../show-changes.ts';
import { requireNoConflict } from './check-before-write.ts';
import { type Command, type Operator, type Options, requireConfirmed, textOption } from './command.ts';
import { counted } from './counted.ts';
import { createSecrets, readSecretsToCreate, type SecretsToCreate } from './create-secrets.ts';
import { endSessionsOf, lineOfEnded } from './end-user-sessions.ts';
import { EXIT } from './exit-codes.ts';
import { outcomeOf } from './outcome.ts';
import { FOLDER_OPTIONS, readEntriesFolder } from './read-entries-folder.ts';
import { faultLines } from './write-item.ts';

/** What `--json` prints of a plan. */
interface PlanValue {
  readonly create: readonly PlannedChange[];
  readonly change: readonly PlannedChange[];
  readonly delete: readonly string[];
  readonly unchanged: number;
  readonly keptByDeployments: readonly KeptByDeployment[];
}

interface PlannedChange {
  readonly entry: string;
  readonly changes: readonly Difference[];
}

export const plan: Command = {
  words: 'plan',
  takes: ['FOLDER'],
  does: 'shows what apply would change, and exits with 2 where that is anything; with --prune also what it would delete',
  options: FOLDER_OPTIONS,
  effect: 'reads',
  async run(operator, [folder = ''], options) {
    const value = planValueOf((await look(operator, folder, options)).planned);
    const isSame = value.create.length + value.change.length + value.delete.length === 0;
    return outcomeOf(value, showPlan, { summary: summaryOf(value), exitCode: isSame ? EXIT.done : EXIT.wouldChange });
  },
};

export const apply: Command = {
  words: 'apply',
  takes: ['FOLDER'],
  does: 'writes every entry of a folder, or none where one is wrong, by itself or beside others; --prune deletes what its tenants have beyond it',
  options: {
    ...FOLDER_OPTIONS,
    secrets: { type: 'string', takes: 'FILE', explains: 'a file of export --with-secrets: those that are not there are created first' },
  },
  effect: ({ prune }) => (prune === true ? 'ends' : 'writes'),
  async run(operator, [folder = ''], options) {
    const { planned, secrets } = await look(operator, folder, options);
    if (planned.deletions.length > 0) {
      for (const { entry } of planned.deletions) operator.report(`to be deleted: ${labelOf(entry)}`);
      const others = counted(planned.writes.length, 'entry', 'entries');
      await requireConfirmed(
        operator,
        `Delete ${counted(planned.deletions.length, 'entry', 'entries')} that the folder has not, and write ${others}?`,
      );
    }
    // Before the entries: no store is an outage in between.
    const createdSecrets = await createSecrets(operator, secrets);
    const entries: AppliedEntry[] = [];
    const conflict = await write(operator, planned, entries);
    if (conflict !== undefined)
      operator.report(`${conflict}: has been changed by somebody else since it was looked at. It and what follows were left. Plan again.`);
    const value = { secrets: createdSecrets, entries, unchanged: planned.unchanged, conflict };
    return outcomeOf(value, linesOfApply, {
      summary: summaryOfApplied(entries, planned.unchanged),
      exitCode: conflict === undefined ? EXIT.done : EXIT.refused,
    });
  },
};

const linesOfApply = ({
  secrets,
  entries,
}: {
  readonly secrets: readonly string[];
  readonly entries: readonly AppliedEntry[];
}): string[] => [...secrets.map((name) => `created: the secret ${name}`), ...entries.flatMap(linesOfApplied)];

const linesOfApplied = ({ entry, became, changes }: AppliedEntry): string[] => [`${became}: ${entry}`, ...changes.map(lineOfChange)];

function summaryOfApplied(entries: readonly AppliedEntry[], unchanged: number): string {
  const count = (word: AppliedEntry['became']): string => `${entries.filter(({ became }) => became === word).length} ${word}`;
  return `${count('created')}, ${count('changed')}, ${count('deleted')}, ${unchanged} unchanged`;
}

async function look(
  operator: Operator,
  folder: string,
  options: Options,
): Promise<{ readonly planned: FolderPlan; readonly secrets: SecretsToCreate }> {
  const entries = await readEntriesFolder(operator, folder, options);
  const secretsFile = textOption(options, 'secrets');
  const secrets: SecretsToCreate = secretsFile === undefined ? new Map() : readSecretsToCreate(operator, secretsFile, entries);
  const planned = await planFolder(operator.tables, entries, options.prune === true);
  await requireNoConflict(
    operator,
    entries,
    planned.deletions.map(({ entry }) => entry),
  );
  for (const note of planned.notes) operator.report(note);
  for (const entry of entries) for (const line of faultLines(`warning: ${labelOf(entry)}`, entry.warnings)) operator.report(line);
  await warnOfMissingSecrets(operator, entries, secrets);
  return { planned, secrets };
}

/** The entry is obeyed, and the store is an outage until the secret is there. */
async function warnOfMissingSecrets(
  { findSecret, report }: Operator,
  entries: readonly OperatorItem[],
  secrets: SecretsToCreate,
): Promise<void> {
  for (const entry of entries) {
    const { secretId } = entry.item;
    if (entry.kind === 'userstore' && typeof secretId === 'string' && !secrets.has(secretId) && (await findSecret(secretId)) === false)
      report(`warning: ${labelOf(entry)}, secretId: expected a secret that is there; ${secretId} is not yet`);
  }
}

/** @returns as `applyPlan` does; what was done until then, or until an outage, is in `entries` */
async function write(operator: Operator, planned: FolderPlan, entries: AppliedEntry[]): Promise<string | undefined> {
  try {
    return await applyPlan(operator.tables, planned, {
      done: (applied) => void entries.push(applied),
      userDeleted: async (stored) => operator.report(lineOfEnded(await endSessionsOf(operator, stored, 'user-deleted'))),
    });
  } catch (error) {
    // An outage half way: what was written until then is to be known.
    for (const applied of entries) for (const line of linesOfApplied(applied)) operator.report(line);
    throw error;
  }
}

function planValueOf({ writes, deletions, unchanged, kept }: FolderPlan): PlanValue {
  const changes = writes.map((planned) => ({ ...planned, shown: { entry: labelOf(planned.entry), changes: planned.changes } }));
  return {
    create: changes.filter(({ stored }) => stored === undefined).map(({ shown }) => shown),
    change: changes.filter(({ stored }) => stored !== undefined).map(({ shown }) => shown),
    delete: deletions.map(({ entry }) => labelOf(entry)),
    unchanged,
    keptByDeployments: kept,
  };
}

function showPlan(value: PlanValue): readonly string[] {
  const shown = (word: string) => (one: PlannedChange) => [`${word}: ${one.entry}`, ...one.changes.map(lineOfChange)];
  return [
    ...value.create.flatMap(shown('would create')),
    ...value.change.flatMap(shown('would change')),
    ...value.delete.map((entry) => `would delete: ${entry}`),
    ...value.keptByDeployments.map(lineOfKept),
  ];
}

const summaryOf = ({ create, change, delete: deleted, unchanged }: PlanValue): string =>
  `${create.length} to create, ${change.length} to change, ${deleted.length} to delete, ${unchanged} unchanged`;
