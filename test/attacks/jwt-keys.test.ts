// A26, A28 and A36: sets that can't be trusted, and keys that are too weak to believe.

import assert from 'node:assert/strict';
import { checkPrimeSync, generateKeyPairSync, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { parseEntry } from '../../functions/configuration/entries/parse-entry.ts';
import { parseJwkSet } from '../../functions/keys/jwk-set.ts';
import { newForeignSigner } from '../support/external-issuer-tokens.ts';
import { FOREIGN_ISSUER, inlineKeys, jwksReply, keysByUri, openForeignJwtWorld, signed } from '../support/external-issuer-world.ts';
import { newCertificate } from '../support/x509.ts';

const rsa = newForeignSigner('RS256', 'rsa-1');
const ec = newForeignSigner('ES256', 'ec-1');

/** Why the set is refused, or how many keys it has. */
function faultOf(...keys: readonly unknown[]): string {
  const set = parseJwkSet({ keys });
  return 'fault' in set ? `${set.fault.path}: ${set.fault.expected}` : `${set.keys.length} keys`;
}

/** Why the first key that can't be used can't be. */
function passedOver(...keys: readonly unknown[]): string {
  const set = parseJwkSet({ keys });
  assert.ok(!('fault' in set));
  return set.passedOver
    .slice(0, 1)
    .map(({ path, expected }) => `${path}: ${expected}`)
    .join('');
}

const privateJwk = rsa.privateKey.export({ format: 'jwk' });

test('A26 of two keys of one kid the algorithm decides; two for one algorithm are told, and verify nothing', async () => {
  const twin = { ...newForeignSigner('RS256').jwk, kid: 'rsa-1' };
  const named = 'a kid of its own: a token that names this one is refused';
  assert.equal(passedOver(rsa.jwk, { ...ec.jwk, kid: 'rsa-1' }), '');
  assert.equal(passedOver(rsa.jwk, rsa.jwk), '', 'one key that is there twice');
  assert.equal(passedOver(rsa.jwk, twin), `keys.1.kid: ${named}`);
  const world = openForeignJwtWorld();
  for (const kid of ['rsa-1', undefined]) {
    const both = inlineKeys({ ...rsa.jwk, kid }, { ...twin, kid });
    assert.equal(await world.outcome(await signed(rsa, {}, { kid }), both), 'ambiguous-kid');
    const others = inlineKeys({ ...rsa.jwk, kid }, { ...ec.jwk, kid }, { ...rsa.jwk, kid, alg: 'PS256' });
    for (const [signer, alg] of [
      [rsa, 'RS256'],
      [rsa, 'PS256'],
      [ec, 'ES256'],
    ] as const)
      assert.equal(await world.outcome(await signed(signer, {}, { kid, alg }), others), 'verified', `${kid} ${alg}`);
  }
  assert.equal(await world.outcome(await signed(ec), inlineKeys(rsa.jwk, twin, ec.jwk)), 'verified', 'the others serve');
});

test('A26 a set with a private or a symmetric key is refused, whatever it calls itself', () => {
  assert.equal(faultOf(ec.jwk, { ...privateJwk, kid: 'p' }), 'keys.1.d: no private and no symmetric key');
  for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']) {
    assert.equal(faultOf({ ...rsa.jwk, [member]: 'AQAB' }), `keys.0.${member}: no private and no symmetric key`);
  }
  assert.equal(faultOf({ kty: 'oct', kid: 's', alg: 'HS256' }), 'keys.0.kty: no symmetric key');
  assert.equal(faultOf(rsa.jwk, { kty: 'oct', kid: 's', k: 'c2VjcmV0' }), 'keys.1.k: no private and no symmetric key');
});

test('A26 a key for another use is passed over; one for encryption is nothing to tell of', () => {
  for (const use of ['tls', 'saml_ca', 'saml_response_sig', 'SIG', 'x'.repeat(300)])
    assert.match(passedOver(ec.jwk, { ...rsa.jwk, use }), /^keys\.1\.use: (sig|at most 256 characters)$/);
  for (const other of [{ use: 'enc' }, { use: 'enc', alg: undefined }, { use: undefined, alg: 'RSA-OAEP-256' }]) {
    assert.equal(passedOver(ec.jwk, { ...rsa.jwk, ...other }), '');
    assert.equal(faultOf(ec.jwk, { ...rsa.jwk, ...other }), '1 keys');
  }
  assert.equal(passedOver({ ...rsa.jwk, key_ops: ['verify', 'encrypt'] }), 'keys.0.key_ops: verify');
  assert.equal(passedOver({ ...rsa.jwk, key_ops: ['sign'] }), 'keys.0.key_ops: verify');
  assert.equal(passedOver({ ...rsa.jwk, key_ops: ['sign', 'verify'] }), '');
  assert.equal(passedOver({ ...rsa.jwk, alg: 'RS1' }), 'keys.0.alg: one of RS256, RS384, RS512, PS256, PS384, PS512');
  assert.equal(passedOver({ ...ec.jwk, alg: 'ES384' }), 'keys.0.alg: one of ES256');
});

