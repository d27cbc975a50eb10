// A104: key sets as issuers publish them. One odd key takes nobody out, and a set that was good never turns into none.

import assert from 'node:assert/strict';
import { generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { parseEntry } from '../../functions/configuration/entries/parse-entry.ts';
import { type ForeignSigner, newForeignSigner } from '../support/external-issuer-tokens.ts';
import { inlineKeys, jwksReply, keysByUri, openForeignJwtWorld, signed } from '../support/external-issuer-world.ts';
import { newCertificate } from '../support/x509.ts';

const rsa = newForeignSigner('RS256', 'rsa-1');
const ec = newForeignSigner('ES256', 'ec-1');
const ed = newForeignSigner('EdDSA', 'ed-1');

const jwkOf = ({ publicKey }: { readonly publicKey: KeyObject }): JsonWebKey => publicKey.export({ format: 'jwk' });

const SECP256K1 = jwkOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }));
const SMALL_RSA = jwkOf(generateKeyPairSync('rsa', { modulusLength: 1024 }));
const CUBE_RSA = jwkOf(generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }));
const OTHER_RSA = jwkOf(generateKeyPairSync('rsa', { modulusLength: 2048 }));
const OTHER_EC = jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
const x5c = [newCertificate({ keys: rsa }).pem.replace(/-----[A-Z ]+-----|\s/g, '')];

/** What stood beside a good key in public reports, and what else there may be. */
const ODD: Readonly<Record<string, unknown>> = {
  'secp256k1 as ES256K': { ...SECP256K1, kid: 'k', alg: 'ES256K', use: 'sig' },
  'secp256k1 as P-256K': { ...SECP256K1, crv: 'P-256K', kid: 'k' },
  'a use of saml_ca': { ...OTHER_RSA, kid: 'k', use: 'saml_ca' },
  'a use of tls': { ...OTHER_RSA, kid: 'k', use: 'tls' },
  'a use that is long': { ...OTHER_RSA, kid: 'k', use: 'saml_response_sig' },
  'a use that is no text': { ...OTHER_RSA, kid: 'k', use: ['sig'] },
  'the same kid and key for PS256': { ...rsa.jwk, alg: 'PS256' },
  'the very same key': rsa.jwk,
  'the same key without alg': { ...rsa.jwk, alg: undefined },
  'an EC key of the same kid': { ...OTHER_EC, kid: 'rsa-1' },
  'an OKP key of the same kid': { ...ed.jwk, kid: 'rsa-1' },
  'an RSA key of the same kid for encryption': { ...OTHER_RSA, kid: 'rsa-1', use: 'enc' },
  'an RSA key of the same kid for another algorithm': { ...OTHER_RSA, kid: 'rsa-1', alg: 'RS512' },
  'an alg of RS1': { ...OTHER_RSA, kid: 'k', alg: 'RS1' },
  'an alg that is no text': { ...OTHER_RSA, kid: 'k', alg: 256 },
  'no kty': { kid: 'k', n: OTHER_RSA.n, e: OTHER_RSA.e },
  'a kty of null': { ...OTHER_RSA, kty: null, kid: 'k' },
  'a key without kid': OTHER_RSA,
  'a kid of null': { ...OTHER_RSA, kid: null },
  'a kid that is a number': { ...OTHER_RSA, kid: 7 },
  'a kid that is long': { ...OTHER_RSA, kid: 'k'.repeat(1000) },
  'two keys of one kid': [
    { ...OTHER_RSA, kid: 'k' },
    { ...CUBE_RSA, e: 'AQAB', kid: 'k' },
  ],
  'RSA of 1024 bits': { ...SMALL_RSA, kid: 'k' },
  'RSA with e = 3': { ...CUBE_RSA, kid: 'k' },
  'RSA without n': { kty: 'RSA', e: 'AQAB', kid: 'k' },
  'RSA with padded base64': { ...OTHER_RSA, n: `${OTHER_RSA.n}==`, kid: 'k' },
  'EC without y': { ...OTHER_EC, y: undefined, kid: 'k' },
  'EC with a point off the curve': { ...OTHER_EC, y: OTHER_EC.x, kid: 'k' },
  'use enc without alg': { ...OTHER_RSA, kid: 'k', use: 'enc' },
  'RSA-OAEP': { ...OTHER_RSA, kid: 'k', use: 'enc', alg: 'RSA-OAEP' },
  'a post-quantum key': { kty: 'AKP', alg: 'ML-DSA-65', pub: 'AAAA', kid: 'k', use: 'sig' },
  'Ed448 and X25519': [
    { ...jwkOf(generateKeyPairSync('ed448')), kid: 'k' },
    { ...jwkOf(generateKeyPairSync('x25519')), kid: 'k2' },
  ],
  'an unknown kty': { kty: 'GOST', kid: 'k' },
  'an unknown operation': { ...OTHER_RSA, kid: 'k', key_ops: ['encrypt', 'wrapKey'] },
  'operations that are no list': { ...OTHER_RSA, kid: 'k', key_ops: 'verify' },
  'members of every kind that are null': { ...OTHER_RSA, kid: 'k', crv: null, x: null, y: null, d: null, oth: null, k: null },
  'what is no key': [null, 'x', 7, [], {}, true],
};

