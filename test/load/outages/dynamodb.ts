// Each flow with DynamoDB failing at each of its calls.

import { CONFIGURATION_CACHE_MS } from '../../../functions/shared/environment.ts';
import { authorizerFlows } from '../../bench/end-to-end/authorizer-flows.ts';
import type { Flow } from '../../bench/end-to-end/flow.ts';
import { grantFlows, loginFlows, tokenStateFlows } from '../../bench/end-to-end/token-flows.ts';
import type { World } from '../../bench/end-to-end/world.ts';
import { atOnce } from './at-once.ts';
import { breakEachCall } from './break-each-call.ts';
import { type BreakableService, jsonReply, openBreakableService } from './breakable-service.ts';
import { type Endpoints, type NearAws, openFunction, openNearAws } from './near-aws.ts';
import { openNewTokens } from './new-tokens.ts';
import { type IsRight, isRefusal, isSuccess } from './outcomes.ts';
import { refusedFlows } from './refused-flows.ts';
import { createReport, type Report } from './report.ts';

const LANES = 12;
/** Entries are read again after it. */
const CONFIGURATION_MS = CONFIGURATION_CACHE_MS + 100;
/** A call has a second. */
const WAITED_MS = 1000;
const REPLIES = {
  throttled: jsonReply(400, {
    __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
    message: 'The level of configured provisioned throughput for the table was exceeded.',
  }),
  failing: jsonReply(500, { __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError', message: 'Internal server error' }),
};

/** How long a function remembers that failed logins took long (`failure-deadline.ts`): each is to begin as the first did. */
const REMEMBERED_MS = 600_100;

interface JudgedFlow {
  readonly flow: Flow;
  readonly isRight: IsRight;
  /** Time that goes by before each break, milliseconds. */
  readonly passMs: number;
}

/** Calls of one flow are broken by so many at once. */
const PARTS = 3;

export async function breakDynamoDb(): Promise<Report> {
  const report = createReport('DynamoDB');
  const near = await openNearAws();
  const idle = await Promise.all(Array.from({ length: LANES }, () => openLane(near)));
  const lanes = [...idle];
  const flows = flowsOf(lanes[0] as Lane);
  // Those of wrong passwords, which take longest, come first.
  const order = [...flows.keys()].reverse().flatMap((n) => Array.from({ length: PARTS }, (_, part) => ({ n, part })));
  const broken = new Map<string, number>();
  await atOnce(order, LANES, async ({ n, part }) => {
    const lane = idle.pop();
    const judged = lane && flowsOf(lane)[n];
    if (lane === undefined || judged === undefined) throw new Error('There is a lane for each flow at work.');
    const { what } = judged.flow;
    broken.set(what, (broken.get(what) ?? 0) + (await breakPart(lane, judged, part, report)));
    idle.push(lane);
  });
  for (const [what, calls] of broken) report.tellBroken(what, calls);
  for (const { service, token, authorizer } of lanes) {
    token.close();
    authorizer.close();
    await service.close();
  }
  await near.close();
  return report;
}

interface Lane extends Pick<World, 'token' | 'authorizer'> {
  readonly service: BreakableService;
  readonly endpoints: Endpoints;
}

/** Both functions, with a DynamoDB of their own to be broken: the tables are those of all. */
async function openLane(near: NearAws): Promise<Lane> {
  const service = await openBreakableService({ target: near.dynamoDb, waitedMs: WAITED_MS, replies: REPLIES });
  const endpoints = { dynamoDb: service.endpoint, secretsManager: near.secretsManager };
  const open = (name: 'token' | 'authorizer') => openFunction(name, endpoints);
  const [token, authorizer] = await Promise.all([open('token'), open('authorizer')]);
  return { service, endpoints, token, authorizer };
}

async function breakPart(lane: Lane, { flow, isRight, passMs }: JudgedFlow, part: number, report: Report): Promise<number> {
  const { service } = lane;
  // What is so far ahead of the others is for no other flow.
  const process = passMs === REMEMBERED_MS ? await openFunction(flow.function, lane.endpoints) : lane[flow.function];
  const prepare = async () => {
    await process.passMs(passMs);
    return process;
  };
  const calls = await breakEachCall({ flow, isRight, service, prepare, isMine: (at) => at % PARTS === part }, report);
  if (process !== lane[flow.function]) process.close();
  return calls;
}

function flowsOf(functions: Pick<World, 'token'>): readonly JudgedFlow[] {
  const pool = openNewTokens(functions);
  const good = [...loginFlows(pool), ...authorizerFlows(pool), ...tokenStateFlows(functions, pool), ...grantFlows(functions, pool)];
  return [
    ...good.filter(isOfCheckedTenant).map((flow) => ({ flow, isRight: isSuccess, passMs: CONFIGURATION_MS })),
    ...refusedFlows(functions).map((flow) => ({
      ...{ flow, isRight: isRefusal },
      passMs: flow.what.startsWith('login') ? REMEMBERED_MS : CONFIGURATION_MS,
    })),
  ];
}

/** Tokens of the others need no call. */
function isOfCheckedTenant({ what }: Flow): boolean {
  return !/feed|offline/.test(what);
}
