// What a reading of a tenant's entries costs the request that meets it, and what the same request costs without one.

import { basic, tokenEvent } from '../../support/token-events.ts';
import { authorizerEvent } from '../end-to-end/authorizer-event.ts';
import { askForTokens, loginForm, tokenCall } from '../end-to-end/flow.ts';
import type { FunctionProcess, Invoked } from '../end-to-end/function-process.ts';
import { type Answer, isSuccess } from '../end-to-end/measure-flows.ts';
import { SECRET } from '../end-to-end/secret.ts';
import { apiIdOf, clientOf, type Revocation } from '../end-to-end/world.ts';
import { median } from '../measure.ts';
import type { FunctionName, ReloadWorld } from './reload-world.ts';

/** One kind of request, of a tenant whose entries are read by it or behind it. */
export interface ReloadCase {
  readonly what: string;
  readonly function: FunctionName;
  readonly revocation: Revocation;
  /** What goes on behind the answer is waited for. */
  readonly settleMs: number;
}

export const RELOAD_CASES: readonly ReloadCase[] = [
  { what: 'authorizer', function: 'authorizer', revocation: 'offline', settleMs: 0 },
  { what: 'authorizer, feed', function: 'authorizer', revocation: 'feed', settleMs: 25 },
  { what: 'token function', function: 'token', revocation: 'offline', settleMs: 0 },
];

type Kind = 'first' | 'warm' | 'reload';

/** Medians. Milliseconds are those of the request. */
export interface ReloadFigures {
  readonly ms: number;
  readonly cpuMs: number;
  readonly blockedMs: number;
  readonly calls: number;
  readonly readUnits: number;
  readonly bytes: number;
}

/** Beyond the time that entries are kept, and not beyond that for which they serve while they are read again. */
const OLD_MS = 6000;

/** A deployment that is measured beside others, and what was seen of it. */
export interface MeasuredWorld {
  readonly world: ReloadWorld;
  readonly events: ReadonlyMap<ReloadCase, object>;
  readonly samples: Map<string, ReloadFigures[]>;
}

export async function prepare(world: ReloadWorld): Promise<MeasuredWorld> {
  const events = new Map<ReloadCase, object>();
  for (const each of RELOAD_CASES) events.set(each, each.function === 'token' ? ownToken(each) : await guardedCall(world, each));
  return { world, events, samples: new Map() };
}

function ownToken({ revocation }: ReloadCase): object {
  const headers = basic(clientOf(revocation, 'opaque'), SECRET);
  return tokenEvent({ path: '/oauth2/token', form: { grant_type: 'client_credentials' }, headers });
}

async function guardedCall(world: ReloadWorld, { revocation }: ReloadCase): Promise<object> {
  const { access_token } = await askForTokens(world, tokenCall(loginForm(revocation), 'jwt', revocation));
  return authorizerEvent({ apiId: apiIdOf(revocation), method: 'POST', path: '/order', authorization: `Bearer ${access_token}` });
}

/** Medians of this many are taken: of starts, which are slow, and of readings. */
export interface SampleCounts {
  readonly starts: number;
  readonly reloads: number;
}

/** All worlds in turn, each with a request that reads entries for the first time, one that reads none, and one that reads them again. */
export async function sampleAll(worlds: readonly MeasuredWorld[], { starts, reloads }: SampleCounts): Promise<void> {
  for (let n = 0; n < reloads; n++)
    for (const measured of worlds)
      for (const each of RELOAD_CASES) {
        if (n < starts) {
          const started = await measured.world.start(each.function);
          await sample(measured, started, each, 'first');
          started.close();
        }
        const warm = measured.world[each.function];
        await warm.invoke(measured.events.get(each), each.settleMs);
        await sample(measured, warm, each, 'warm');
        await warm.passMs(OLD_MS);
        await sample(measured, warm, each, 'reload');
      }
}

async function sample({ world, events, samples }: MeasuredWorld, process: FunctionProcess, each: ReloadCase, kind: Kind): Promise<void> {
  world.dynamoDb.takeCalls();
  const invoked: Invoked<Answer> = await process.invoke<Answer>(events.get(each), each.settleMs);
  if (!isSuccess(invoked.answer)) throw new Error(`${each.what} is refused: ${JSON.stringify(invoked.answer)} ${process.lastLogged()}`);
  const calls = world.dynamoDb.takeCalls();
  const sum = (of: 'readUnits' | 'bytes') => calls.reduce((total, call) => total + call[of], 0);
  const { ms, cpuMs, blockedMs } = invoked;
  const key = `${kind}, ${each.what}`;
  const seen = samples.get(key) ?? [];
  seen.push({ ms, cpuMs, blockedMs, calls: calls.length, readUnits: sum('readUnits'), bytes: sum('bytes') });
  samples.set(key, seen);
}

export function figuresOf({ samples }: MeasuredWorld, kind: Kind, { what }: ReloadCase): ReloadFigures {
  const seen = samples.get(`${kind}, ${what}`) ?? [];
  const of = (name: keyof ReloadFigures) => median(seen.map((one) => one[name]));
  return {
    ms: of('ms'),
    cpuMs: of('cpuMs'),
    blockedMs: of('blockedMs'),
    calls: of('calls'),
    readUnits: of('readUnits'),
    bytes: of('bytes'),
  };
}
