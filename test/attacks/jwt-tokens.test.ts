// A23 to A29, A42 and A43: signatures and serialisations of others that must not be believed, whatever a library makes
// of them. What the claims say is in jwt-claims.test.ts.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { compactVerify } from 'jose';
import { newForeignSigner, rawJwt, segment } from '../support/external-issuer-tokens.ts';
import { CLAIMS, inlineKeys, keysByUri, openForeignJwtWorld, signed } from '../support/external-issuer-world.ts';

const rsa = newForeignSigner('RS256', 'rsa-1');
const ec = newForeignSigner('ES256', 'ec-1');
const ed = newForeignSigner('EdDSA', 'ed-1');
const keys = inlineKeys(rsa.jwk, ec.jwk, ed.jwk);
const world = openForeignJwtWorld();

test('an honest token of each algorithm verifies', async () => {
  for (const signer of [rsa, ec, ed]) assert.equal(await world.outcome(await signed(signer), keys), 'verified');
  assert.equal(await world.outcome(await signed(rsa, {}, { alg: 'PS256' }), inlineKeys({ ...rsa.jwk, alg: undefined })), 'verified');
});

test('A23 alg none, in any case, with and without a signature', async () => {
  for (const alg of ['none', 'None', 'NONE', 'nOnE', '', undefined, null, 0, ['RS256']]) {
    const token = rawJwt({ typ: 'JWT', alg, kid: 'rsa-1' }, CLAIMS, 'x');
    assert.equal(await world.outcome(token, keys), 'algorithm');
  }
  assert.equal(await world.outcome(rawJwt({ typ: 'JWT', alg: 'none' }, CLAIMS), keys), 'not-compact');
});

test('A23 an HMAC with the public key as its secret', async () => {
  const pem = rsa.publicKey.export({ format: 'pem', type: 'spki' });
  for (const alg of ['HS256', 'HS384', 'HS512']) {
    const input = `${segment({ typ: 'JWT', alg, kid: 'rsa-1' })}.${segment(CLAIMS)}`;
    const mac = createHmac(alg.replace('HS', 'sha'), pem).update(input).digest('base64url');
    assert.equal(await world.outcome(`${input}.${mac}`, keys), 'algorithm');
  }
});

test('A23 the algorithm is one that the configuration allows, and one of the key', async () => {
  assert.equal(await world.outcome(await signed(rsa), keys, { algorithms: ['ES256'] }), 'algorithm');
  // The key says RS256; PS256 by the same key is another algorithm.
  assert.equal(await world.outcome(await signed(rsa, {}, { alg: 'PS256' }), keys), 'algorithm');
  assert.equal(await world.outcome(await signed(rsa, {}, { kid: 'ec-1' }), keys), 'algorithm');
  assert.equal(await world.outcome(rawJwt({ alg: 'ES256', kid: 'rsa-1' }, CLAIMS, Buffer.alloc(64, 1)), keys), 'algorithm');
});

test('A24 a key that the token brings, or points at, is not used, and nothing is fetched', async () => {
  const attacker = newForeignSigner('RS256', 'rsa-1');
  const there = openForeignJwtWorld();
  there.server.answer = () => ({ status: 200, headers: {}, body: JSON.stringify({ keys: [rsa.jwk] }) });
  for (const header of [
    { jwk: attacker.jwk },
    { jku: 'https://evil.example/keys' },
    { x5u: 'https://evil.example/cert' },
    { x5c: ['MIIB'] },
  ]) {
    assert.equal(await there.outcome(await signed(attacker, {}, header), keysByUri()), 'signature');
    assert.equal(await there.outcome(await signed(rsa, {}, header), keysByUri()), 'verified');
  }
  assert.deepEqual([...new Set(there.server.requests.map(({ url }) => url))], ['https://idp.example/keys']);
});

test('A25 kid is compared whole, and bounded', async () => {
  for (const kid of ['rsa', 'rsa-1 ', 'RSA-1', 'rsa-1\u0000', '../../rsa-1', "' OR 1=1 --", '__proto__', 'constructor', '0']) {
    assert.equal(await world.outcome(await signed(rsa, {}, { kid }), keys), 'unknown-kid', kid);
  }
  for (const kid of ['', 'x'.repeat(257), 1, null, ['rsa-1'], {}]) {
    assert.equal(await world.outcome(rawJwt({ alg: 'RS256', kid }, CLAIMS, 'x'), keys), 'kid-malformed');
  }
  assert.equal(await world.outcome(await signed(rsa, {}, { kid: undefined }), keys), 'unknown-kid');
  assert.equal(await world.outcome(await signed(rsa, {}, { kid: undefined }), inlineKeys(rsa.jwk)), 'verified');
});