test('A26 what is no set is refused, and what is no key is passed over', () => {
  for (const set of [undefined, null, [], 'x', {}, { keys: {} }, { keys: null }, { keys: 'x' }]) assert.ok('fault' in parseJwkSet(set));
  for (const entry of [1, null, 'x', [], {}, { kty: null }, { kty: 7 }]) assert.equal(faultOf(entry), '0 keys');
  const many = Array.from({ length: 99 }, (_, at) => ({ kty: 'x', kid: String(at) }));
  assert.equal(faultOf(...many, ec.jwk, rsa.jwk), '1 keys', 'a hundred are looked at');
  assert.equal(faultOf(...many, ec.jwk, { kty: 'oct' }), 'keys.100.kty: no symmetric key');
  for (const [broken, fault] of [
    [{ x: 'AAAA' }, ': a public key as in RFC 7518 section 6'],
    [{ y: undefined }, '.y: this member, which is missing'],
    [{ y: null }, '.y: this member, which is missing'],
    [{ crv: 'P-384' }, ': a public key as in RFC 7518 section 6'],
    [{ x: `${ec.jwk.x}=` }, '.x: base64url'],
    [{ x: ` ${ec.jwk.x}` }, '.x: base64url'],
  ] as const)
    assert.equal(passedOver({ ...ec.jwk, ...broken }), `keys.0${fault}`);
});

test('A26 null, an empty text and an empty list say nothing, of a secret either', () => {
  const empty = { crv: null, x: null, y: null, d: null, p: '', oth: [], k: null, key_ops: [], x5c: [], x5u: '' };
  assert.equal(passedOver({ ...rsa.jwk, ...empty }), '');
  assert.equal(faultOf({ ...rsa.jwk, ...empty }), '1 keys');
});

test('of two members of one name the last counts (RFC 7517 section 4)', () => {
  const text = JSON.stringify({ keys: [ec.jwk] });
  assert.ok('keys' in parseJwkSet(JSON.parse(text.replace('"kty":', '"kty":"oct","kty":'))));
  assert.ok('fault' in parseJwkSet(JSON.parse(text.replace('"kid":"ec-1"', '"kid":"ec-1","kty":"oct"'))));
});

test('members that nobody knows are ignored, in a key and in a set (RFC 7517 sections 4 and 5)', () => {
  const x509 = { x5u: 'https://127.0.0.1/x', x5c: ['AAAA'], x5t: 'AAAA', 'x5t#S256': 'AAAA' };
  assert.equal(faultOf({ ...ec.jwk, ...x509, 'urn:x': { y: 1 }, kty2: 'oct' }), '1 keys');
  assert.ok('keys' in parseJwkSet({ keys: [ec.jwk], 'urn:x': [1], issuer: 'x' }));
  const twice = JSON.stringify({ keys: [ec.jwk] }).replace('{"keys"', '{"keys":[],"keys"');
  assert.ok('keys' in parseJwkSet(JSON.parse(twice)));
});

test('A26 key types and curves that are not understood are passed over (RFC 7517 section 5)', () => {
  const unknown = [
    { kty: 'AKP', kid: 'pq', alg: 'ML-DSA-44', pub: 'AAAA' },
    { kty: 'OKP', crv: 'X25519', kid: 'x', x: 'AAAA' },
  ];
  assert.equal(faultOf(ec.jwk, ...unknown), '1 keys');
});

test('A28 RSA keys below 2048 bits, and above 8192', () => {
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' });
  assert.equal(passedOver({ ...small, kid: 's' }), 'keys.0: an RSA key of at least 2048 bits');
  const n = Buffer.concat([Buffer.from([0x80]), randomBytes(1054), Buffer.from([1])]).toString('base64url');
  assert.equal(passedOver({ kty: 'RSA', kid: 'l', n, e: 'AQAB' }), 'keys.0: an RSA key of at most 8192 bits');
});

test('A28 RSA exponents of 1, 3, even ones and huge ones', () => {
  for (const e of [[1], [3], [1, 0, 0], [0xff, 0xff], Array.from({ length: 9 }, () => 0xff)]) {
    assert.equal(passedOver({ ...rsa.jwk, e: Buffer.from(e).toString('base64url') }), 'keys.0: an RSA exponent of 65537');
  }
});

