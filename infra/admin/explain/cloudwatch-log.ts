// Log lines in CloudWatch Logs (DescribeLogGroups, FilterLogEvents). Names of the log groups are CloudFormation's: the
// name of the stack, the logical id, and characters of chance.

import { CloudWatchLogsClient, DescribeLogGroupsCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { type FoundLine, type FoundLines, type LogSource, parseLines } from './log-source.ts';

/** For all of a search. */
const DEADLINE_MS = 30_000;
/** Of one log group. A page without a line is usual: each looks at some of the streams. */
const MAX_PAGES = 50;
const MAX_LOG_GROUPS = 20;
/** Lines of one request are few. */
const MAX_LINES = 100;

/** What a logical id of ours that has the lines ends in. */
const LOG_GROUP = /(TokenFunctionLogs|AuthorizerFunctionLogs|AccessLogs)[0-9A-F]{8}-[A-Za-z0-9]+$/;

export interface CloudWatchLogOptions {
  readonly stackName: string;
  /** Log groups to look into beside those of the stack, such as the access logs of APIs in other stacks. */
  readonly logGroups: readonly string[];
  /** Default: the region and credentials that the SDK finds. */
  readonly client?: Pick<CloudWatchLogsClient, 'send'>;
  readonly deadlineMs?: number;
}

export function openCloudWatchLog({ stackName, logGroups, client, deadlineMs = DEADLINE_MS }: CloudWatchLogOptions): LogSource {
  const opened =
    client ??
    new CloudWatchLogsClient({ requestHandler: { connectionTimeout: 2000, requestTimeout: 15_000, throwOnRequestTimeout: true } });
  return {
    async findRequest(requestId, sinceMs): Promise<FoundLines> {
      const abort = AbortSignal.timeout(deadlineMs);
      const named = logGroups.length > 0 ? logGroups : await findLogGroups(opened, stackName, abort);
      if (named.length === 0)
        throw new Error(`No log group of a stack ${stackName} is there. --stack says which stack, --log-group which log group.`);
      const searches = await Promise.all(named.map((logGroupName) => search(opened, { logGroupName, requestId, sinceMs, abort })));
      const incomplete = searches.flatMap((found) => found.incomplete ?? []);
      return {
        lines: searches.flatMap(({ lines }) => lines),
        searched: named,
        ...(incomplete.length > 0 && { incomplete: incomplete.join('; ') }),
      };
    },
  };
}

type Client = Pick<CloudWatchLogsClient, 'send'>;

/** Names of the log groups of a stack that have lines about requests. */
export async function findLogGroups(client: Client, stackName: string, abortSignal: AbortSignal): Promise<readonly string[]> {
  const names: string[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < MAX_PAGES && names.length < MAX_LOG_GROUPS; page++) {
    const input = { logGroupNamePrefix: `${stackName}-`, ...(nextToken !== undefined && { nextToken }) };
    const answer = await client.send(new DescribeLogGroupsCommand(input), { abortSignal });
    names.push(...(answer.logGroups ?? []).flatMap(({ logGroupName = '' }) => (LOG_GROUP.test(logGroupName) ? [logGroupName] : [])));
    nextToken = answer.nextToken;
    if (nextToken === undefined) break;
  }
  return names.slice(0, MAX_LOG_GROUPS);
}

interface Search {
  readonly logGroupName: string;
  readonly requestId: string;
  readonly sinceMs: number;
  readonly abort: AbortSignal;
}

async function search(client: Client, { logGroupName, requestId, sinceMs, abort }: Search): Promise<Omit<FoundLines, 'searched'>> {
  const lines: FoundLine[] = [];
  // The id is one by its form: no quote ends the text.
  const fields = ['requestId', 'extendedRequestId', 'function_request_id'].map((field) => `($.${field} = "${requestId}")`);
  const input = { logGroupName, startTime: sinceMs, filterPattern: `{ ${fields.join(' || ')} }` };
  let nextToken: string | undefined;
  try {
    for (let page = 0; page < MAX_PAGES; page++) {
      const command = new FilterLogEventsCommand({ ...input, ...(nextToken !== undefined && { nextToken }) });
      const answer = await client.send(command, { abortSignal: abort });
      lines.push(...parseLines((answer.events ?? []).map(({ message = '' }) => message)));
      nextToken = answer.nextToken;
      if (nextToken === undefined || lines.length >= MAX_LINES) return { lines: lines.slice(0, MAX_LINES) };
    }
    return { lines, incomplete: `${logGroupName}: more than ${MAX_PAGES} pages; a shorter --since finds it sooner` };
  } catch (error) {
    // One group that may not be read, or was deleted, hides nothing that another one has.
    const why = abort.aborted
      ? 'the search took too long; a shorter --since finds it sooner'
      : error instanceof Error
        ? error.name
        : 'failed';
    return { lines, incomplete: `${logGroupName}: ${why}` };
  }
}
