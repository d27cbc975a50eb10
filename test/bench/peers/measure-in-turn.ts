// Several functions side by side: each is asked some requests, then the next, round by round, so that a machine whose speed
// drifts slows all of them alike. Each meets the slow answer of DynamoDB at its own hundredth call.

import type { Flow } from '../end-to-end/flow.ts';
import type { FunctionProcess } from '../end-to-end/function-process.ts';
import { type FlowFigures, openMeter } from '../end-to-end/measure-flows.ts';
import type { World } from '../end-to-end/world.ts';

const ROUNDS = 10;
const WARM_UP_ROUNDS = 2;
const SAMPLES = 200;

/** How many requests are made of one in all, those to warm up included. */
export const REQUESTS = (SAMPLES / ROUNDS) * (ROUNDS + WARM_UP_ROUNDS);

export interface Candidate {
  readonly process: FunctionProcess;
  readonly flow: Omit<Flow, 'function'>;
}

export async function measureInTurn(world: World, candidates: readonly Candidate[]): Promise<readonly FlowFigures[]> {
  const meters = candidates.map(({ process, flow }) => ({ ...flow, ...openMeter(world, process, flow) }));
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    for (const { what, samples = SAMPLES, ask } of meters) {
      world.dynamoDb.countFor(what);
      for (let asked = 0; asked < samples / ROUNDS; asked++) await ask({ isCounted: round >= 0 });
    }
  }
  return meters.map(({ figures }) => figures());
}
