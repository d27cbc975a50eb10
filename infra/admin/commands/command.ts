// The contract of a command: what it is called, what it takes, and what it works with.

import type { ParseArgsOptionsConfig } from 'node:util';
import type { HeldItemStore } from '../../../functions/storage/aws/held-items.ts';
import type { Revocation } from '../../../functions/storage/aws/revocation.ts';
import type { Unlock } from '../../../functions/storage/aws/unlock.ts';
import type { ClientStore, GrantStore, TenantStore } from '../../../functions/storage/stores.ts';
import type { TenantStores } from '../../../functions/userstores/tenant-stores.ts';
import type { EntryTables } from '../entry-tables.ts';
import type { ExplainDependencies } from '../explain/explain-dependencies.ts';
import type { LogSource } from '../explain/log-source.ts';
import type { AskSigningKeys } from '../incidents/signing-keys-answer.ts';

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
  /** What the names of all tenants' secrets begin with: `Gatehouse/tenants/`. */
  readonly tenantSecretsPrefix: string;
  /** Whether there is a secret of this name or ARN; undefined where the operator may not see, or nothing answers. */
  readonly findSecret: (secretId: string) => Promise<boolean | undefined>;
  /** What a decision is explained from. */
  readonly openExplain: () => Promise<ExplainDependencies>;
  /** @param logGroups to look into in place of those of the stack; none: those of the stack */
  readonly openLog: (logGroups: readonly string[]) => Promise<LogSource>;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly print: (line: string) => void;
  /** All of standard input. */
  readonly readInput: () => Promise<string>;
  /** Of the token endpoint, for the examples that are printed. */
  readonly tokenUrl: string;
}

export type Options = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

export interface Command {
  /** `client create` */
  readonly words: string;
  /** The values that follow, in capitals. */
  readonly takes: readonly string[];
  readonly does: string;
  readonly options?: ParseArgsOptionsConfig;
  /**
   * @param values as many as it takes
   * @returns the exit code: 0 done, 1 something is wrong
   */
  run(operator: Operator, values: readonly string[], options: Options): Promise<number>;
}

/** The operator asked for what can't be done; the message says what to do instead. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
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

export function requireOption(options: Options, name: string): string {
  const value = textOption(options, name);
  if (value === undefined) throw new CommandFailed(`--${name} is missing.`);
  return value;
}