for (const [what, odd] of Object.entries(ODD)) {
  test(`A104 ${what}, beside a good key: the good key serves, before and behind it`, async () => {
    const world = openForeignJwtWorld();
    for (const keys of [
      [rsa.jwk, ...[odd].flat()],
      [...[odd].flat(), rsa.jwk],
    ]) {
      world.server.answer = () => jwksReply(...keys);
      assert.equal(
        await world.outcome(await signed(rsa), keysByUri({ owner: ['t', 'issuer', String(keys.indexOf(rsa.jwk))] })),
        'verified',
      );
      assert.equal(await world.outcome(await signed(rsa), inlineKeys(...keys)), 'verified');
    }
  });
}

test('A104 members that some issuers write as null on a good key take nothing from it', async () => {
  const nulls = { crv: null, x: null, y: null, key_ops: null, x5c: null, x5t: null, d: null, p: null, exp: null };
  assert.equal(await openForeignJwtWorld().outcome(await signed(rsa), inlineKeys({ ...rsa.jwk, ...nulls })), 'verified');
});

test('a key without alg or use, a modulus with a leading zero, and keys of several kinds are good', async () => {
  const world = openForeignJwtWorld();
  const padded = Buffer.concat([Buffer.from([0]), Buffer.from(String(rsa.jwk.n), 'base64url')]).toString('base64url');
  for (const jwk of [
    { ...rsa.jwk, alg: undefined },
    { ...rsa.jwk, use: undefined },
    { ...rsa.jwk, n: padded },
    { ...rsa.jwk, key_ops: ['verify'] },
  ])
    assert.equal(await world.outcome(await signed(rsa), inlineKeys(jwk)), 'verified');
  assert.equal(
    await world.outcome(await signed(rsa), inlineKeys(rsa.jwk, { ...rsa.jwk, n: padded })),
    'verified',
    'one key in two writings',
  );
  for (const signer of [rsa, ec, ed])
    assert.equal(await world.outcome(await signed(signer), inlineKeys(ed.jwk, ec.jwk, rsa.jwk)), 'verified');
});