test('A28 an RSA key of the ROCA flaw, and one with a small factor', () => {
  assert.equal(
    passedOver({ kty: 'RSA', kid: 'roca', n: toBase64url(rocaPrime() * rocaPrime()), e: 'AQAB' }),
    'keys.0: an RSA key that is not of the ROCA flaw',
  );
  const modulus = BigInt(`0x${Buffer.from(String(rsa.jwk.n), 'base64url').toString('hex')}`);
  assert.equal(passedOver({ ...rsa.jwk, n: toBase64url(modulus - (modulus % 167n)) }), 'keys.0: an RSA modulus without small factors');
});

/** As the flawed library made them for 2048 bits: k·M + 65537^a mod M, with M the product of the first 126 primes. */
function rocaPrime(): bigint {
  const primes = Array.from({ length: 702 }, (_, n) => n).filter((n) => n > 1 && checkPrimeSync(BigInt(n)));
  const M = primes.slice(0, 126).reduce((product, prime) => product * BigInt(prime), 1n);
  for (;;) {
    const k = (3n << 1022n) / M + BigInt(`0x${randomBytes(6).toString('hex')}`);
    const candidate = k * M + power(65_537n, BigInt(`0x${randomBytes(8).toString('hex')}`), M);
    if (checkPrimeSync(candidate)) return candidate;
  }
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let [square, left] = [base % modulus, exponent]; left > 0n; left >>= 1n, square = (square * square) % modulus) {
    if (left & 1n) result = (result * square) % modulus;
  }
  return result;
}

function toBase64url(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url');
}

test('A28 curves other than those of JWA', () => {
  const k1 = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export({ format: 'jwk' });
  assert.equal(passedOver({ ...k1, kid: 'k1' }), 'keys.0.crv: P-256, P-384 or P-521');
});

test('A26 a set that is refused verifies nothing, not even with its good keys', async () => {
  const world = openForeignJwtWorld();
  world.server.answer = () => jwksReply(ec.jwk, { kty: 'oct', kid: 's', k: 'c2VjcmV0' });
  await assert.rejects(world.outcome(await signed(ec), keysByUri()), { name: 'Unavailable', reason: 'bad-key-set' });
  assert.deepEqual(world.lines.find(({ event }) => event === 'key-set-refused')?.path, 'keys.1.k');
});

const certificates = (pems: Readonly<Record<string, string>>) =>
  ({ kind: 'certificates', owner: ['my_company', 'issuer', FOREIGN_ISSUER], certificates: pems }) as const;

test('A36 the key of a certificate that is not valid yet, or no more, is refused at use', async () => {
  const world = openForeignJwtWorld();
  const validity = { validFrom: new Date('2030-01-01T00:00:00Z'), validTo: new Date('2030-04-01T00:00:00Z') };
  const certificate = newCertificate({ keys: rsa, ...validity });
  const keys = certificates({ 'rsa-1': certificate.pem });
  assert.equal(await world.outcome(await signed(rsa), keys), 'verified');
  world.advance(30 * 86_400);
  assert.equal(await world.outcome(await signed(rsa), keys), 'certificate-expired');
  world.advance(-180 * 86_400);
  assert.equal(await world.outcome(await signed(rsa), keys), 'certificate-expired');
});

test('certificates by kid: exactly that one; default for no kid, and alone for every kid', async () => {
  const world = openForeignJwtWorld();
  const other = newCertificate({ keys: generateKeyPairSync('rsa', { modulusLength: 2048 }) }).pem;
  const own = newCertificate({ keys: rsa }).pem;
  const noKid = await signed(rsa, {}, { kid: undefined });
  assert.equal(await world.outcome(await signed(rsa), certificates({ 'rsa-1': own, default: other })), 'verified');
  assert.equal(await world.outcome(noKid, certificates({ 'rsa-1': own, default: other })), 'signature');
  assert.equal(await world.outcome(noKid, certificates({ x: other, default: own })), 'verified');
  assert.equal(await world.outcome(await signed(rsa), certificates({ x: other, default: own })), 'unknown-kid');
  assert.equal(await world.outcome(await signed(rsa), certificates({ default: own })), 'verified');
});

test('A28 weak keys are faults of the entry that holds them', () => {
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const jwk = { ...small.publicKey.export({ format: 'jwk' }), kid: 's' };
  const client = { tenant: 'my_company', authMethods: ['private_key_jwt'], jwks: { keys: [jwk] } };
  assert.deepEqual(parseEntry('client', client), { faults: [{ path: 'jwks.keys.0', expected: 'an RSA key of at least 2048 bits' }] });
  const issuer = { type: 'jwt', audiences: ['a'], use: ['jwt-bearer'], certificates: { k: newCertificate({ keys: small }).pem } };
  assert.deepEqual(parseEntry('issuer', issuer), { faults: [{ path: 'certificates.k', expected: 'an RSA key of at least 2048 bits' }] });
});
