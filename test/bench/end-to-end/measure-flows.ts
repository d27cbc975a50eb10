// Runs every flow: how long the function takes, how often it calls DynamoDB, what that consumes, and what it logs.

import { median } from '../measure.ts';
import { authorizerFlows } from './authorizer-flows.ts';
import { askForTokens, type Flow, loginForm, newPool, type TokenPool, tokenCall } from './flow.ts';
import type { FunctionProcess } from './function-process.ts';
import { grantFlows, loginFlows, tokenStateFlows } from './token-flows.ts';
import { clientOf, REVOCATIONS, type Revocation, type World } from './world.ts';

/** What one kind of request takes. */
export interface FlowFigures {
  readonly what: string;
  readonly medianMs: number;
  /** 99th percentile; of few samples, the slowest. */
  readonly p99Ms: number;
  /** What Lambda bills in the mean: whole milliseconds, rounded up. */
  readonly billedMs: number;
  /** Calls to DynamoDB, as the median: once a minute a cached entry is read again. */
  readonly calls: number;
  /** In the mean, as all that follows. */
  readonly readUnits: number;
  readonly writeUnits: number;
  /** Bytes that the function writes to its log. */
  readonly loggedBytes: number;
}

const WARM_UP = 10;
const SAMPLES = 250;

/** All of them, in an order in which the tokens of one are of use to the next. The first is the limit of what reads once. */
export async function measureFlows(world: World): Promise<readonly FlowFigures[]> {
  const pool = newPool();
  for (const revocation of REVOCATIONS.filter((name) => name !== 'check')) await fillPool(world, pool, revocation);
  const flows = [...loginFlows(pool), ...authorizerFlows(pool), ...tokenStateFlows(world, pool), ...grantFlows(world, pool)];
  const figures = [await measureFlow(world, world.oneRead, { what: 'one consistent read', next: async () => ({}) })];
  for (const flow of flows) figures.push(await measureFlow(world, world[flow.function], flow));
  return figures;
}

/** Logs in as often as a flow needs new tokens. */
async function fillPool(world: World, pool: TokenPool, revocation: Revocation): Promise<void> {
  const call = tokenCall(loginForm(revocation), 'jwt', revocation);
  for (let n = 0; n < WARM_UP + SAMPLES; n++) pool.add(clientOf(revocation, 'jwt'), await askForTokens(world, call));
}

/** @throws Error where a request is refused: a figure of those would be none */
export async function measureFlow(world: World, process: FunctionProcess, flow: Omit<Flow, 'function'>): Promise<FlowFigures> {
  const meter = openMeter(world, process, flow);
  for (let n = 0; n < WARM_UP; n++) await meter.ask({ isCounted: false });
  for (let n = 0; n < (flow.samples ?? SAMPLES); n++) await meter.ask({ isCounted: true });
  return meter.figures();
}

/** Asks for one thing, again and again, and keeps what it took. */
export interface Meter {
  /** @throws Error where the request is refused */
  ask(how: { readonly isCounted: boolean }): Promise<void>;
  figures(): FlowFigures;
}

export function openMeter({ dynamoDb }: World, process: FunctionProcess, { what, next, keep }: Omit<Flow, 'function'>): Meter {
  const times: number[] = [];
  const calls: number[] = [];
  const sum = { readUnits: 0, writeUnits: 0, loggedBytes: 0 };
  return {
    async ask({ isCounted }) {
      const event = await next();
      dynamoDb.takeCalls();
      process.takeLoggedBytes();
      const { answer, ms } = await process.invoke<Answer>(event);
      if (!isSuccess(answer)) throw new Error(`${what} is refused: ${JSON.stringify(answer)} ${process.lastLogged()}`);
      keep?.(answer);
      if (!isCounted) return;
      times.push(ms);
      const taken = dynamoDb.takeCalls();
      calls.push(taken.length);
      for (const { readUnits, writeUnits } of taken) {
        sum.readUnits += readUnits;
        sum.writeUnits += writeUnits;
      }
      sum.loggedBytes += process.takeLoggedBytes();
    },
    figures: () => figuresOf(what, times, calls, sum),
  };
}

function figuresOf(
  what: string,
  times: readonly number[],
  calls: readonly number[],
  sum: Pick<FlowFigures, 'readUnits' | 'writeUnits' | 'loggedBytes'>,
): FlowFigures {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  const mean = (total: number) => total / times.length;
  return {
    what,
    medianMs: at(0.5),
    p99Ms: at(0.99),
    billedMs: mean(times.reduce((total, ms) => total + Math.ceil(ms), 0)),
    calls: median(calls),
    readUnits: mean(sum.readUnits),
    writeUnits: mean(sum.writeUnits),
    loggedBytes: mean(sum.loggedBytes),
  };
}

export interface Answer {
  /** Of a function that threw. */
  readonly errorMessage?: string;
  readonly body: string;
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly context?: Readonly<Record<string, unknown>>;
  readonly policyDocument?: { readonly Statement: readonly { readonly Effect: string }[] };
}

export const isSuccess = ({ statusCode = 200, policyDocument, errorMessage }: Answer): boolean =>
  errorMessage === undefined && statusCode === 200 && (policyDocument?.Statement.every(({ Effect }) => Effect === 'Allow') ?? true);
