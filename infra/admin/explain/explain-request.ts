// FLOW of `explain` for a request that was answered: its id → the lines of the log → why, and what to change.

import { type Api, keeperOf } from '../../../functions/configuration/model.ts';
import { UsageFailed } from '../commands/command.ts';
import { askAgain, whoIs } from './ask-again.ts';
import type { DecisionFacts } from './deciding-place.ts';
import type { ExplainDependencies } from './explain-dependencies.ts';
import { explainReason } from './explain-reason.ts';
import { describeRules } from './explain-rules.ts';
import { explainUnlogged } from './explain-unlogged.ts';
import type { ExplainedDecision, ExplainedOutcome, ExplainedStep } from './explained-decision.ts';
import { type FoundLine, type FoundLines, isRequestId, type LogSource } from './log-source.ts';

export interface RequestQuestion {
  readonly requestId: string;
  /** Milliseconds since the epoch; older lines are not looked at. */
  readonly sinceMs: number;
}

/** @throws UsageFailed where the id is none; CommandFailed where nothing was found */
export async function explainRequest(
  log: LogSource,
  dependencies: ExplainDependencies,
  { requestId, sinceMs }: RequestQuestion,
): Promise<ExplainedDecision> {
  if (!isRequestId(requestId))
    throw new UsageFailed('--request is the id that the caller got as x-amzn-RequestId, or Apigw-Requestid of an HTTP API.');
  const found = await findLines(log, { requestId, sinceMs });
  const notes = found.incomplete === undefined ? found.notes : [...found.notes, `Not all was searched: ${found.incomplete}.`];
  const decision = decisionIn(found);
  if (decision === undefined) return explainUnlogged(found, { requestId, sinceMs });
  const beside = await linesBeside(log, decision, sinceMs);
  const entry = await findEntry(dependencies, decision);
  const explained = explainReason({
    outcome: outcomeOf(decision),
    status: statusOf(decision),
    code: textOf(decision.code) ?? textOf(decision.error),
    fields: fieldsOf(decision),
    facts: { ...(await factsOf(dependencies, decision)), ruleAt: ruleAt(entry, textOf(decision.rule)) },
    steps: [...tellLine(decision), ...(entry === undefined ? [] : describeRules(entry, textOf(decision.rule)))],
    notes: [...notes, ...beside],
  });
  const today = await askAgain(dependencies, decision).catch(() => undefined);
  return today === undefined ? explained : withToday(explained, today);
}

/** What is missing exactly, if it still is; and what the same call would be answered now. */
function withToday(explained: ExplainedDecision, today: ExplainedDecision): ExplainedDecision {
  if (today.outcome === 'undecided') return explained;
  const now = `Asked again now, for all scopes that client and user may have: ${today.status} ${today.reason}.`;
  const change = today.reason === explained.reason ? today.change : explained.change;
  return { ...explained, change, notes: [...explained.notes, now] };
}

const decisionIn = ({ lines }: FoundLines): FoundLine | undefined =>
  lines.findLast(({ message }) => message === 'authorizer' || message === 'token-request');

