// Audit events of what operators end: lines in the log of the token function, beside those of logins and revocations, so that
// one query finds all of them.

export type AuditName =
  | 'user-revoked'
  | 'grant-revoked'
  | 'client-revoked'
  | 'tenant-revoked'
  | 'tenant-suspended'
  | 'tenant-activated'
  | 'tenant-deleted'
  | 'user-disabled'
  | 'user-deleted'
  | 'password-set'
  | 'user-unlocked';

/** What was done, and to whom; never a token, a secret or a password. */
export interface AuditEvent {
  readonly audit: AuditName;
  readonly tenant?: string;
  /** `sub` of the user. */
  readonly subject?: string;
  readonly clientId?: string;
  /** Id of a grant. */
  readonly grant?: string;
  readonly grants?: number;
  readonly sessions?: number;
}

/** Where lines are kept: CloudWatch Logs, or the memory of a local run. */
export interface AuditLog {
  /** Who the operator is: the ARN of the caller on AWS. */
  findOperator(): Promise<string | undefined>;
  /** @throws Error where the line is not kept */
  write(line: string, atMs: number): Promise<void>;
}

export interface AuditDependencies {
  readonly openAuditLog: () => Promise<AuditLog>;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** For standard error. */
  readonly report: (line: string) => void;
}

/** Never throws: what was ended has ended. An event that is not kept is said, whole, so that it is not lost. */
export function createAudit({ openAuditLog, clock, report }: AuditDependencies): (event: AuditEvent) => Promise<void> {
  let opened: Promise<AuditLog> | undefined;
  return async (event) => {
    const nowMs = clock();
    const lineOf = (operator: string | undefined): string =>
      JSON.stringify({
        service: 'gatehouse',
        timestamp: new Date(nowMs).toISOString(),
        level: 'INFO',
        message: 'operator',
        ...event,
        operator,
      });
    let line = lineOf(undefined);
    try {
      opened ??= openAuditLog();
      const log = await opened;
      line = lineOf(await log.findOperator().catch(() => undefined));
      await log.write(line, nowMs);
    } catch (error) {
      opened = undefined;
      report(`warning: the audit event is not in the log (${error instanceof Error ? error.name : 'failed'}): ${line}`);
    }
  };
}
