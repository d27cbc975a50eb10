// What AWS says of logs, metrics, alarms and deployments, asked by the AWS CLI.

import { listOf } from './aws-cli.ts';
import type { Question } from './question.ts';
import { NO_AWS_CLI, type RunAws, type SettleTargets } from './targets.ts';

const HOUR_MS = 3_600_000;

/** Those that one run of the questions gives values to. */
const METRICS = ['AuditEvents', 'Authorizations', 'Grants', 'OldestSignerSeconds', 'TokenRequests'] as const;

export function operationQuestions(targets: SettleTargets): readonly Question[] {
  const { aws, stackName, tokenFunctionName, authorizerFunctionName } = targets;
  const question = (
    id: string,
    text: string,
    assumed: string | undefined,
    breaks: string,
    observe: (run: RunAws) => Promise<string>,
  ): Question => ({
    id,
    question: text,
    assumed,
    breaks,
    missing: aws === undefined ? NO_AWS_CLI : undefined,
    observe: async () => (aws === undefined ? '' : observe(aws)),
  });
  return [
    question(
      'log-lines-as-written',
      'a line of JSON on standard output reaches CloudWatch Logs as it was written',
      'as written',
      'No metric filter finds a field: no metrics, no alarms. Set loggingFormat back to TEXT.',
      async (run) => {
        const [event] = await events(run, tokenFunctionName, '{ $.message = "token-request" }');
        if (event === undefined) return 'no line was found';
        return String(event.message).startsWith('{"service"') ? 'as written' : String(event.message).slice(0, 60);
      },
    ),
    question(
      'log-system-lines',
      'with the system log level WARN there is no platform line of a call that succeeded',
      'none',
      'Logs cost about twice as much as they should.',
      async (run) => {
        const found = await events(run, tokenFunctionName, '{ $.type = "platform.report" && $.record.status = "success" }');
        return found.length === 0 ? 'none' : `${found.length} lines`;
      },
    ),
    question(
      'log-refusals',
      'bytes of the platform lines of one refused call of the authorizer, which Lambda counts as an error',
      undefined,
      'Nothing relies on it: a refusal has no stack, and cannot have fewer lines.',
      async (run) => {
        const found = await events(run, authorizerFunctionName, '{ $.type = "platform.*" || $.message.errorMessage = "Unauthorized" }');
        return String(found.reduce((sum, { message }) => sum + Buffer.byteLength(String(message)), 0));
      },
    ),
    question(
      'metric-data',
      'metric filters find our lines, numbers among them',
      METRICS.join(' '),
      'Alarms that watch these metrics never ring, or always.',
      async (run) => {
        const metrics = listOf(await run(['cloudwatch', 'list-metrics', '--namespace', `Gatehouse/${stackName}`]), 'Metrics');
        const names = new Set(metrics.map(({ MetricName }) => String(MetricName)));
        return METRICS.filter((name) => names.has(name)).join(' ');
      },
    ),
    question(
      'metric-search',
      'a search with the namespace in quotes finds metrics of a stack with a hyphen in its name',
      'found',
      'The graphs of the dashboard are empty.',
      async (run) => {
        const expression = `SEARCH('{"Gatehouse/${stackName}","Outcome"} MetricName="TokenRequests"', 'Sum', 300)`;
        const queries = JSON.stringify([{ Id: 'a', Expression: expression, ReturnData: true }]);
        const span = ['--start-time', new Date(Date.now() - 3 * HOUR_MS).toISOString(), '--end-time', new Date().toISOString()];
        const answer = await run(['cloudwatch', 'get-metric-data', '--metric-data-queries', queries, ...span]);
        return listOf(answer, 'MetricDataResults').length > 0 ? 'found' : 'nothing';
      },
    ),
    question(
      'alarm-states',
      'alarms that are ringing, a quarter of an hour after the deployment or later',
      'none',
      'An alarm rings for no reason: whoever is on call learns to look away.',
      async (run) => {
        const alarms = listOf(await run(['cloudwatch', 'describe-alarms', '--alarm-name-prefix', stackName]), 'MetricAlarms');
        if (alarms.length === 0) return 'there are no alarms';
        const ringing = alarms.filter(({ StateValue }) => StateValue === 'ALARM').map(({ AlarmName }) => String(AlarmName));
        return ringing.length === 0 ? 'none' : ringing.join(' ');
      },
    ),
    question(
      'failed-deployment-repeated',
      'a first deployment that failed can be repeated (deploy once with -c fail=true before)',
      'rolled back, then deployed',
      'Tables and secret of the failed deployment are in the way of the next: see infra/gatehouse/storage/README.md.',
      (run) => lifeOf(run, stackName),
    ),
  ];
}

async function events(run: RunAws, functionName: string, pattern: string) {
  const configuration = await run(['lambda', 'get-function-configuration', '--function-name', functionName]);
  const { LoggingConfig } = configuration as { readonly LoggingConfig?: { readonly LogGroup?: string } };
  const since = String(Date.now() - HOUR_MS);
  const group = LoggingConfig?.LogGroup ?? `/aws/lambda/${functionName}`;
  const args = [
    'logs',
    'filter-log-events',
    '--log-group-name',
    group,
    '--start-time',
    since,
    '--filter-pattern',
    pattern,
    '--max-items',
    '20',
  ];
  return listOf(await run(args), 'events');
}

/** What became of the stacks that had this name before. */
async function lifeOf(run: RunAws, stackName: string): Promise<string> {
  const deleted = listOf(await run(['cloudformation', 'list-stacks', '--stack-status-filter', 'DELETE_COMPLETE']), 'StackSummaries');
  const earlier = deleted.filter(({ StackName }) => StackName === stackName).map(({ StackId }) => String(StackId));
  for (const stackId of earlier) {
    const history = listOf(await run(['cloudformation', 'describe-stack-events', '--stack-name', stackId]), 'StackEvents');
    const statuses = history
      .filter(({ PhysicalResourceId }) => PhysicalResourceId === stackId)
      .map(({ ResourceStatus }) => String(ResourceStatus));
    if (statuses.includes('ROLLBACK_FAILED')) return 'the rollback failed';
    if (statuses.includes('ROLLBACK_COMPLETE')) return 'rolled back, then deployed';
  }
  return 'never failed';
}