/** An answer out of API Gateway's cache was decided, and logged, for an earlier request: an access log may name that. */
async function findLines(
  log: LogSource,
  { requestId, sinceMs }: RequestQuestion,
): Promise<FoundLines & { readonly notes: readonly string[] }> {
  const found = await log.findRequest(requestId, sinceMs);
  if (decisionIn(found) !== undefined) return { ...found, notes: [] };
  const earlier = found.lines.map(({ decision }) => decision).findLast((id) => typeof id === 'string' && isRequestId(id));
  if (typeof earlier !== 'string' || earlier === requestId) return { ...found, notes: [] };
  const decided = await log.findRequest(earlier, sinceMs);
  if (decisionIn(decided) === undefined) return { ...found, notes: [] };
  return { ...decided, notes: [`API Gateway has answered out of its cache, what was decided for the request ${earlier}.`] };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** The fields that an explanation looks at. */
function fieldsOf({ reason, inactive, dependency, expected }: FoundLine) {
  return { reason: textOf(reason), inactive: textOf(inactive), dependency: textOf(dependency), expected: textOf(expected) };
}

const OUTCOMES: ReadonlyMap<unknown, ExplainedOutcome> = new Map<unknown, ExplainedOutcome>([
  ['allowed', 'allowed'],
  ['ok', 'allowed'],
  ['unauthorized', 'unauthorized'],
  ['forbidden', 'forbidden'],
  ['throttled', 'throttled'],
  ['refused', 'no-token'],
]);

const outcomeOf = ({ outcome }: FoundLine): ExplainedOutcome => OUTCOMES.get(outcome) ?? 'outage';

const STATUS: Readonly<Record<ExplainedOutcome, number | undefined>> = {
  allowed: 200,
  unauthorized: 401,
  forbidden: 403,
  throttled: 429,
  outage: 500,
  'no-token': 400,
  undecided: undefined,
};

function statusOf(line: FoundLine): number | undefined {
  if (typeof line.status === 'number') return line.status;
  const outcome = outcomeOf(line);
  // HTTP APIs can say nothing but 403 to what their authorizer refuses.
  const isHttpApi = String(line.eventKind ?? '').startsWith('http-');
  return isHttpApi && (outcome === 'unauthorized' || outcome === 'throttled') ? 403 : STATUS[outcome];
}

/** `EXTERNAL/userx@my_company` and `publisher@my_company` of a `sub`, where nothing is known of the user but that. */
function userOf(subject: string): Pick<DecisionFacts, 'userstore' | 'username'> {
  const name = subject.slice(0, subject.lastIndexOf('@'));
  const slash = name.indexOf('/');
  return slash > 0 ? { userstore: name.slice(0, slash), username: name.slice(slash + 1) } : { userstore: 'PRIMARY', username: name };
}

async function namedUserOf(dependencies: ExplainDependencies, line: FoundLine): Promise<Pick<DecisionFacts, 'userstore' | 'username'>> {
  const subject = textOf(line.user) ?? textOf(line.subject);
  if (subject === undefined) return {};
  const known = await whoIs(dependencies, subject).catch(() => undefined);
  return known === undefined ? userOf(subject) : { userstore: keeperOf(known), username: known.username };
}

const apiOf = (line: FoundLine): DecisionFacts['api'] => {
  const [name, owner] = [textOf(line.api), textOf(line.apiOwner) ?? textOf(line.tenant)];
  return name === undefined || owner === undefined ? undefined : { owner, name };
};

async function factsOf(dependencies: ExplainDependencies, line: FoundLine): Promise<DecisionFacts> {
  const named = await namedUserOf(dependencies, line);
  return {
    ...named,
    userstore: textOf(line.userstore) ?? named.userstore,
    tenant: textOf(line.tenant),
    clientId: textOf(line.client) ?? textOf(line.clientId),
    api: apiOf(line),
    apiId: textOf(line.apiId),
    stage: textOf(line.stage),
  };
}

/** Fields of a line that tell who and what; all of them are ours to print. */
const TOLD = [
  ...['timestamp', 'endpoint', 'grantType', 'tenant', 'clientId', 'client', 'subject', 'user', 'userstore', 'handler', 'api', 'apiOwner'],
  ...['apiId', 'stage', 'method', 'rule', 'neededScopes', 'scopes', 'clientAuthentication', 'audit', 'lockedBy', 'description'],
  ...['dependency', 'error', 'cause', 'sourceAddress', 'endUserAddress', 'durationMs'],
];

function tellLine(line: FoundLine): readonly ExplainedStep[] {
  return TOLD.flatMap((name) => {
    const value = line[name];
    if (value === undefined || value === '' || (typeof value === 'object' && !Array.isArray(value))) return [];
    return [{ result: 'noted', says: `${name}: ${Array.isArray(value) ? value.join(' ') : String(value)}` } as const];
  });
}

/** The entry as it is today: the path of the request is in no log. */
async function findEntry({ tenants }: ExplainDependencies, line: FoundLine): Promise<Api | undefined> {
  const [api, apiId] = [apiOf(line), textOf(line.apiId)];
  if (api === undefined || apiId === undefined) return undefined;
  const claims = await tenants.findApiClaims(apiId).catch(() => []);
  return claims.find(({ owner, name }) => owner === api.owner && name === api.name)?.api;
}

function ruleAt(entry: Api | undefined, rule: string | undefined): number | undefined {
  const at = entry?.resources.findIndex(({ path }) => path === rule) ?? -1;
  return at === -1 ? undefined : at;
}

/** Other lines of the same call, such as that of an entry that is wrong. */
async function linesBeside(log: LogSource, decision: FoundLine, sinceMs: number): Promise<readonly string[]> {
  const callId = textOf(decision.function_request_id);
  if (callId === undefined || !isRequestId(callId) || outcomeOf(decision) === 'allowed') return [];
  const { lines } = await log.findRequest(callId, sinceMs);
  return lines.flatMap((line) => {
    const message = textOf(line.message);
    if (message === undefined || message === decision.message || line.level === 'INFO') return [];
    const said = ['table', 'key', 'path', 'expected', 'userstore', 'server', 'attribute', 'reason'].flatMap((name) => {
      const value = line[name];
      return value === undefined ? [] : [`${name} ${Array.isArray(value) ? value.join(', ') : String(value)}`];
    });
    return [`In the log of the same call, ${message}: ${said.join('; ')}.`];
  });
}
