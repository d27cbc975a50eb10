import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import * as jose from 'jose';
import {
  encodeSegment,
  headerSegment,
  type JwtVerifier,
  type SignatureAlgorithm,
  signJwt,
  tokenDigest,
  verifyBytes,
  verifyOwnJwt,
} from '../../../functions/keys/jwt.ts';
import { newSigningKey } from '../../support/signing-keys.ts';

const ALGORITHMS: readonly SignatureAlgorithm[] = ['RS256', 'ES256', 'EdDSA'];
const CLAIMS = { iss: 'https://issuer.example', sub: 'ünal@my_company', exp: 2_000_000_000 };

interface TestKey {
  readonly alg: SignatureAlgorithm;
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

function newKey(alg: SignatureAlgorithm): TestKey {
  const { kid, privateKeyPem } = newSigningKey('access-token', alg);
  const privateKey = createPrivateKey(privateKeyPem);
  return { alg, kid, privateKey, publicKey: createPublicKey(privateKeyPem) };
}

const keys = new Map(ALGORITHMS.map((alg) => [alg, newKey(alg)]));
const keyOf = (alg: SignatureAlgorithm) => keys.get(alg) ?? newKey(alg);
const verifiersOf = (...used: TestKey[]): Map<string, JwtVerifier> =>
  new Map(used.map((key) => [headerSegment('at+jwt', key.alg, key.kid), key]));
const newToken = (key: TestKey) => signJwt(key, headerSegment('at+jwt', key.alg, key.kid), encodeSegment(CLAIMS));

for (const alg of ALGORITHMS) {
  test(`${alg}: jose verifies what we sign`, async () => {
    const key = keyOf(alg);
    const { payload, protectedHeader } = await jose.jwtVerify(newToken(key), key.publicKey, {
      algorithms: [alg],
      currentDate: new Date(0),
    });
    assert.deepEqual(payload, CLAIMS);
    assert.deepEqual(protectedHeader, { typ: 'at+jwt', alg, kid: key.kid });
  });

  test(`${alg}: we open what jose signs under a header of ours`, async () => {
    const key = keyOf(alg);
    const token = await new jose.SignJWT(CLAIMS).setProtectedHeader({ typ: 'at+jwt', alg, kid: key.kid }).sign(key.privateKey);
    assert.deepEqual(verifyOwnJwt(token, verifiersOf(key)), CLAIMS);
  });

  test(`${alg}: A27 a token with any one character changed is no token`, () => {
    const token = newToken(keyOf(alg));
    const verifiers = verifiersOf(keyOf(alg));
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...'AZaz09-_=.+/ \n\u0000ä'), (at, character) => {
        const changed = token.slice(0, at) + character + token.slice(at + 1);
        assert.deepEqual(verifyOwnJwt(changed, verifiers), changed === token ? CLAIMS : undefined);
      }),
      { numRuns: 300 },
    );
    for (const other of [
      `${token} `,
      ` ${token}`,
      `${token}=`,
      `${token}.`,
      `${token}.x`,
      token.slice(0, -1),
      token.toLowerCase(),
      '',
      '.',
      '..',
    ]) {
      assert.equal(verifyOwnJwt(other, verifiers), undefined);
    }
  });
}

test('ES256: the raw signature is right for every length of r and s in DER', () => {
  const key = keyOf('ES256');
  const lengths = new Set<number>();
  for (let n = 0; n < 3000; n++) {
    const token = signJwt(key, headerSegment('at+jwt', 'ES256', key.kid), encodeSegment({ n }));
    const signature = Buffer.from(token.slice(token.lastIndexOf('.') + 1), 'base64url');
    assert.equal(signature.length, 64);
    lengths.add(signature[0] === 0 ? 31 : signature[0] !== undefined && signature[0] >= 0x80 ? 33 : 32);
    assert.deepEqual(verifyOwnJwt(token, verifiersOf(key)), { n });
  }
  assert.deepEqual([...lengths].sort(), [31, 32, 33], 'short, plain and sign-padded integers all came up');
});