/** Sets in the shape in which these publish them, and the keys that sign. */
const SHAPES: Readonly<Record<string, readonly [signer: ForeignSigner, set: Readonly<Record<string, unknown>>]>> = {
  Cognito: [rsa, { keys: [{ alg: 'RS256', e: 'AQAB', kid: 'other=', kty: 'RSA', n: OTHER_RSA.n, use: 'sig' }, rsa.jwk] }],
  Keycloak: [
    rsa,
    {
      keys: [
        { ...OTHER_RSA, kid: 'enc', alg: 'RSA-OAEP', use: 'enc', x5c, x5t: 'AAAA', 'x5t#S256': 'AAAA' },
        { ...rsa.jwk, x5c, x5t: 'AAAA', 'x5t#S256': 'AAAA' },
        { kid: 'hmac-generated', kty: 'OCT-none' },
      ],
    },
  ],
  'a SPIFFE bundle': [
    ec,
    {
      spiffe_sequence: 1,
      spiffe_refresh_hint: 300,
      keys: [
        { ...OTHER_RSA, use: 'x509-svid', x5c },
        { ...ec.jwk, alg: undefined, use: 'jwt-svid' },
      ],
    },
  ],
  'Entra ID': [
    rsa,
    {
      keys: [
        {
          ...rsa.jwk,
          alg: undefined,
          x5t: rsa.kid,
          x5c,
          cloud_instance_name: 'microsoftonline.com',
          issuer: 'https://login.example/{tenantid}/v2.0',
        },
      ],
    },
  ],
  Auth0: [
    rsa,
    {
      keys: [
        { ...rsa.jwk, x5t: 'AAAA', x5c },
        { ...OTHER_RSA, kid: 'next', alg: 'RS256', use: 'sig', x5c },
      ],
    },
  ],
  Zitadel: [
    rsa,
    {
      keys: [
        { ...rsa.jwk },
        { ...OTHER_RSA, kid: 'saml', use: 'saml_ca', alg: 'RS256' },
        { ...OTHER_RSA, kid: 'r', use: 'saml_response_sig' },
      ],
    },
  ],
  ForgeRock: [
    rsa,
    {
      keys: [
        ...['RS256', 'RS384', 'PS256', 'PS384'].map((alg) => ({ ...rsa.jwk, alg })),
        { ...ec.jwk, kid: 'rsa-1' },
        { ...OTHER_RSA, kid: 'rsa-1', use: 'enc', alg: 'RSA-OAEP-256' },
      ],
    },
  ],
  Okta: [rsa, { keys: [{ kty: 'RSA', alg: 'RS256', kid: rsa.kid, use: 'sig', e: rsa.jwk.e, n: rsa.jwk.n }] }],
  Janssen: [
    ec,
    {
      keys: [
        {
          descr: 'Signature Key: RSA RSASSA-PKCS1-v1_5',
          ...OTHER_RSA,
          kid: 'j1',
          alg: 'RS1',
          use: 'sig',
          crv: null,
          x: null,
          y: null,
          exp: 1,
        },
        { name: 'Connect ES256 Sign Key', ...ec.jwk, n: null, e: null, exp: 1_900_000_000_000 },
        { ...SECP256K1, kid: 'j3', alg: 'ES256K', use: 'sig', n: null, e: null },
        { ...OTHER_RSA, kid: 'j4', alg: 'RSA1_5', use: 'enc' },
      ],
    },
  ],
  'WSO2 Identity Server': [
    rsa,
    {
      keys: [
        { ...rsa.jwk, x5c, x5t: 'AAAA' },
        { ...rsa.jwk, kid: 'rsa-1_RS512', alg: 'RS512', x5c },
        { ...ed.jwk, kid: 'x', alg: 'XHSS' },
      ],
    },
  ],
};

for (const [issuer, [signer, set]] of Object.entries(SHAPES)) {
  test(`A104 a set as that of ${issuer} verifies, with a byte order mark and without`, async () => {
    for (const mark of ['', '\uFEFF']) {
      const world = openForeignJwtWorld();
      world.server.answer = () => ({ status: 200, headers: { 'content-type': 'application/json' }, body: mark + JSON.stringify(set) });
      assert.equal(await world.outcome(await signed(signer), keysByUri()), 'verified');
    }
  });
}

test('A104 any junk beside a good key: the good key verifies', async () => {
  const member = fc.constantFrom('kty', 'kid', 'use', 'alg', 'key_ops', 'crv', 'n', 'e', 'x', 'y', 'x5c', 'other', '__proto__');
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom<unknown>('RSA', 'EC', 'OKP', 'sig', 'enc', 'AQAB', 'P-256', 'RS256', null, undefined, ''),
  );
  const junk = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(member, value),
    fc
      .tuple(fc.constantFrom(SECP256K1, SMALL_RSA, OTHER_RSA, OTHER_EC, ec.jwk, rsa.jwk), member, value)
      .map(([jwk, name, changed]) => ({ ...jwk, [name]: changed })),
  );
  const isHarmless = (entry: unknown): boolean => !/"(d|p|q|dp|dq|qi|oth|k|priv)":|"oct"/.test(JSON.stringify(entry) ?? '');
  const isAnother = (entry: unknown): boolean => !(JSON.stringify(entry) ?? '').includes('"rsa-1"');
  const set = fc.tuple(fc.array(junk.filter(isHarmless).filter(isAnother), { maxLength: 6 }), fc.nat(6));
  const token = await signed(rsa);
  await fc.assert(
    fc.asyncProperty(set, async ([entries, at]) => {
      const keys = entries.toSpliced(at, 0, rsa.jwk);
      assert.equal(await openForeignJwtWorld().outcome(token, inlineKeys(...keys)), 'verified');
      const parsed = parseEntry('client', { tenant: 't', authMethods: ['private_key_jwt'], jwks: { keys } });
      assert.ok('entry' in parsed, JSON.stringify(parsed));
    }),
    { numRuns: 300, seed: 104 },
  );
});

