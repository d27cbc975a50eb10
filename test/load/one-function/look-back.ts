// When the load is over: what was acknowledged as good is good, and what was ended is dead.

import type { Answer } from '../../bench/end-to-end/measure-flows.ts';
import { SECRET } from '../../bench/end-to-end/secret.ts';
import { clientOf, type World } from '../../bench/end-to-end/world.ts';
import { basic, tokenEvent } from '../../support/token-events.ts';
import { callWith } from './authorizer-kinds.ts';
import type { HeldToken } from './dead-tokens.ts';
import { active, allowed, unauthorized } from './documented-answers.ts';
import type { HeldTokens } from './held-tokens.ts';

/** @returns what is lost, and what has come back */
export async function lookBackAtTokens(
  world: Pick<World, 'token' | 'authorizer'>,
  name: 'token' | 'authorizer',
  held: HeldTokens,
): Promise<readonly string[]> {
  const ask = async (token: HeldToken) =>
    (await world[name].invoke<Answer>(name === 'token' ? introspectionOf(token) : callWith(token))).answer;
  const [isGood, isDead] = name === 'token' ? [active(true), active(false)] : [allowed, unauthorized];
  const mustBeDead = held.dead();
  let [lost, risen] = [0, 0];
  for (const token of held.live) if (!isGood(await ask(token))) lost += 1;
  for (const token of mustBeDead) if (!isDead(await ask(token))) risen += 1;
  process.stdout.write(`looked back at ${held.live.length} tokens that must be good and ${mustBeDead.length} that must be dead\n`);
  return [
    ...(lost > 0 ? [`${lost} tokens that were acknowledged are lost`] : []),
    ...(risen > 0 ? [`${risen} tokens that were ended are good again`] : []),
  ];
}

function introspectionOf({ format, revocation, accessToken }: HeldToken): unknown {
  return tokenEvent({
    path: '/oauth2/introspect',
    form: { token: accessToken },
    headers: basic(clientOf(revocation, format), SECRET),
  });
}
