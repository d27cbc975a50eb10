// What authorizers say of a token that they have let in and that was then revoked: asked, not believed.

import { setTimeout as delay } from 'node:timers/promises';
import { basic, tokenEvent } from '../../support/token-events.ts';
import { type Answer, isSuccess } from '../end-to-end/measure-flows.ts';
import { SECRET } from '../end-to-end/secret.ts';
import { clientOf } from '../end-to-end/world.ts';
import { type Authorizer, callWith, endUserAlgorithm } from './authorizer-candidates.ts';
import type { PeerWorld } from './peer-world.ts';

/** Longer than the feed takes to tell. */
const PATIENCE_MS = 12_000;
const PAUSE_MS = 250;

/** What an authorizer was seen to do. */
export interface Seen {
  /** `refused at once`, `refused after 3 s`, `let in`. */
  readonly revoked: string;
  /** Algorithm of the JWT that the backend gets; `none` where it gets none that is signed. */
  readonly endUserJwt: string;
}

/** @param tokens by kind of tenant; each authorizer is asked about the last one of its own */
export async function askAboutRevoked(
  world: PeerWorld,
  authorizers: readonly Authorizer[],
  tokens: ReadonlyMap<string, readonly string[]>,
): Promise<ReadonlyMap<string, Seen>> {
  const ask = async ({ kind, process }: Authorizer): Promise<Answer> =>
    (await process.invoke<Answer>(callWith(kind, tokens.get(kind)?.at(-1) ?? ''))).answer;
  const algorithms = new Map<string, string>();
  for (const authorizer of authorizers) algorithms.set(authorizer.name, endUserAlgorithm(await ask(authorizer)));
  for (const [kind, issued] of tokens) await revoke(world, kind, issued.at(-1) ?? '');
  const startedMs = performance.now();
  const refused = new Map<string, string>();
  for (let isFirst = true; performance.now() - startedMs < PATIENCE_MS; isFirst = false) {
    for (const authorizer of authorizers.filter(({ name }) => !refused.has(name))) {
      const seconds = Math.ceil((performance.now() - startedMs) / 1000);
      if (!isSuccess(await ask(authorizer))) refused.set(authorizer.name, isFirst ? 'refused at once' : `refused after ${seconds} s`);
    }
    await delay(PAUSE_MS);
  }
  return new Map(
    authorizers.map(({ name }) => [name, { revoked: refused.get(name) ?? 'let in', endUserJwt: algorithms.get(name) ?? 'none' }]),
  );
}

async function revoke({ token }: PeerWorld, kind: string, accessToken: string): Promise<void> {
  const headers = basic(clientOf(kind, 'jwt'), SECRET);
  const { answer } = await token.invoke<Answer>(tokenEvent({ path: '/oauth2/revoke', form: { token: accessToken }, headers }));
  if (answer.statusCode !== 200) throw new Error(`The token was not revoked: ${token.lastLogged()}`);
}
