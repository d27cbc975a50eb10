// `npm run outages`: each flow with DynamoDB failing at each of its calls in turn, in each way that a call can fail, once and
// for good. Whatever should be allowed is, or is an outage as documented; what should not be is never; and the request after
// it is answered as if nothing had been. Both functions run as they are deployed, each in its own process.

import { authorizerFlows } from '../bench/end-to-end/authorizer-flows.ts';
import { CALL_FAULTS, type CallFault } from '../bench/end-to-end/distant-dynamodb.ts';
import type { Flow } from '../bench/end-to-end/flow.ts';
import { type Answer, isSuccess, newPool } from '../bench/end-to-end/measure-flows.ts';
import { grantFlows, loginFlows, tokenStateFlows } from '../bench/end-to-end/token-flows.ts';
import { openWorld, type World } from '../bench/end-to-end/world.ts';
import { refusedFlows } from './refused-flows.ts';

const LOGINS = 120;
const seen = new Map<string, number>();
const faults: string[] = [];

const world = await openWorld();
const pool = newPool();
for (const flow of loginFlows(pool))
  for (let n = 0; n < LOGINS; n++) flow.keep?.((await invoke(flow, await flow.next())) as { body: string });
const flows = [...authorizerFlows(pool), ...tokenStateFlows(world, pool), ...grantFlows(world, pool)].filter(isOfCheckedTenant);
for (const flow of [...loginFlows(pool), ...flows]) await breakEachCall(flow, isSuccess);
for (const flow of refusedFlows(world)) await breakEachCall(flow, isRefusal);
await world.close();
for (const [outcome, times] of [...seen].sort()) process.stdout.write(`${outcome}: ${times}\n`);
for (const fault of faults) process.stdout.write(`FAULT: ${fault}\n`);
process.exit(faults.length > 0 ? 1 : 0);

/** Tokens of the others need no call. */
function isOfCheckedTenant({ what }: Flow): boolean {
  return !/feed|offline/.test(what);
}

async function invoke(flow: Pick<Flow, 'function'>, event: unknown): Promise<Answer> {
  return (await (world as World)[flow.function].invoke<Answer>(event)).answer;
}

/** @param isRight whether an answer is the one of a day without faults */
async function breakEachCall(flow: Flow, isRight: (answer: Answer) => boolean): Promise<void> {
  const { dynamoDb } = world;
  const event = await flow.next();
  dynamoDb.takeCalls();
  const usual = await invoke(flow, event);
  if (!isRight(usual)) return void faults.push(`${flow.what} without a fault: ${JSON.stringify(usual)}`);
  const calls = dynamoDb.takeCalls().length;
  for (let at = 0; at < calls; at++)
    for (const fault of CALL_FAULTS)
      for (const isForGood of fault === 'late' ? [false] : [false, true]) await breakCall(flow, isRight, { at, fault, isForGood });
  process.stdout.write(`${flow.what}: ${calls} calls, each broken\n`);
}

interface Break {
  readonly at: number;
  readonly fault: CallFault;
  readonly isForGood: boolean;
}

async function breakCall(flow: Flow, isRight: (answer: Answer) => boolean, { at, fault, isForGood }: Break): Promise<void> {
  const event = await flow.next();
  world.dynamoDb.breakCalls((n) => (n === at || (isForGood && n > at) ? fault : undefined));
  const answer = await invoke(flow, event);
  world.dynamoDb.breakCalls(undefined);
  const how = `${fault} at call ${at}${isForGood ? ' and after it' : ''}`;
  const outcome = isRight(answer) ? 'as without a fault' : isOutage(answer) ? 'an outage' : undefined;
  const kind = `${fault}${isForGood ? ', for good' : ''}: ${outcome}`;
  seen.set(kind, (seen.get(kind) ?? 0) + 1);
  if (outcome === undefined) faults.push(`${flow.what}, ${how}: ${JSON.stringify(answer)}`);
  const after = await invoke(flow, await flow.next());
  if (!isRight(after)) faults.push(`${flow.what}, after ${how}: ${JSON.stringify(after)}`);
}

/** 503 with `Retry-After`; at the authorizer an error, which API Gateway makes 500 and does not keep. */
function isOutage({ statusCode, headers, errorMessage }: Answer): boolean {
  return errorMessage === undefined ? statusCode === 503 && headers?.['Retry-After'] !== undefined : errorMessage !== 'Unauthorized';
}

/** Of what is no good: told so, as ever. */
function isRefusal(answer: Answer): boolean {
  const { statusCode, errorMessage, body } = answer;
  return errorMessage === 'Unauthorized' || statusCode === 400 || statusCode === 401 || body === '{"active":false}';
}
