// The growth rows of the bench: a small deployment beside a large one, the same requests of the same tenant to both in turn;
// then ten thousand tenants through one function, and what it keeps of them. Takes some minutes, most of them to fill tables.

import { basic, tokenEvent } from '../../support/token-events.ts';
import { authorizerEvent } from '../end-to-end/authorizer-event.ts';
import { authorizerFlows } from '../end-to-end/authorizer-flows.ts';
import { type Flow, newPool } from '../end-to-end/flow.ts';
import { type FlowFigures, measureFlow } from '../end-to-end/measure-flows.ts';
import { SECRET } from '../end-to-end/secret.ts';
import { grantFlows, loginFlows, tokenStateFlows } from '../end-to-end/token-flows.ts';
import { openWorld, type World } from '../end-to-end/world.ts';
import type { Row } from '../row.ts';
import { LARGE, otherTenant, SMALL } from './size.ts';

const SHOWN = [
  'password, opaque',
  'password, jwt',
  'authorized call, new opaque token',
  'authorized call, new JWT, check',
  'introspection',
  'client_credentials, opaque',
  'refresh_token, opaque',
];

export async function growthRows(): Promise<readonly Row[]> {
  const small = await openWorld(SMALL);
  const large = await openWorld(LARGE);
  try {
    const rows = await besideEachOther(small, large);
    return [...rows, ...(await memoryRows(large))];
  } finally {
    await small.close();
    await large.close();
  }
}

async function besideEachOther(small: World, large: World): Promise<readonly Row[]> {
  const [few, many] = [flowsOf(small), flowsOf(large)];
  const rows: Row[] = [];
  for (const what of SHOWN) {
    const [one, other] = [few, many].map((flows) => flows.find((flow) => flow.what === what));
    if (one === undefined || other === undefined) throw new Error(`No flow is called ${what}.`);
    rows.push(...growthOf(await measureFlow(small, small[one.function], one), await measureFlow(large, large[other.function], other)));
  }
  return rows;
}

function flowsOf(world: World): readonly Flow[] {
  const pool = newPool();
  return [...loginFlows(pool), ...authorizerFlows(pool), ...tokenStateFlows(world, pool), ...grantFlows(world, pool)];
}

function growthOf(small: FlowFigures, large: FlowFigures): readonly Row[] {
  const { what } = small;
  const ms = ({ medianMs }: FlowFigures) => `${medianMs.toFixed(2)} ms`;
  const calls = (figures: FlowFigures) => `${figures.calls} calls`;
  return [
    { what: `growth, ${what}`, limit: ms(small), measured: ms(large), ratio: large.medianMs / small.medianMs, aim: '≤ 1.1' },
    { what: `growth, calls, ${what}`, limit: calls(small), measured: calls(large), ratio: large.calls / small.calls, aim: '≤ 1.1' },
  ];
}

const MEBIBYTE = 1024 * 1024;

/** Each tenant asks each function once: what stays is what their caches may keep. */
async function memoryRows(world: World): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const tokens: string[] = [];
  for (const name of ['token', 'authorizer'] as const) {
    const { residentBytes: before } = await world[name].memory();
    for (let n = 0; n < LARGE.tenants; n++) {
      const { apiId, clientId } = otherTenant(n);
      if (name === 'token') {
        const call = { path: '/oauth2/token', form: { grant_type: 'client_credentials' }, headers: basic(clientId, SECRET) };
        const { answer } = await world.token.invoke<{ body: string }>(tokenEvent(call));
        tokens.push(JSON.parse(answer.body).access_token);
      } else
        await world.authorizer.invoke(authorizerEvent({ apiId, method: 'POST', path: '/order', authorization: `Bearer ${tokens[n]}` }));
    }
    const { residentBytes: after } = await world[name].memory();
    const mib = (bytes: number) => `${(bytes / MEBIBYTE).toFixed(0)} MiB`;
    const [limit, measured] = [`before ${mib(before)}`, `after ${mib(after)}`];
    rows.push({ what: `memory after 10,000 tenants, ${name} function`, limit, measured, ratio: after / before, aim: '–' });
  }
  return rows;
}
