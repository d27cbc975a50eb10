// A year of rotations under load: functions that know the secret from minutes ago, resource servers that know the JWKS
// from hours ago, tokens that live as long as entries allow. None is refused while it lives, none is signed by a key
// that somebody could not know yet.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLocalJWKSet, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { encodeSegment, headerSegment, signJwt, verifyOwnJwt } from '../../../functions/keys/jwt.ts';
import { parseSigningKeys, type SigningKeys } from '../../../functions/own-tokens/signing-keys.ts';
import { createSigningKeysHandler } from '../../../functions/signing-keys/handle-event.ts';
import { makeKey } from '../../../functions/signing-keys/make-key.ts';
import { openMemorySecret } from './versioned-secret.ts';

const START = 1_800_000_000;
const HOUR = 3600;
const DAY = 24 * HOUR;
const TOKEN_SECONDS = DAY;
/** What the functions keep secrets for is five minutes; an hour covers one that can't reload. */
const SECRET_AGE_SECONDS = HOUR;
/** What our JWKS allows is five minutes; libraries keep it for hours. */
const JWKS_AGE_SECONDS = 12 * HOUR;

interface Token {
  readonly text: string;
  readonly expiresAtSeconds: number;
}

/** Every version of the secret, with when it was written. */
async function openYear(daysOfRotateNow: ReadonlySet<number>) {
  let now = START;
  const secret = openMemorySecret();
  const handler = createSigningKeysHandler({ secret, makeKey, now: () => now, fetch, limitMs: 60_000, log: () => {} });
  const history: { readonly fromSeconds: number; readonly keys: SigningKeys; readonly find: JWTVerifyGetKey }[] = [];
  for (let day = 0; day < 365; day++) {
    now = START + day * DAY;
    await handler(daysOfRotateNow.has(day) ? { rotate: 'now' } : { source: 'aws.events' });
    const version = await secret.readCurrent();
    assert.ok(version !== undefined);
    const keys = parseSigningKeys(version.value);
    history.push({ fromSeconds: now, keys, find: createLocalJWKSet({ keys: keys.jwks.keys as { kty: string }[] }) });
  }
  /** As somebody knows it who looked at `atSeconds`. */
  return (atSeconds: number) => {
    const found = history.findLast(({ fromSeconds }) => fromSeconds <= Math.max(atSeconds, START));
    assert.ok(found !== undefined);
    return found;
  };
}

function sign(keys: SigningKeys, alg: 'ES256' | 'EdDSA', now: number): Token {
  const signer = keys.signer('access-token', alg, now);
  assert.ok(signer !== undefined, 'a key signs at any time');
  const expiresAtSeconds = now + TOKEN_SECONDS;
  return {
    text: signJwt(signer, headerSegment('at+jwt', alg, signer.kid), encodeSegment({ sub: 'x', exp: expiresAtSeconds })),
    expiresAtSeconds,
  };
}

test('tokens verify for their whole life through a year of rotations, at instances and resource servers with old copies of the keys', async () => {
  // Twice an operator asks for new keys at once, once a day before it is due anyway.
  const knownAt = await openYear(new Set([30, 200, 88]));
  const kids = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 363 * DAY }),
      fc.constantFrom('ES256' as const, 'EdDSA' as const),
      fc.integer({ min: 0, max: SECRET_AGE_SECONDS }),
      fc.integer({ min: 0, max: SECRET_AGE_SECONDS }),
      fc.integer({ min: 0, max: JWKS_AGE_SECONDS }),
      fc.integer({ min: 0, max: TOKEN_SECONDS - 1 }),
      async (issueAfter, alg, signerAge, verifierAge, jwksAge, useAfter) => {
        const issuedAt = START + issueAfter;
        const token = sign(knownAt(issuedAt - signerAge).keys, alg, issuedAt);
        const usedAt = issuedAt + useAfter;
        const verifiers = knownAt(usedAt - verifierAge).keys.verifiers('access-token', 'at+jwt');
        assert.deepEqual(verifyOwnJwt(token.text, verifiers), { sub: 'x', exp: token.expiresAtSeconds });
        const { protectedHeader } = await jwtVerify(token.text, knownAt(usedAt - jwksAge).find, {
          currentDate: new Date(usedAt * 1000),
          algorithms: [alg],
          typ: 'at+jwt',
        });
        kids.add(String(protectedHeader.kid));
      },
    ),
    { numRuns: 3000 },
  );
  assert.ok(kids.size >= 8, `${kids.size} keys signed in the year`);
});

test('a key that was retired verifies nothing any more', async () => {
  const knownAt = await openYear(new Set());
  const token = sign(knownAt(START).keys, 'ES256', START);
  const later = knownAt(START + 120 * DAY).keys;
  assert.equal(verifyOwnJwt(token.text, later.verifiers('access-token', 'at+jwt')), undefined);
  const [header = ''] = token.text.split('.');
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
  assert.ok(!later.jwks.keys.some((key) => key.kid === kid));
});