test('A104 a set in use that gets an odd key serves on, and the log says so once', async () => {
  const world = openForeignJwtWorld();
  const odd = { ...SECP256K1, kid: 'k', alg: 'ES256K' };
  world.server.answer = () => jwksReply(rsa.jwk);
  for (let minute = 0; minute < 30; minute++) {
    if (minute === 4) world.server.answer = () => jwksReply(odd, rsa.jwk);
    if (minute === 20) world.server.answer = () => jwksReply(odd, rsa.jwk, { ...SMALL_RSA, kid: 's' });
    assert.equal(await world.outcome(await signed(rsa, at(minute)), keysByUri()), 'verified', `minute ${minute}`);
    await setImmediate();
    world.advance(60);
  }
  const curve = 'keys.0.crv: P-256, P-384 or P-521';
  assert.deepEqual(
    world.lines.map(({ level, event, tenant, expected }) => [level, event, tenant, expected]),
    [
      ['WARN', 'keys-passed-over', 'my_company', [curve]],
      ['WARN', 'keys-passed-over', 'my_company', [curve, 'keys.2: an RSA key of at least 2048 bits']],
    ],
  );
});

for (const [what, body] of [
  ['empty', '{"keys":[]}'],
  ['without a usable key', JSON.stringify({ keys: [{ ...SMALL_RSA, kid: 'rsa-1' }] })],
  ['with a private key', JSON.stringify({ keys: [rsa.jwk, { ...ec.jwk, d: 'AAAA' }] })],
  ['with a symmetric key', JSON.stringify({ keys: [rsa.jwk, { kty: 'oct', k: 'AAAA' }] })],
  ['no JSON', '<html>'],
  ['no set', '[]'],
] as const) {
  test(`A104 a set in use that becomes ${what} serves for its ten minutes, with a warning, and then is an outage`, async () => {
    const world = openForeignJwtWorld();
    world.server.answer = () => jwksReply(rsa.jwk);
    assert.equal(await world.outcome(await signed(rsa), keysByUri()), 'verified');
    world.server.answer = () => ({ status: 200, headers: {}, body });
    for (const minute of [5, 7, 9]) {
      world.advance(60 * (minute === 5 ? 5 : 2));
      assert.equal(await world.outcome(await signed(rsa, at(minute)), keysByUri()), 'verified', `minute ${minute}`);
      await setImmediate();
    }
    assert.ok(world.lines.some(({ level, event }) => level === 'WARN' && event === 'key-set-refused'));
    world.advance(120);
    await assert.rejects(world.outcome(await signed(rsa, at(11)), keysByUri()), { name: 'Unavailable', reason: 'bad-key-set' });
    world.server.answer = () => jwksReply(rsa.jwk);
    world.advance(6);
    assert.equal(await world.outcome(await signed(rsa, at(11)), keysByUri()), 'verified');
  });
}

const at = (minute: number) => ({ iat: 1_900_000_000 + minute * 60, exp: 1_900_000_300 + minute * 60 });

test('A104 keys of a client entry: what can not be used is a warning beside a key that can, and a fault where none can', () => {
  const client = (...keys: readonly unknown[]) => parseEntry('client', { tenant: 't', authMethods: ['private_key_jwt'], jwks: { keys } });
  const warnings = (...keys: readonly unknown[]) => {
    const parsed = client(...keys);
    return 'entry' in parsed ? parsed.warnings.map(({ path, expected }) => `${path}: ${expected}`) : parsed;
  };
  assert.deepEqual(warnings(rsa.jwk), []);
  assert.deepEqual(warnings({ ...SMALL_RSA, kid: 's' }, rsa.jwk, null), [
    'jwks.keys.0: an RSA key of at least 2048 bits',
    'jwks.keys.2: a map',
  ]);
  assert.deepEqual(client({ ...SMALL_RSA, kid: 's' }), { faults: [{ path: 'jwks.keys.0', expected: 'an RSA key of at least 2048 bits' }] });
  assert.deepEqual(client(), { faults: [{ path: 'jwks.keys', expected: 'at least one public key' }] });
  assert.deepEqual(client({ ...OTHER_RSA, use: 'enc' }), { faults: [{ path: 'jwks.keys', expected: 'at least one public key' }] });
  assert.ok('faults' in client(rsa.jwk, { ...ec.jwk, d: 'AAAA' }));
  assert.ok('faults' in client(rsa.jwk, { kty: 'oct', k: 'AAAA' }));
});
