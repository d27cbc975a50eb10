// The end-to-end rows of the bench, and what they cost: both functions as they are deployed, with DynamoDB 3 ms away.

import { costOf, gatewayCost } from '../cost/cost-of.ts';
import { idleMonth } from '../cost/idle-month.ts';
import { MEMORY_MB, monthsOf } from '../cost/months.ts';
import { PRICES } from '../cost/prices.ts';
import type { Row } from '../row.ts';
import { FLOW_HEAD, flowCells, tableOf } from './flow-table.ts';
import { type FlowFigures, measureFlows } from './measure-flows.ts';
import { openWorld } from './world.ts';

/** What is printed below the rows, as tables of Markdown. */
export interface EndToEnd {
  readonly rows: readonly Row[];
  readonly tables: readonly string[];
}

export async function endToEnd(): Promise<EndToEnd> {
  const world = await openWorld();
  const figures = await measureFlows(world).finally(() => world.close());
  return { rows: rowsOf(figures), tables: [flowTable(figures), costTable(figures), await monthTable(figures)] };
}

function rowsOf(figures: readonly FlowFigures[]): readonly Row[] {
  const find = (what: string): FlowFigures => {
    const found = figures.find((flow) => flow.what === what);
    if (found === undefined) throw new Error(`${what} was not measured.`);
    return found;
  };
  const read = find('one consistent read');
  const times = ({ medianMs, p99Ms }: FlowFigures): string => `${medianMs.toFixed(2)} ms, 99 % ${p99Ms.toFixed(1)} ms`;
  const row = (what: string, flow: FlowFigures, aim: string): Row => ({
    ...{ what, limit: `one read ${times(read)}`, measured: times(flow), ratio: flow.medianMs / read.medianMs, aim },
  });
  const [checked, fed, offline] = (['check', 'feed', 'offline'] as const).map((revocation) =>
    find(`authorized call, new JWT, ${revocation}`),
  );
  if (checked === undefined || fed === undefined || offline === undefined) throw new Error('Not all kinds of tokens were measured.');
  return [
    row('authorizer end to end, DynamoDB 3 ms away, new JWT, check', checked, '≤ 1.15'),
    { ...row('the same, feed, ms', fed, '≤ 1'), ratio: fed.medianMs },
    callsRow('the same, feed', fed, '0'),
    { ...row('the same, offline, ms', offline, '≤ 1'), ratio: offline.medianMs },
    callsRow('refresh_token, opaque', find('refresh_token, opaque'), '≤ 3'),
    callsRow('password, opaque', find('password, opaque'), '≤ 3'),
  ];
}

const callsRow = (what: string, { calls }: FlowFigures, aim: string): Row => ({
  ...{ what: `calls to DynamoDB, ${what}`, limit: '–', measured: `${calls} calls`, ratio: calls, aim },
});

const flowTable = (figures: readonly FlowFigures[]): string => tableOf(['with DynamoDB 3 ms away', ...FLOW_HEAD], figures.map(flowCells));

const dollars = (amount: number): string => amount.toFixed(2);

function costTable(figures: readonly FlowFigures[]): string {
  const gateway = { rest: gatewayCost('restApiMillion'), http: gatewayCost('httpApiMillion') };
  return tableOf(
    [`a million, US dollars of ${PRICES.asOf}`, 'Lambda', 'DynamoDB', 'logs', 'together', 'gateway itself, REST or HTTP API'],
    figures
      .filter(({ what }) => what !== 'one consistent read')
      .map((flow) => {
        const bill = costOf(flow, MEMORY_MB[flow.what.startsWith('authorized') ? 'authorizer' : 'token']);
        const cells = [bill.lambda, bill.dynamoDb, bill.logs, bill.total].map(dollars);
        return [flow.what, ...cells, `${dollars(gateway.rest)} or ${dollars(gateway.http)}`];
      }),
  );
}

async function monthTable(figures: readonly FlowFigures[]): Promise<string> {
  const idle = await idleMonth();
  const fixed = idle.map(({ what, count, dollars: price }) => `${count} ${what} ${dollars(price)}`).join(', ');
  return tableOf(
    ['a month, US dollars', 'Gatehouse', 'API Gateway (REST)'],
    monthsOf(figures, idle).map(({ name, gatehouse, gateway }) => [
      name === 'idle' ? `idle: ${fixed}` : `${name}, nine of ten answered from the gateway’s cache`,
      dollars(gatehouse),
      dollars(gateway),
    ]),
  );
}
