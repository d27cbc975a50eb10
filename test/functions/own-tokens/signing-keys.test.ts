// What of the signing keys gets out (RFC 7517 sections 5 and 9.2).

import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { test } from 'node:test';
import { parseSigningKeys } from '../../../functions/own-tokens/signing-keys.ts';
import { newSigningKey } from '../../support/signing-keys.ts';

test('only public members are published, though somebody put the whole key where the public one belongs', () => {
  const keys = (['RS256', 'ES256', 'EdDSA'] as const).map((alg) => newSigningKey('access-token', alg));
  const whole = keys.map((key) => ({ ...key, publicJwk: createPrivateKey(key.privateKeyPem).export({ format: 'jwk' }) }));
  assert.ok(whole.every(({ publicJwk }) => typeof publicJwk.d === 'string'));
  const { jwks } = parseSigningKeys(JSON.stringify({ keys: whole }));
  assert.deepEqual(jwks, parseSigningKeys(JSON.stringify({ keys })).jwks);
  const members = ['alg', 'kid', 'kty', 'use'];
  assert.deepEqual(
    jwks.keys.map((key) => Object.keys(key).sort()),
    [[...members, 'e', 'n'].sort(), [...members, 'crv', 'x', 'y'].sort(), [...members, 'crv', 'x'].sort()],
  );
});
