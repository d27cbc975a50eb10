// `keys list|rotate|retire`: the signing keys, by their ids alone.

import type { KeyState } from '../incidents/signing-keys-answer.ts';
import { type Command, CommandFailed, requireConfirmed } from './command.ts';

export const listKeys: Command = {
  words: 'keys list',
  takes: [],
  does: 'lists the signing keys: id, algorithm, purpose, what it is doing, and since when',
  effect: 'reads',
  async run({ askSigningKeys, print }) {
    const { keys } = await askSigningKeys({ list: true });
    for (const key of keys) print(lineOf(key));
    return 0;
  },
};

export const rotateKeys: Command = {
  words: 'keys rotate',
  takes: [],
  does: 'announces a successor for every signing key; it signs after a day, and nothing dies',
  effect: 'writes',
  async run({ askSigningKeys, print }) {
    const { keys, created } = await askSigningKeys({ rotate: 'now' });
    for (const key of keys.filter(({ kid }) => created.includes(kid))) print(lineOf(key));
    print(
      created.length === 0
        ? 'every key has a successor already: keys list shows them'
        : `${created.length} keys are announced; no token dies, and those before them verify until none of theirs can live`,
    );
    return 0;
  },
};

export const retireKey: Command = {
  words: 'keys retire',
  takes: ['KID'],
  does: 'takes a key out of use within five minutes; a key that signs only with --emergency, and then a new one signs at once',
  options: { emergency: { type: 'boolean', explains: 'also a key that signs: it may have got out, and another one signs at once' } },
  effect: 'ends',
  async run({ askSigningKeys, print, confirm }, [kid = ''], { emergency }) {
    const known = (await askSigningKeys({ list: true })).keys.find((key) => key.kid === kid);
    if (known === undefined) throw new CommandFailed(`${kid}: there is no such key. keys list shows them.`);
    if (known.state === 'signing' && emergency !== true)
      throw new CommandFailed(
        `${kid}: this key signs. keys rotate announces its successor, and it can be retired when that one signs. Where it may have got out: --emergency. ${whatDies(known)}`,
      );
    await requireConfirmed({ confirm }, `Retire ${kid}? ${whatDies(known)}`.replace(/^(Retire \S+)\? (.*)\.$/, '$1: $2. Go on?'));
    const { refused, created } = await askSigningKeys({ retire: kid, emergency: emergency === true });
    if (refused !== undefined) throw new CommandFailed(`${kid}: is no more what it was a moment ago (${refused}). Look again: keys list`);
    print(`retired: ${kid}. ${whatDies(known)}`);
    for (const successor of created) print(`signs from now on: ${successor}`);
    return 0;
  },
};

/** What is believed no more when a key is gone. */
function whatDies({ state, purpose }: KeyState): string {
  if (state === 'announced') return 'It has signed nothing: no token dies.';
  if (purpose === 'end-user-jwt')
    return 'Backends that read the keys anew refuse the end-user JWTs that it signed; the authorizer mints new ones at the next call, at the latest when its cache of a minute ends.';
  return 'Within five minutes no function believes a JWT by its signature: access tokens of tenants with jwtRevocation "offline" or "feed", ID tokens as hints, and sign-in pages that are open end. Opaque and refresh tokens live on, and so do JWTs that their grant proves: revoke tenant ends those.';
}

function lineOf({ kid, alg, purpose, state, signFromSeconds, retiresAtSeconds }: KeyState): string {
  const moment = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
  const since = state === 'announced' ? `signs from ${moment(signFromSeconds)}` : `since ${moment(signFromSeconds)}`;
  return `${kid}  ${alg}  ${purpose}  ${state}  ${since}${retiresAtSeconds === undefined ? '' : `, until ${moment(retiresAtSeconds)}`}`;
}
