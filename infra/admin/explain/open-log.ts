// Opens where the lines are: the SDK's client for CloudWatch Logs is loaded by the command that asks for it, and by no other.

import { openLocalLog } from './local-log.ts';
import type { LogSource } from './log-source.ts';

export interface LogPlace {
  readonly stackName: string;
  /** Port of the local run's gateway; undefined: the stack is on AWS. */
  readonly localPort: number | undefined;
  readonly logGroups: readonly string[];
}

export async function openLog({ stackName, localPort, logGroups }: LogPlace): Promise<LogSource> {
  if (localPort !== undefined) return openLocalLog(localPort);
  const { openCloudWatchLog } = await import('./cloudwatch-log.ts');
  return openCloudWatchLog({ stackName, logGroups });
}
