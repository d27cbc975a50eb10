// Audit events in CloudWatch Logs: a stream for each run of the command line, in the log group of the token function.

import { randomUUID } from 'node:crypto';
import { CloudWatchLogsClient, CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { findLogGroups } from '../explain/cloudwatch-log.ts';
import { findAwsPlace } from '../name-target.ts';
import type { AuditLog } from './write-audit.ts';

const TOKEN_LOG_GROUP = /TokenFunctionLogs[0-9A-F]{8}-[A-Za-z0-9]+$/;
const DEADLINE_MS = 15_000;

export interface CloudWatchAuditLogOptions {
  readonly stackName: string;
  /** Default: the region and credentials that the SDK finds. */
  readonly client?: Pick<CloudWatchLogsClient, 'send'>;
  /** Default: STS says. */
  readonly findOperator?: () => Promise<string | undefined>;
}

/** @throws Error where the stack has no such log group, or it may not be written to */
export async function openCloudWatchAuditLog({
  stackName,
  client = new CloudWatchLogsClient({ requestHandler: { connectionTimeout: 2000, requestTimeout: 5000, throwOnRequestTimeout: true } }),
  findOperator = async () => (await findAwsPlace()).arn,
}: CloudWatchAuditLogOptions): Promise<AuditLog> {
  const abortSignal = AbortSignal.timeout(DEADLINE_MS);
  const logGroupName = (await findLogGroups(client, stackName, abortSignal)).find((name) => TOKEN_LOG_GROUP.test(name));
  if (logGroupName === undefined) throw Object.assign(new Error(`no log group of ${stackName}`), { name: 'NoLogGroup' });
  const logStreamName = `operators/${randomUUID()}`;
  await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }), { abortSignal });
  return {
    findOperator,
    async write(message, timestamp) {
      const command = new PutLogEventsCommand({ logGroupName, logStreamName, logEvents: [{ message, timestamp }] });
      const { rejectedLogEventsInfo } = await client.send(command, { abortSignal: AbortSignal.timeout(DEADLINE_MS) });
      if (rejectedLogEventsInfo !== undefined) throw Object.assign(new Error('rejected'), { name: 'Rejected' });
    },
  };
}
