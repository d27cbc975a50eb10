// Whatever an issuer publishes or says, the parsers return.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findClaim, mapClaims } from '../../../functions/external-issuers/map-claims.ts';
import { parseJwkSet } from '../../../functions/keys/jwk-set.ts';
import { parseCertificate } from '../../../functions/keys/public-key.ts';
import { newForeignSigner } from '../../support/external-issuer-tokens.ts';

const honest = (['RS256', 'ES256', 'EdDSA'] as const).map((alg) => newForeignSigner(alg).jwk);

test('any JSON as a key set gives keys or one fault', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (json) => {
      const set = parseJwkSet(json);
      assert.ok('fault' in set || set.keys.every(({ publicKey }) => publicKey.type === 'public'));
    }),
    { seed: 7517 },
  );
});

test('an honest key with any member changed gives a public key that is strong, or one fault', () => {
  const member = fc.constantFrom('kty', 'kid', 'use', 'alg', 'key_ops', 'crv', 'n', 'e', 'x', 'y', 'd', '__proto__', 'other');
  const value = fc.oneof(
    fc.jsonValue(),
    fc.base64String({ maxLength: 60 }),
    fc.constantFrom('RSA', 'EC', 'OKP', 'AQAB', 'P-256', 'sig', 'ES256', 'Ed25519'),
  );
  fc.assert(
    fc.property(fc.constantFrom(...honest), member, value, (jwk, name, changed) => {
      const set = parseJwkSet({ keys: [{ ...jwk, [name]: changed }] });
      if ('fault' in set) return;
      for (const { publicKey, algorithms } of set.keys) {
        assert.equal(publicKey.type, 'public');
        assert.ok(algorithms.length > 0);
        assert.ok((publicKey.asymmetricKeyDetails?.modulusLength ?? 2048) >= 2048);
      }
    }),
    { numRuns: 500, seed: 26 },
  );
});

test('any text as a certificate is a fault', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.base64String().map((body) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`),
      ),
      (pem) => 'fault' in parseCertificate(pem),
    ),
    { seed: 5280 },
  );
});

test('any claims under any mapping give texts and lists of texts, under the names of the mapping alone', () => {
  const name = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('__proto__', 'constructor', 'toString', 'role', 'roles', 'sub'));
  const mapping = fc.array(fc.record({ remote: name, local: name }), { maxLength: 8 });
  fc.assert(
    fc.property(fc.dictionary(name, fc.jsonValue()), mapping, (claims, entries) => {
      const { roles, claims: mapped } = mapClaims((remote) => findClaim(claims, remote), entries);
      assert.ok(roles.every((role) => typeof role === 'string'));
      for (const [local, value] of Object.entries(mapped)) {
        assert.ok(entries.some((entry) => entry.local === local) && local !== 'role' && local !== 'roles');
        assert.ok(typeof value === 'string' || value.every((text) => typeof text === 'string'));
      }
      assert.equal(Object.getPrototypeOf(mapped), Object.prototype);
    }),
    { numRuns: 300, seed: 80 },
  );
});
