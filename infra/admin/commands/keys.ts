// `keys list|rotate|retire`: the signing keys, by their ids alone.

import type { KeyState } from '../incidents/signing-keys-answer.ts';
import { layOutTable } from '../lay-out-table.ts';
import { type Command, CommandFailed, requireConfirmed } from './command.ts';
import { counted } from './counted.ts';
import { outcomeOf } from './outcome.ts';

export const listKeys: Command = {
  words: 'keys list',
  takes: [],
  does: 'lists the signing keys: id, algorithm, purpose, what it is doing, and since when',
  effect: 'reads',
  async run({ askSigningKeys }) {
    const { keys } = await askSigningKeys({ list: true });
    return outcomeOf(keys, tableOf, { summary: counted(keys.length, 'key') });
  },
};

export const rotateKeys: Command = {
  words: 'keys rotate',
  takes: [],
  does: 'announces a successor for every signing key; it signs after a day, and nothing dies',
  effect: 'writes',
  async run({ askSigningKeys }) {
    const { keys, created } = await askSigningKeys({ rotate: 'now' });
    const announced = keys.filter(({ kid }) => created.includes(kid));
    const summary =
      created.length === 0
        ? 'Every key has a successor already: keys list shows them.'
        : `${counted(created.length, 'key')} announced. No token dies, and those before them verify until none of theirs can live.`;
    return outcomeOf(announced, tableOf, { summary });
  },
};

export const retireKey: Command = {
  words: 'keys retire',
  takes: ['KID'],
  does: 'takes a key out of use within five minutes; a key that signs only with --emergency, and then a new one signs at once',
  options: { emergency: { type: 'boolean', explains: 'also a key that signs: it may have got out, and another one signs at once' } },
  effect: 'ends',
  async run({ askSigningKeys, confirm }, [kid = ''], { emergency }) {
    const known = (await askSigningKeys({ list: true })).keys.find((key) => key.kid === kid);
    if (known === undefined) throw new CommandFailed(`${kid}: there is no such key. keys list shows them.`);
    if (known.state === 'signing' && emergency !== true)
      throw new CommandFailed(
        `${kid}: this key signs. keys rotate announces its successor, and it can be retired when that one signs. Where it may have got out: --emergency. ${whatDies(known)}`,
      );
    await requireConfirmed({ confirm }, `Retire ${kid}? ${whatDies(known)}`.replace(/^(Retire \S+)\? (.*)\.$/, '$1: $2. Go on?'));
    const { refused, created } = await askSigningKeys({ retire: kid, emergency: emergency === true });
    if (refused !== undefined) throw new CommandFailed(`${kid}: is no more what it was a moment ago (${refused}). Look again: keys list`);
    return outcomeOf(
      { retired: kid, signsFromNowOn: created },
      (done) => [`retired: ${done.retired}`, ...done.signsFromNowOn.map((successor) => `signs from now on: ${successor}`)],
      { summary: whatDies(known) },
    );
  },
};

/** What is believed no more when a key is gone. */
function whatDies({ state, purpose }: KeyState): string {
  if (state === 'announced') return 'It has signed nothing: no token dies.';
  if (purpose === 'end-user-jwt')
    return 'Backends that read the keys anew refuse the end-user JWTs that it signed; the authorizer mints new ones at the next call, at the latest when its cache of a minute ends.';
  return 'Within five minutes no function believes a JWT that it signed, access token or ID token as a hint, and sign-in pages that are open end. Opaque and refresh tokens live on: revoke tenant ends those.';
}

function tableOf(keys: readonly KeyState[], columns: number): string[] {
  const moment = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
  return layOutTable(
    keys.map(({ kid, alg, purpose, state, signFromSeconds, retiresAtSeconds }) => ({
      KID: kid,
      ALG: alg,
      PURPOSE: purpose,
      STATE: state,
      'SIGNS FROM': moment(signFromSeconds),
      'GOES AT': retiresAtSeconds === undefined ? '' : moment(retiresAtSeconds),
    })),
    columns,
  );
}
