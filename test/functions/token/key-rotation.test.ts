// Keys rotate under load: two containers, each with its own copy of the secret of up to five minutes ago, go on issuing
// and checking JWTs of every algorithm, and a verifier outside knows only the key set of up to a day ago.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { createAccessTokenCheck } from '../../../functions/own-tokens/check-access-token.ts';
import { parseSigningKeys, type SigningKeys } from '../../../functions/own-tokens/signing-keys.ts';
import { makeKey } from '../../../functions/signing-keys/make-key.ts';
import { rotateKeys } from '../../../functions/signing-keys/rotate-keys.ts';
import { ISSUER, openTokenApi, START_SECONDS, secretDigest } from '../../support/token-api.ts';
import { basic } from '../../support/token-events.ts';
import { openMemorySecret } from '../signing-keys/versioned-secret.ts';

const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'] as const;
const STEP_SECONDS = 1800;
const DAY = 86_400;
const SECRET_CACHE_SECONDS = 300;
const OUTSIDE_CACHE_SECONDS = DAY - 3600;

interface LiveToken {
  readonly token: string;
  readonly alg: string;
  readonly expiresAtSeconds: number;
}

test('tokens signed by the previous key verify throughout a rotation, inside and outside', async () => {
  let now = START_SECONDS;
  const secret = openMemorySecret();
  const rotate = (rotateNow = false) => rotateKeys({ secret, makeKey, now: () => now }, rotateNow);
  await rotate();
  const openKeys = () =>
    openCachedKeys(
      async () => (await secret.readCurrent())?.value ?? '',
      () => now,
    );
  const keysOf = [openKeys(), openKeys()] as const;
  const first = openTokenApi({ adapt: (stores) => ({ ...stores, signingKeys: keysOf[0] }) });
  const second = openTokenApi({ adapt: () => ({ ...first.stores, signingKeys: keysOf[1] }) });
  for (const alg of ALGORITHMS) {
    const tenant = `tenant-${alg.toLowerCase()}`;
    first.stores.put('Tenants', { tenant, entry: 'tenant', tokenFormat: 'jwt', accessTokenAlgorithm: alg, accessTokenSeconds: DAY });
    first.stores.put('Clients', { clientId: alg, tenant, secrets: [{ sha256: secretDigest('s') }], grantTypes: ['client_credentials'] });
  }
  const checks = keysOf.map((signingKeys) => createAccessTokenCheck({ ...first.stores, signingKeys, issuer: ISSUER }));
  const outside = openOutsideVerifier(
    async () => JSON.parse((await second.call({ method: 'GET', path: '/oauth2/jwks' })).text),
    () => now,
  );

  const kids = new Map<string, Set<string>>(ALGORITHMS.map((alg) => [alg, new Set()]));
  let live: LiveToken[] = [];
  let verifications = 0;
  const verify = async ({ token }: LiveToken, at: number) => {
    const checked = await checks[at % 2]?.(token, now);
    assert.equal(checked?.kind, 'live', `${checked?.kind === 'dead' ? checked.reason : ''} after ${now - START_SECONDS} s`);
    await outside(token);
    verifications++;
  };

  // The operator rotates at six hours; the daily run is due at every 24; the old keys go 49 hours after the first.
  for (let step = 0; step < 150; step++) {
    if (step === 12) await rotate(true);
    if (step % 48 === 47) await rotate();
    const issued = await Promise.all(
      [first, second].flatMap((api) =>
        ALGORITHMS.map(async (alg): Promise<LiveToken> => {
          const { json } = await api.token({ grant_type: 'client_credentials' }, basic(alg, 's'));
          return { token: String(json.access_token), alg, expiresAtSeconds: now + Number(json.expires_in) };
        }),
      ),
    );
    for (const { token, alg } of issued) kids.get(alg)?.add(String(decodeProtectedHeader(token).kid));
    live = [...live, ...issued].filter(({ expiresAtSeconds }) => now < expiresAtSeconds);
    // Those just issued, those about to expire, and some between.
    const due = live.filter(
      (token, at) => issued.includes(token) || token.expiresAtSeconds <= now + STEP_SECONDS || (at + step) % 40 === 0,
    );
    await Promise.all(due.map(verify));
    now += STEP_SECONDS;
    for (const api of [first, second]) api.advance(STEP_SECONDS);
  }
  assert.deepEqual(
    [...kids.values()].map(({ size }) => size),
    [2, 2, 2],
  );
  assert.ok(verifications > 1500, String(verifications));
  const left = JSON.parse((await secret.readCurrent())?.value ?? '{}') as { keys: { kid: string }[] };
  const retired = [...kids.values()].map((set) => [...set][0]);
  assert.ok(
    left.keys.every(({ kid }) => !retired.includes(kid)),
    'the old keys are gone in the end',
  );
});

/** As `storage/aws` keeps the secret: read again when the copy is five minutes old. */
function openCachedKeys(read: () => Promise<string>, now: () => number): () => Promise<SigningKeys> {
  let cached: { readonly keys: SigningKeys; readonly readAt: number } | undefined;
  return async () => {
    if (cached === undefined || now() - cached.readAt >= SECRET_CACHE_SECONDS)
      cached = { keys: parseSigningKeys(await read()), readAt: now() };
    return cached.keys;
  };
}

/** jose, with a key set that it asks for again only after most of a day. */
function openOutsideVerifier(readKeys: () => Promise<JSONWebKeySet>, now: () => number): (token: string) => Promise<void> {
  let cached: { readonly set: ReturnType<typeof createLocalJWKSet>; readonly readAt: number } | undefined;
  return async (token) => {
    if (cached === undefined || now() - cached.readAt >= OUTSIDE_CACHE_SECONDS)
      cached = { set: createLocalJWKSet(await readKeys()), readAt: now() };
    const options = { issuer: ISSUER, audience: ISSUER, typ: 'at+jwt', currentDate: new Date(now() * 1000) };
    await jwtVerify(token, cached.set, options);
  };
}