test('A27 blanks, padding, other alphabets, stray bits, other serialisations', async () => {
  const token = await signed(ec);
  const [header = '', payload = '', signature = ''] = token.split('.');
  const spellings = [
    ` ${token}`,
    `${token}\n`,
    `${header}. ${payload}.${signature}`,
    `${header}.${payload}.${signature}==`,
    `${header}.${payload}.${signature.replaceAll('-', '+').replaceAll('_', '/')}+`,
    `${header}.${payload}`,
    `${token}.`,
    `${header}..${signature}`,
    JSON.stringify({ payload, signatures: [{ protected: header, signature }] }),
    '',
    '..',
  ];
  for (const spelling of spellings) assert.equal(await world.outcome(spelling, keys), 'not-compact', spelling);
  // 64 bytes leave four bits of the last character unused.
  const last = signature.slice(-1);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const sibling = alphabet[alphabet.indexOf(last) + 1] ?? 'B';
  const secondSpelling = `${header}.${payload}.${signature.slice(0, -1)}${sibling}`;
  await compactVerify(secondSpelling, ec.publicKey);
  assert.equal(await world.outcome(secondSpelling, keys), 'not-canonical');
});

test('A29 extensions that must be understood, detached payloads, compression, encryption', async () => {
  assert.equal(await world.outcome(await signed(rsa, {}, { crit: ['urn:example:ext'], 'urn:example:ext': true }), keys), 'extension');
  for (const extension of [{ crit: [] }, { crit: ['exp'], exp: 1 }, { b64: false, crit: ['b64'] }, { b64: true }, { zip: 'DEF' }]) {
    assert.equal(await world.outcome(rawJwt({ alg: 'RS256', kid: 'rsa-1', ...extension }, CLAIMS, 'x'), keys), 'extension');
  }
  assert.equal(await world.outcome('a.b.c.d.e', keys), 'encrypted');
  assert.equal(await world.outcome(rawJwt({ alg: 'RSA-OAEP', enc: 'A128GCM' }, CLAIMS, 'x'), keys), 'encrypted');
});

test('A42 a token of any size is refused before it is decoded', async () => {
  assert.equal(await world.outcome(`${'a'.repeat(20_000)}.b.c`, keys), 'too-long');
  assert.equal(await world.outcome('.'.repeat(1_000_000), keys), 'too-long');
});

test('A43 ECDSA with r = s = 0, and other signatures that are none', async () => {
  for (const signature of [Buffer.alloc(64), Buffer.alloc(1), Buffer.alloc(63, 1), Buffer.alloc(65, 1), Buffer.alloc(72, 0x30)]) {
    assert.equal(await world.outcome(rawJwt({ typ: 'JWT', alg: 'ES256', kid: 'ec-1' }, CLAIMS, signature), keys), 'signature');
  }
  for (const [alg, kid] of [
    ['RS256', 'rsa-1'],
    ['EdDSA', 'ed-1'],
  ]) {
    assert.equal(await world.outcome(rawJwt({ typ: 'JWT', alg, kid }, CLAIMS, Buffer.alloc(256)), keys), 'signature');
  }
});

test('a change of any byte of a signed token is noticed', async () => {
  const token = await signed(ed);
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: token.length - 1 }), fc.constantFrom(...'ABab01-_.'), async (at, character) => {
      fc.pre(token[at] !== character);
      assert.notEqual(await world.outcome(token.slice(0, at) + character + token.slice(at + 1), keys), 'verified');
    }),
    { numRuns: 300, seed: 27 },
  );
});

test('A23 a token signed by another key of the same type is refused', async () => {
  for (const alg of ['RS256', 'ES256', 'EdDSA'] as const) {
    const other = newForeignSigner(alg, { RS256: 'rsa-1', ES256: 'ec-1', EdDSA: 'ed-1' }[alg]);
    assert.equal(await world.outcome(await signed(other), keys), 'signature');
  }
});
