// Opens where audit events are kept: the SDK's client for CloudWatch Logs is loaded by the command that ends something.

import { userInfo } from 'node:os';
import type { AuditLog } from './write-audit.ts';

const DEADLINE_MS = 5000;

export interface AuditPlace {
  readonly stackName: string;
  /** Port of the local run's gateway; undefined: the stack is on AWS. */
  readonly localPort: number | undefined;
}

export async function openAuditLog({ stackName, localPort }: AuditPlace): Promise<AuditLog> {
  if (localPort !== undefined) return openLocalAuditLog(localPort);
  const { openCloudWatchAuditLog } = await import('./cloudwatch-audit-log.ts');
  return openCloudWatchAuditLog({ stackName });
}

/** The log of the local run (infra/local/log-page.ts). */
function openLocalAuditLog(port: number): AuditLog {
  return {
    findOperator: async () => userInfo().username,
    async write(line) {
      const answer = await fetch(`http://127.0.0.1:${port}/_gatehouse/log`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: line,
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
      if (answer.status !== 204) throw Object.assign(new Error(String(answer.status)), { name: `Status${answer.status}` });
    },
  };
}
