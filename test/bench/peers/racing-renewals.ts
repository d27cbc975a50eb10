// What token endpoints do where one refresh token is sent ten times at once, as a client with two windows or a lost answer
// does, and a thief: asked, not believed.

import { tokenEvent } from '../../support/token-events.ts';
import type { Answer } from '../end-to-end/measure-flows.ts';
import { type Endpoint, logIn } from './endpoint-candidates.ts';

export const AT_ONCE = 10;
const RACES = 5;

/** The most that was seen in a race. */
export interface Race {
  readonly name: string;
  /** Renewals that were answered with tokens. */
  readonly answered: number;
  /** Refresh tokens that the one has become. */
  readonly successors: number;
}

export async function raceRenewals(endpoints: readonly Endpoint[]): Promise<readonly Race[]> {
  const races: Race[] = [];
  for (const endpoint of endpoints) {
    const seen: Omit<Race, 'name'>[] = [];
    for (let n = 0; n < RACES; n++) seen.push(await race(endpoint));
    const most = (count: 'answered' | 'successors') => Math.max(...seen.map((one) => one[count]));
    races.push({ name: endpoint.name, answered: most('answered'), successors: most('successors') });
  }
  return races;
}

async function race(endpoint: Endpoint): Promise<Omit<Race, 'name'>> {
  const { refresh_token } = await logIn(endpoint, 'opaque');
  const event = tokenEvent(endpoint.call({ grant_type: 'refresh_token', refresh_token }, 'opaque'));
  const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => endpoint.process.invoke<Answer>(event)));
  const tokens = answers.filter(({ answer }) => answer.statusCode === 200).map(({ answer }) => JSON.parse(answer.body).refresh_token);
  return { answered: tokens.length, successors: new Set(tokens).size };
}
