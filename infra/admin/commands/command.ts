// The contract of a command: what it is called, what it takes, what it works with, and what it answers.

import type { HeldItemStore } from '../../../functions/storage/aws/held-items.ts';
import type { Revocation } from '../../../functions/storage/aws/revocation.ts';
import type { TenantItemStore } from '../../../functions/storage/aws/tenant-items.ts';
import type { Unlock } from '../../../functions/storage/aws/unlock.ts';
import type { ClientStore, GrantStore, TenantStore } from '../../../functions/storage/stores.ts';
import type { TenantStores } from '../../../functions/userstores/tenant-stores.ts';
import type { AuditEvent } from '../audit/write-audit.ts';
import type { EntryTables } from '../entry-tables.ts';
import type { ExplainDependencies } from '../explain/explain-dependencies.ts';
import type { LogSource } from '../explain/log-source.ts';
import type { AskSigningKeys } from '../incidents/signing-keys-answer.ts';
import type { TenantSecrets } from '../tenants/tenant-secrets.ts';
import type { AskUserstores } from '../userstores/operator-answer.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { Outcome } from './outcome.ts';

/** What a command works with. */
export interface Operator {
  readonly tables: EntryTables;
  readonly revocation: Revocation;
  readonly held: HeldItemStore;
  readonly unlock: Unlock;
  readonly askSigningKeys: AskSigningKeys;
  readonly grants: Pick<GrantStore, 'findGrant' | 'deleteGrant'>;
  /** As the functions read them. */
  readonly tenants: TenantStore;
  /** As the functions read them. */
  readonly clients: ClientStore;
  /** As the functions ask them. */
  readonly userstores: TenantStores;
  /** What is in the Tokens table of a whole tenant. */
  readonly tenantItems: TenantItemStore;
  readonly tenantSecrets: TenantSecrets;
  /** What the names of tables and secrets begin with. */
  readonly stackName: string;
  /** Examines a store, or tries a login, as the functions do. */
  readonly askUserstores: AskUserstores;
  /** What the names of all tenants' secrets begin with: `Gatehouse/tenants/`. */
  readonly tenantSecretsPrefix: string;
  /** How long a request may run that the token function has begun. */
  readonly longestRequestMs: number;
  /** Replaces a pause, in milliseconds. */
  readonly wait?: ((ms: number) => Promise<void>) | undefined;
  /** Whether there is a secret of this name or ARN; undefined where the operator may not see, or nothing answers. */
  readonly findSecret: (secretId: string) => Promise<boolean | undefined>;
  /** What a decision is explained from. */
  readonly openExplain: () => Promise<ExplainDependencies>;
  /** @param logGroups to look into in place of those of the stack; none: those of the stack */
  readonly openLog: (logGroups: readonly string[]) => Promise<LogSource>;
  /** Variables of the shell, which entries of a folder may name. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Writes a secret, by its whole name. */
  readonly writeSecret: (name: string, value: string) => Promise<'created' | 'changed'>;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Puts an audit event into the log. Never throws: what was ended has ended. */
  readonly audit: (event: AuditEvent) => Promise<void>;
  /** A line for standard error: a warning, a note, how far it has come. Results are in what a command answers. */
  readonly report: (line: string) => void;
  /**
   * Asks before something is deleted or ended; the question says what, and ends with `?`. With --yes it is answered.
   *
   * @returns false: no; nothing may be done
   * @throws UsageFailed where there is nobody to ask
   */
  readonly confirm: (question: string) => Promise<boolean>;
  /** Whether somebody can be asked. */
  readonly isInteractive: boolean;
  /** All of standard input. */
  readonly readInput: () => Promise<string>;
  /** A password, token or secret: at a terminal typed without echo after the prompt, else all of standard input. One line end is cut off. */
  readonly readSecret: (prompt: string) => Promise<string>;
  /** A path as the operator means it: from the folder in which the command was typed, also where npm went to another one. */
  readonly pathOf: (typed: string) => string;
  /**
   * Outputs of the deployed stack, by name, or of another one; of the local run what its pages say. Undefined where there are
   * none to see.
   */
  readonly findStackOutputs: (stackName?: string) => Promise<Readonly<Record<string, string>> | undefined>;
  /** Of the token endpoint, for the examples that are printed: --token-url, or what the stack says; undefined where neither does. */
  readonly findTokenUrl: () => Promise<string | undefined>;
}

/** What an option is. All options stand anywhere behind the words of their command. */
export interface Option {
  readonly type: 'string' | 'boolean';
  /** May be given more than once. */
  readonly multiple?: boolean;
  /** What a string is, in capitals, for the help: `SECONDS`. Absent: the option's name. */
  readonly takes?: string;
  /** The only values that it may have. */
  readonly choices?: readonly string[];
  /** For the help: what it does, and what its absence means. */
  readonly explains: string;
}

export type Options = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

/** `reads` changes nothing. `writes` changes entries. `ends` deletes, or ends what somebody has. */
type Effect = 'reads' | 'writes' | 'ends';

export interface Command {
  /** `client create` */
  readonly words: string;
  /** The values that follow, in capitals; in brackets those that may be left out. `value-names.ts` explains each. */
  readonly takes: readonly string[];
  /** What it does, in one sentence that goes on from its words. */
  readonly does: string;
  readonly options?: Readonly<Record<string, Option>>;
  /**
   * Before anything that is not `reads`, the target is named where it is on AWS. A command that `ends` has the option
   * --yes, and without it is refused where nobody can be asked; it asks by `confirm` when it knows what will end.
   */
  readonly effect: Effect | ((options: Options) => Effect);
  /** @param values as many as it takes; those in brackets may be fewer */
  run(operator: Operator, values: readonly string[], options: Options): Promise<Outcome>;
}

/** The operator asked for what can't be done; the message says what to do instead. */
export class CommandFailed extends Error {
  override readonly name: string = 'CommandFailed';
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = EXIT.refused) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The command is not understood; nothing was done. */
export class UsageFailed extends CommandFailed {
  override readonly name = 'UsageFailed';

  constructor(message: string) {
    super(message, EXIT.usage);
  }
}

/** Asks as `Operator.confirm` does. @throws CommandFailed where the answer is no */
export async function requireConfirmed({ confirm }: Pick<Operator, 'confirm'>, question: string): Promise<void> {
  if (!(await confirm(question))) throw new CommandFailed('Nothing was done.');
}

/** The texts of an option that may be given more than once. */
export function listOption(options: Options, name: string): string[] {
  const value = options[name];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

export function textOption(options: Options, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/** @throws UsageFailed where it is missing */
export function requireOption(options: Options, name: string): string {
  const value = textOption(options, name);
  if (value === undefined) throw new UsageFailed(`--${name} is missing.`);
  return value;
}
