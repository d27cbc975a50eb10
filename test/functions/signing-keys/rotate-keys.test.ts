// The flow of a rotation on a secret that behaves as Secrets Manager does: first keys, races, hands in between.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { calculateJwkThumbprint } from 'jose';
import { parseSigningKeys, type SigningKey } from '../../../functions/own-tokens/signing-keys.ts';
import { makeKey } from '../../../functions/signing-keys/make-key.ts';
import { KEY_KINDS, ROTATION } from '../../../functions/signing-keys/plan-rotation.ts';
import { rotateKeys } from '../../../functions/signing-keys/rotate-keys.ts';
import { openMemorySecret } from './versioned-secret.ts';

const NOW = 1_800_000_000;
const DAY = 86_400;

let serial = 0;
/** Keys of which only the id matters: RSA keys take time. */
const quickKey = async (kind: (typeof KEY_KINDS)[number] & { readonly signFromSeconds: number }): Promise<SigningKey> => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    ...kind,
    kid: `k${serial++}`,
    privateKeyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    publicJwk: publicKey.export({ format: 'jwk' }),
  };
};

test('the first keys can be read by the functions, sign for every kind, and are named by their thumbprint (RFC 7638)', async () => {
  const secret = openMemorySecret();
  const { keys, created } = await rotateKeys({ secret, makeKey, now: () => NOW });
  assert.equal(created.length, KEY_KINDS.length);
  const value = (await secret.readCurrent())?.value ?? '';
  const parsed = parseSigningKeys(value);
  for (const { purpose, alg } of KEY_KINDS) assert.equal(parsed.signer(purpose, alg, NOW)?.alg, alg);
  for (const key of keys) assert.equal(key.kid, await calculateJwkThumbprint(key.publicJwk as { kty: string }, 'sha256'));
  assert.ok(Buffer.byteLength(value) * 3 < 65_536, 'three generations fit into one secret');
});

test('a second deployment keeps the keys', async () => {
  const secret = openMemorySecret();
  const first = await rotateKeys({ secret, makeKey: quickKey, now: () => NOW });
  const second = await rotateKeys({ secret, makeKey: quickKey, now: () => NOW + 60 });
  assert.deepEqual(second, { keys: first.keys, created: [], removed: [] });
  assert.equal(secret.versions.size, 1);
});

test('twenty at once on an empty secret agree on one set of keys', async () => {
  const secret = openMemorySecret();
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => rotateKeys({ secret, makeKey: quickKey, now: () => NOW })));
  const kids = outcomes.map((outcome) => outcome.keys.map((key) => key.kid).sort());
  for (const set of kids) assert.deepEqual(set, kids[0]);
  assert.equal(secret.versions.size, 1);
  assert.equal(outcomes.filter((outcome) => outcome.created.length > 0).length, 1);
});

test('two at once that announce the next keys lose none: one set is announced', async () => {
  const secret = openMemorySecret();
  await rotateKeys({ secret, makeKey: quickKey, now: () => NOW });
  const later = NOW + ROTATION.signSeconds;
  const outcomes = await Promise.all([1, 2, 3].map(() => rotateKeys({ secret, makeKey: quickKey, now: () => later })));
  for (const outcome of outcomes) assert.equal(outcome.keys.length, 2 * KEY_KINDS.length);
  assert.equal(secret.versions.size, 2);
});

test('keys are retired a day and an hour after their successors began to sign', async () => {
  const secret = openMemorySecret();
  const first = await rotateKeys({ secret, makeKey: quickKey, now: () => NOW });
  await rotateKeys({ secret, makeKey: quickKey, now: () => NOW + 89 * DAY });
  const signs = NOW + 90 * DAY;
  const before = await rotateKeys({ secret, makeKey: quickKey, now: () => signs + DAY + 3599 });
  assert.deepEqual(before.removed, []);
  const after = await rotateKeys({ secret, makeKey: quickKey, now: () => signs + DAY + 3600 });
  assert.deepEqual([...after.removed].sort(), first.keys.map((key) => key.kid).sort());
});

test('an operator who went back to an older version is obeyed, and the next rotation grows from there', async () => {
  const secret = openMemorySecret();
  await rotateKeys({ secret, makeKey: quickKey, now: () => NOW });
  const firstId = secret.currentId() ?? '';
  await rotateKeys({ secret, makeKey: quickKey, now: () => NOW + 89 * DAY });
  secret.moveCurrentTo(firstId);
  const again = await rotateKeys({ secret, makeKey: quickKey, now: () => NOW + 90 * DAY });
  assert.equal(again.created.length, KEY_KINDS.length);
  assert.equal(secret.versions.size, 3);
  assert.notEqual(secret.currentId(), firstId);
});

test('a secret that does not hold keys is an error, and is not overwritten', async () => {
  for (const value of ['', 'null', '{}', '{"keys":[]}', '{"keys":[{"kid":"x"}]}', 'not json']) {
    const secret = openMemorySecret(value);
    await assert.rejects(rotateKeys({ secret, makeKey: quickKey, now: () => NOW }), /does not hold signing keys/);
    assert.equal(secret.versions.size, 1);
  }
});
