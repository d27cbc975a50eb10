// A30 to A34 and A41: signed tokens of others that say too little, or the wrong thing.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readJwt } from '../../functions/external-issuers/read-jwt.ts';
import { newForeignSigner, rawJwt, segment, signForeignJwt } from '../support/external-issuer-tokens.ts';
import { AUDIENCE, CLAIMS, FOREIGN_ISSUER, inlineKeys, NOW, openForeignJwtWorld, signed } from '../support/external-issuer-world.ts';

const rsa = newForeignSigner('RS256', 'rsa-1');
const ec = newForeignSigner('ES256', 'ec-1');
const ed = newForeignSigner('EdDSA', 'ed-1');
const keys = inlineKeys(rsa.jwk, ec.jwk, ed.jwk);
const world = openForeignJwtWorld();

test('A41 a kid that was revoked is refused while the key is still in the set', async () => {
  assert.equal(await world.outcome(await signed(rsa), keys, { revokedKids: ['rsa-1'] }), 'kid-revoked');
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
  assert.equal(await world.outcome(await signed(rsa), keys, { audience: { anyOf: [], form: 'any' } }), 'audience');
});

test('A34 where one audience is asked for, a list is refused, even of one', async () => {
  const single = { audience: { anyOf: [AUDIENCE], form: 'single' } } as const;
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
