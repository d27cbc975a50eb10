// Our functions beside those that others make of the libraries that are there for it, end to end and at a cold start: what
// each takes, and what it was seen to do for it.

import { costOf } from '../cost/cost-of.ts';
import { MEMORY_MB } from '../cost/months.ts';
import { PRICES } from '../cost/prices.ts';
import { FLOW_HEAD, flowCells, tableOf } from '../end-to-end/flow-table.ts';
import type { FlowFigures } from '../end-to-end/measure-flows.ts';
import type { Row } from '../row.ts';
import { authorizerCandidates, logInUsers, openAuthorizers } from './authorizer-candidates.ts';
import { peerColdStartRows } from './cold-starts.ts';
import { endpointCandidates, openEndpoints } from './endpoint-candidates.ts';
import { measureInTurn } from './measure-in-turn.ts';
import { openPeerWorld, type PeerWorld } from './peer-world.ts';
import { AT_ONCE, type Race, raceRenewals } from './racing-renewals.ts';
import { askAboutRevoked } from './revoked-tokens.ts';

export async function besideOthers(): Promise<{ readonly rows: readonly Row[]; readonly tables: readonly string[] }> {
  const world = await openPeerWorld();
  try {
    const { table, token } = await authorizerTable(world);
    const endpoints = await openEndpoints(world);
    const figures = await measureInTurn(world, endpointCandidates(endpoints));
    const races = raceTable(await raceRenewals(endpoints));
    return { rows: await peerColdStartRows(world, token), tables: [table, endpointTable(figures), races] };
  } finally {
    await world.close();
  }
}

const price = (flow: FlowFigures, memoryMb: number): string => costOf(flow, memoryMb).total.toFixed(2);
const PRICE_HEAD = `a million, US dollars of ${PRICES.asOf}`;

/** @returns a token, too, that is still good */
async function authorizerTable(world: PeerWorld): Promise<{ readonly table: string; readonly token: string }> {
  const authorizers = await openAuthorizers(world);
  const tokens = await logInUsers(world, new Set(authorizers.map(({ kind }) => kind)));
  const oneRead = { process: world.oneRead, flow: { what: 'one consistent read, and nothing else', next: async () => ({}) } };
  const figures = await measureInTurn(world, [oneRead, ...authorizerCandidates(authorizers, tokens)]);
  const seen = await askAboutRevoked(world, authorizers, tokens);
  const lines = figures.map((flow) => {
    const { revoked, endUserJwt } = seen.get(flow.what) ?? { revoked: '–', endUserJwt: '–' };
    return [...flowCells(flow), price(flow, MEMORY_MB.authorizer), revoked, endUserJwt];
  });
  const head = [...FLOW_HEAD, PRICE_HEAD, 'a token that was revoked', 'signed for the backend'];
  return { table: tableOf(['authorizer, new JWT by RS256, DynamoDB 3 ms away', ...head], lines), token: tokens.get('check')?.[0] ?? '' };
}

function endpointTable(figures: readonly FlowFigures[]): string {
  const lines = figures.map((flow) => [...flowCells(flow), price(flow, MEMORY_MB.token)]);
  return tableOf(['token endpoint, DynamoDB 3 ms away', ...FLOW_HEAD, PRICE_HEAD], lines);
}

const raceTable = (races: readonly Race[]): string =>
  tableOf(
    [`one refresh token, sent ${AT_ONCE} times at once`, 'answered with tokens', 'different refresh tokens among them'],
    races.map(({ name, answered, successors }) => [name, String(answered), String(successors)]),
  );