test('A43 an ECDSA signature of zeros, or of the wrong length, is none', () => {
  const key = keyOf('ES256');
  const [header, payload] = newToken(key).split('.');
  for (const signature of [Buffer.alloc(64), Buffer.alloc(64, 255), Buffer.alloc(63, 1), Buffer.alloc(0), Buffer.alloc(72, 1)]) {
    assert.equal(verifyBytes(key, Buffer.from(`${header}.${payload}`), signature), false);
    assert.equal(verifyOwnJwt(`${header}.${payload}.${signature.toString('base64url')}`, verifiersOf(key)), undefined);
  }
});

test('A23 A33 only headers of ours, byte for byte: no none, no HMAC with a public key, no other order, type or key', async () => {
  const key = keyOf('RS256');
  const verifiers = verifiersOf(key);
  const pem = key.publicKey.export({ type: 'spki', format: 'pem' });
  const hmac = await new jose.SignJWT(CLAIMS).setProtectedHeader({ typ: 'at+jwt', alg: 'HS256', kid: key.kid }).sign(Buffer.from(pem));
  const payload = encodeSegment(CLAIMS);
  const headers = [
    { typ: 'at+jwt', alg: 'none', kid: key.kid },
    { alg: 'RS256', typ: 'at+jwt', kid: key.kid },
    { typ: 'JWT', alg: 'RS256', kid: key.kid },
    { typ: 'at+jwt', alg: 'RS256', kid: `${key.kid} ` },
    { typ: 'at+jwt', alg: 'RS256', kid: key.kid, jwk: key.publicKey.export({ format: 'jwk' }) },
    { typ: 'at+jwt', alg: 'RS256', kid: key.kid, crit: ['b64'], b64: false },
  ];
  const foreign = headers.map((header) => signJwt(key, encodeSegment(header), payload));
  const unsigned = `${headerSegment('at+jwt', 'RS256', key.kid)}.${payload}.`;
  for (const token of [hmac, unsigned, ...foreign]) assert.equal(verifyOwnJwt(token, verifiers), undefined);
  assert.ok(verifyOwnJwt(newToken(key), verifiers));
});

test('a signature of another key with the same id is none', () => {
  const key = keyOf('RS256');
  const impostor = { ...newKey('RS256'), kid: key.kid };
  assert.equal(verifyOwnJwt(newToken(impostor), verifiersOf(key)), undefined);
});

test('RFC 7515 appendix A.2 and A.3: the signatures of the standard verify', () => {
  const payload = 'eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ';
  const ec = {
    kty: 'EC',
    crv: 'P-256',
    x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
    y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  };
  const es256 = Buffer.from('DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q', 'base64url');
  const verifier = { alg: 'ES256', publicKey: createPublicKey({ key: ec, format: 'jwk' }) } as const;
  assert.equal(verifyBytes(verifier, Buffer.from(`eyJhbGciOiJFUzI1NiJ9.${payload}`), es256), true);
  assert.equal(verifyBytes(verifier, Buffer.from(`eyJhbGciOiJFUzI1NiJ9.${payload}x`), es256), false);
  const n =
    'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMs' +
    'D1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdV' +
    'MTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ';
  const rs256 = Buffer.from(
    'cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZ' +
      'cAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-e' +
      'OkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw',
    'base64url',
  );
  const rsa = { alg: 'RS256', publicKey: createPublicKey({ key: { kty: 'RSA', n, e: 'AQAB' }, format: 'jwk' }) } as const;
  assert.equal(verifyBytes(rsa, Buffer.from(`eyJhbGciOiJSUzI1NiJ9.${payload}`), rs256), true);
});

test('the digest is the SHA-256 of the whole token', () => {
  assert.equal(tokenDigest('abc'), 'ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
});
