// An operator takes a key out before its time: what the secret has afterwards, and what the functions then believe.

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { headerSegment, signJwt, verifyOwnJwt } from '../../../functions/keys/jwt.ts';
import { parseSigningKeys } from '../../../functions/own-tokens/signing-keys.ts';
import { createSigningKeysHandler } from '../../../functions/signing-keys/handle-event.ts';
import { makeKey } from '../../../functions/signing-keys/make-key.ts';
import { openMemorySecret } from './versioned-secret.ts';

const NOW = 1_800_000_000;
const DAY = 86_400;

async function openKeys() {
  let now = NOW;
  const lines: Record<string, unknown>[] = [];
  const secret = openMemorySecret();
  const ask = createSigningKeysHandler({
    ...{ secret, makeKey, fetch, limitMs: 60_000, now: () => now },
    log: (_level, _message, fields) => void lines.push(fields),
  });
  await ask({});
  const present = async () => parseSigningKeys((await secret.readCurrent())?.value ?? '');
  const stateOf = async (kid: string) => (await ask({ list: true })).keys.find((key) => key.kid === kid)?.state;
  const signerOf = async () => (await present()).signer('access-token', 'ES256', now);
  const advance = (seconds: number) => {
    now += seconds;
  };
  return { ask, lines, secret, present, stateOf, signerOf, advance, now: () => now };
}

/** A token of the key that signs now, and whether the keys of the secret still prove it. */
async function openToken({ signerOf, present }: Awaited<ReturnType<typeof openKeys>>) {
  const signer = await signerOf();
  assert.ok(signer !== undefined);
  const token = signJwt(signer, headerSegment('at+jwt', signer.alg, signer.kid), Buffer.from('{"sub":"x"}').toString('base64url'));
  const isProven = async () => verifyOwnJwt(token, (await present()).verifiers('access-token', 'at+jwt')) !== undefined;
  assert.equal(await isProven(), true);
  return { kid: signer.kid, isProven };
}

suite('a list', () => {
  test('says of each key what it is doing, changes nothing, and shows no private key', async () => {
    const keys = await openKeys();
    const { ask, secret, lines, stateOf, advance } = keys;
    const before = secret.currentId();
    const told = lines.length;
    const { keys: listed } = await ask({ list: true });
    assert.deepEqual([...new Set(listed.map(({ state }) => state))], ['signing']);
    assert.ok(!JSON.stringify(listed).includes('PRIVATE') && !JSON.stringify(listed).includes('"d"'));
    assert.deepEqual([secret.currentId(), lines.length], [before, told]);
    const { kid } = await openToken(keys);
    const { created } = await ask({ rotate: 'now' });
    assert.deepEqual(
      await Promise.all(created.map(stateOf)),
      created.map(() => 'announced'),
    );
    assert.equal(lines.at(-1)?.audit, 'keys-rotated');
    advance(DAY);
    assert.equal(await stateOf(kid), 'verifying');
    const retired = (await ask({ list: true })).keys.find((key) => key.kid === kid);
    assert.equal(retired?.retiresAtSeconds, NOW + DAY + DAY + 3600);
  });
});

suite('a retirement', () => {
  test('of a key that signs is refused, unless it is an emergency: then a new one signs at once', async () => {
    const keys = await openKeys();
    const { ask, lines, signerOf, now } = keys;
    const { kid, isProven } = await openToken(keys);
    const refused = await ask({ retire: kid });
    assert.equal(refused.refused, 'signing-key');
    assert.equal(await isProven(), true);
    const done = await ask({ retire: kid, emergency: true });
    assert.deepEqual([done.refused, done.removed, done.created.length], [undefined, [kid], 1]);
    assert.equal(await isProven(), false);
    assert.equal((await signerOf())?.kid, done.created[0]);
    assert.deepEqual([lines.at(-1)?.audit, lines.at(-1)?.removed], ['key-retired', [kid]]);
    assert.deepEqual((await ask({})).created, [], `nothing else is due at ${now()}`);
    assert.equal((await openToken(keys)).kid, done.created[0]);
  });

  test('of the signer does not let the one before it sign again, nor the announced one before its time', async () => {
    const keys = await openKeys();
    const { ask, advance, signerOf, stateOf } = keys;
    const first = await openToken(keys);
    await ask({ rotate: 'now' });
    advance(DAY);
    const second = await openToken(keys);
    assert.notEqual(second.kid, first.kid);
    const { created } = await ask({ retire: second.kid, emergency: true });
    assert.equal((await signerOf())?.kid, created[0]);
    assert.deepEqual([await stateOf(first.kid), await first.isProven(), await second.isProven()], ['verifying', true, false]);
  });

  test('of a key that signs no more, or not yet, needs no emergency and makes no key', async () => {
    const keys = await openKeys();
    const { ask, advance, signerOf } = keys;
    const { kid, isProven } = await openToken(keys);
    const announced = (await ask({ rotate: 'now' })).created;
    const signer = (await signerOf())?.kid;
    for (const gone of announced.slice(0, 1)) assert.deepEqual((await ask({ retire: gone })).removed, [gone]);
    assert.equal((await signerOf())?.kid, signer);
    await ask({ rotate: 'now' });
    advance(DAY);
    assert.deepEqual((await ask({ retire: kid })).created, []);
    assert.equal(await isProven(), false);
    assert.equal((await ask({ retire: kid })).refused, 'unknown-key');
  });

  test('and a rotation at once lose nobody’s key', async () => {
    const { ask, stateOf, signerOf } = await openKeys();
    const kid = (await signerOf())?.kid ?? '';
    const [retired, rotated] = await Promise.all([ask({ retire: kid, emergency: true }), ask({ rotate: 'now' })]);
    assert.equal(await stateOf(kid), undefined);
    for (const created of [...retired.created, ...rotated.created]) assert.ok((await stateOf(created)) !== undefined, created);
  });

  for (const order of [{ retire: 7 }, { retire: '' }, { list: 'yes' }, { rotate: true }, null, 'list', []])
    test(`is nothing that ${JSON.stringify(order)} asks for`, async () => {
      const { ask, signerOf } = await openKeys();
      const before = (await signerOf())?.kid;
      const answer = await ask(order);
      assert.deepEqual([answer.created, answer.removed, (await signerOf())?.kid], [[], [], before]);
    });
});
