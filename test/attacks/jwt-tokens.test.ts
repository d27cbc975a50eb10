// A23 to A34, A42 and A43: tokens of others that must not be believed, whatever a library makes of them.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { compactVerify } from 'jose';
import { readJwt } from '../../functions/shared/foreign-jwt/index.ts';
import { AUDIENCE, CLAIMS, FOREIGN_ISSUER, inlineKeys, keysByUri, NOW, openForeignJwtWorld, signed } from '../support/foreign-jwt-world.ts';
import { newForeignSigner, rawJwt, segment, signForeignJwt } from '../support/foreign-jwts.ts';

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

test('A41 a kid that was revoked is refused while the key is still in the set', async () => {
  assert.equal(await world.outcome(await signed(rsa), keys, { revokedKids: ['rsa-1'] }), 'kid-revoked');
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

test('A30 exp, iat, sub, aud and iss are needed; jti where the caller says so', async () => {
  for (const claim of ['exp', 'iat', 'sub', 'aud', 'iss']) {
    assert.equal(await world.outcome(await signed(rsa, { [claim]: undefined }), keys), 'claim-missing', claim);
  }
  assert.equal(await world.outcome(await signed(rsa, { jti: undefined }), keys), 'verified');
  assert.equal(await world.outcome(await signed(rsa, { jti: undefined }), keys, { requiredClaims: ['sub', 'jti'] }), 'claim-missing');
});

test('A30 times that are no numbers', async () => {
  for (const exp of [String(NOW + 300), true, null, [NOW + 300], {}, -1, 1e300]) {
    assert.equal(await world.outcome(await signed(rsa, { exp }), keys), 'claim-malformed', String(exp));
  }
  for (const claim of ['iat', 'nbf']) assert.equal(await world.outcome(await signed(rsa, { [claim]: 'now' }), keys), 'claim-malformed');
  for (const sub of ['', 1, null, ['alice'], 'x'.repeat(1025)])
    assert.equal(await world.outcome(await signed(rsa, { sub }), keys), 'claim-malformed');
});

test('times: expiry, nbf, iat and lifetime, to the second of the skew', async () => {
  const cases: readonly (readonly [claims: Record<string, unknown>, outcome: string])[] = [
    [{ exp: NOW - 29 }, 'verified'],
    [{ exp: NOW - 30 }, 'expired'],
    [{ exp: NOW + 0.5 }, 'verified'],
    [{ nbf: NOW + 30 }, 'verified'],
    [{ nbf: NOW + 31 }, 'not-yet-valid'],
    [{ iat: NOW + 30 }, 'verified'],
    [{ iat: NOW + 31 }, 'issued-in-the-future'],
    [{ exp: NOW + 3630 }, 'verified'],
    [{ exp: NOW + 3631 }, 'lifetime'],
    [{ exp: NOW + 3660, iat: NOW + 30 }, 'lifetime'],
    [{ exp: NOW + 300, iat: NOW - 3400 }, 'lifetime'],
  ];
  for (const [claims, outcome] of cases)
    assert.equal(await world.outcome(await signed(rsa, claims), keys), outcome, JSON.stringify(claims));
  assert.equal(await world.outcome(await signed(rsa, { exp: NOW + 1e8 }), keys, { maxLifetimeSeconds: null }), 'verified');
});

test('A31 the audience is one of ours, whole', async () => {
  for (const aud of [
    'https://other.example',
    `${AUDIENCE}/`,
    AUDIENCE.toUpperCase(),
    '',
    [],
    ['https://other.example'],
    [[AUDIENCE]],
    [AUDIENCE, 1],
    { 0: AUDIENCE },
  ]) {
    assert.equal(await world.outcome(await signed(rsa, { aud }), keys), 'audience', JSON.stringify(aud));
  }
  assert.equal(await world.outcome(await signed(rsa, { aud: ['https://other.example', AUDIENCE] }), keys), 'verified');
  assert.equal(await world.outcome(await signed(rsa), keys, { audience: { anyOf: [], single: false } }), 'audience');
});

test('A34 where one audience is asked for, a list is refused, even of one', async () => {
  const single = { audience: { anyOf: [AUDIENCE], single: true } };
  assert.equal(await world.outcome(await signed(rsa), keys, single), 'verified');
  for (const aud of [[AUDIENCE], [AUDIENCE, 'https://other.example']])
    assert.equal(await world.outcome(await signed(rsa, { aud }), keys, single), 'audience');
});

test('A32 iss is compared as a string', async () => {
  for (const iss of [
    [FOREIGN_ISSUER],
    { toString: FOREIGN_ISSUER },
    `${FOREIGN_ISSUER}/`,
    `${FOREIGN_ISSUER}.evil.example`,
    'https://IDP.example',
    '',
  ]) {
    assert.equal(await world.outcome(await signed(rsa, { iss }), keys), 'issuer', JSON.stringify(iss));
  }
});

test('A33 typ is pinned; a media type is one whatever its case and prefix', async () => {
  for (const typ of ['at+jwt', 'application/at+jwt', 'logout+jwt', '', 'JWT ', 'jwt+x']) {
    assert.equal(await world.outcome(await signed(rsa, {}, { typ }), keys), 'type', typ);
  }
  for (const typ of ['JWT', 'jwt', 'application/JWT', undefined])
    assert.equal(await world.outcome(await signed(rsa, {}, { typ }), keys), 'verified');
  assert.equal(await world.outcome(await signed(rsa, {}, { typ: undefined }), keys, { types: ['at+jwt'] }), 'type');
  for (const typ of [1, null, {}])
    assert.equal(await world.outcome(rawJwt({ alg: 'RS256', kid: 'rsa-1', typ }, CLAIMS, 'x'), keys), 'type');
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

test('of two members of one name the last counts, in header and claims (RFC 7515 section 4, RFC 7519 section 4)', () => {
  const read = readJwt(rawJwt('{"alg":"none","alg":"RS256","kid":"a","kid":"b"}', '{"iss":"a","iss":"b"}', 'x'));
  assert.ok(read.kind === 'read');
  assert.deepEqual([read.jwt.alg, read.jwt.kid, read.jwt.unverifiedIssuer], ['RS256', 'b', 'b']);
});

test('header and claims are JSON objects in UTF-8 (RFC 7519 section 7.2, RFC 8725 section 3.7)', () => {
  const segmentOf = (bytes: Buffer) => bytes.toString('base64url');
  const header = segment({ alg: 'RS256' });
  const latin1 = Buffer.from('{"sub":"J\u00fcrgen"}', 'latin1');
  const utf16 = Buffer.from('{"sub":"a"}', 'utf16le');
  const bom = Buffer.from('\ufeff{"sub":"a"}');
  for (const bytes of [
    latin1,
    utf16,
    bom,
    Buffer.from('[]'),
    Buffer.from('"a"'),
    Buffer.from('null'),
    Buffer.from('{"a":1'),
    Buffer.from('{} {}'),
  ]) {
    for (const token of [`${header}.${segmentOf(bytes)}.AAAA`, `${segmentOf(bytes)}.${segment({})}.AAAA`])
      assert.deepEqual(readJwt(token), { kind: 'refused', reason: 'not-json' }, bytes.toString());
  }
});

test('whatever string comes, reading it returns', () => {
  const header = fc.record(
    { alg: fc.constantFrom<unknown>('RS256', 'none', 1), kid: fc.anything(), typ: fc.anything() },
    { requiredKeys: [] },
  );
  const token = fc.oneof(
    fc.string(),
    fc.tuple(header, fc.anything()).map(([head, claims]) => rawJwt(head, claims ?? null, 'x')),
  );
  fc.assert(
    fc.property(token, (text) => ['read', 'refused'].includes(readJwt(text).kind)),
    { seed: 23 },
  );
});

test('A80 claims called __proto__ stay claims', async () => {
  const claims = JSON.parse(
    `{"iss":"${FOREIGN_ISSUER}","sub":"alice","aud":"${AUDIENCE}","exp":${NOW + 300},"iat":${NOW},"__proto__":{"admin":true}}`,
  ) as Record<string, unknown>;
  const answer = await world.verify(await signForeignJwt(rsa, claims), keys);
  assert.equal(answer.kind, 'verified');
  assert.equal(answer.kind === 'verified' && 'admin' in answer.jwt.claims, false);
});

test('A23 a token signed by another key of the same type is refused', async () => {
  for (const alg of ['RS256', 'ES256', 'EdDSA'] as const) {
    const other = newForeignSigner(alg, { RS256: 'rsa-1', ES256: 'ec-1', EdDSA: 'ed-1' }[alg]);
    assert.equal(await world.outcome(await signed(other), keys), 'signature');
  }
});
