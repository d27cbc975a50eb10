// The contract of `SessionStore` (functions/storage/stores.ts).

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { subjectOf } from '../../functions/configuration/username.ts';
import { placesAfterSignIn } from '../../functions/storage/sign-in-places.ts';
import type { SignInSession } from '../../functions/storage/sign-in-session.ts';
import { newGrant } from './grant-store.ts';
import type { StoresUnderTest } from './stores-under-test.ts';

const random = (bytes: number) => randomBytes(bytes).toString('base64url');

function newSession(nowSeconds: number): SignInSession {
  const { user } = newGrant(nowSeconds);
  assert.ok(user !== undefined);
  return {
    id: random(32),
    secretDigest: random(32),
    sid: random(16),
    tenant: 'my_company',
    user,
    authTimeSeconds: nowSeconds,
    lastUsedAtSeconds: nowSeconds,
    expiresAtSeconds: nowSeconds + 600,
  };
}

export function sessionStoreContract(opened: () => StoresUnderTest): void {
  test('a sign-in writes session, code and consent, and remembers the place', async () => {
    const { stores, nowSeconds } = opened();
    const session = newSession(nowSeconds());
    const { refresh: _, ...rest } = newGrant(nowSeconds());
    const code = {
      digest: random(32),
      codeChallenge: random(32),
      redirectUri: 'https://a.example/cb',
      isRedirectUriSent: true,
      nonce: 'n',
      expiresAtSeconds: nowSeconds() + 60,
    };
    const grant = {
      ...rest,
      code,
      session: { id: session.id, sid: session.sid, authTimeSeconds: nowSeconds(), expiresAtSeconds: nowSeconds() + 600 },
    };
    const consent = {
      tenant: 'my_company',
      subject: subjectOf(session.user),
      clientId: 'demo-app',
      scopes: ['a', 'b'],
      allowedAtSeconds: nowSeconds(),
    };
    const signIn = {
      name: random(32),
      places: placesAfterSignIn(new Map(), ['0123456789abcdef'], 'fedcba9876543210', nowSeconds() * 1000),
    };
    await stores.sessions.saveSignIn({ session, grant, consent, signIn });
    const limit = { maxAttempts: 1, lockSeconds: 60 };
    const atPlace = await stores.attempts.reserveAtPlace(signIn.name, ['0123456789abcdef'], limit, nowSeconds() * 1000);
    assert.equal(atPlace.kind, 'reserved', 'the place is known from now on');
    assert.deepEqual(await stores.sessions.findSession(session.id), session);
    assert.deepEqual(await stores.grants.findGrant(grant.id, nowSeconds()), grant);
    assert.deepEqual(await stores.sessions.findConsent(consent), consent);
  });

  test('A126 a consent is found for its own user, client, resources and tenant alone', async () => {
    const { stores, nowSeconds } = opened();
    const consent = {
      tenant: 'my_company',
      subject: `PRIMARY/${random(8)}@my_company`,
      clientId: random(8),
      resources: ['https://a.example/1', 'https://a.example/2'],
      scopes: [],
      allowedAtSeconds: nowSeconds(),
    };
    await stores.sessions.saveSignIn({ consent });
    const one = { resources: ['https://a.example/1'] };
    for (const other of [
      { tenant: 'other' },
      { subject: `${consent.subject}x` },
      { clientId: `${consent.clientId}x` },
      one,
      { resources: [] },
    ])
      assert.equal(await stores.sessions.findConsent({ ...consent, ...other }), undefined);
    assert.deepEqual(await stores.sessions.findConsent({ ...consent, resources: consent.resources.toReversed() }), consent);
    assert.deepEqual(await stores.sessions.findConsent(consent), consent);
  });

  test('A90 a session that has ended is not brought back by a use of it that races', async () => {
    const { stores, nowSeconds } = opened();
    for (let race = 0; race < 10; race++) {
      const session = newSession(nowSeconds());
      await stores.sessions.saveSignIn({ session });
      await Promise.all([
        stores.sessions.touchSession(session, nowSeconds() + 5),
        stores.sessions.endSession(session.id),
        stores.sessions.touchSession(session, nowSeconds() + 6),
      ]);
      assert.equal(await stores.sessions.findSession(session.id), undefined);
      assert.equal(await stores.sessions.touchSession(session, nowSeconds() + 7), false);
    }
  });

  test('of sign-ins that renew one session at once one does, and none brings back what has ended', async () => {
    const { stores, nowSeconds } = opened();
    const from = newSession(nowSeconds());
    await stores.sessions.saveSignIn({ session: from });
    const renewed = Array.from({ length: 8 }, (_, n) => ({ ...from, secretDigest: random(32), authTimeSeconds: nowSeconds() + n }));
    const outcomes = await Promise.all(renewed.map((to) => stores.sessions.renewSession(from, to)));
    assert.equal(outcomes.filter((isRenewed) => isRenewed).length, 1);
    const stored = await stores.sessions.findSession(from.id);
    assert.deepEqual(stored, renewed[outcomes.indexOf(true)]);
    await stores.sessions.endSession(from.id);
    assert.equal(await stores.sessions.renewSession(stored ?? from, from), false);
    assert.equal(await stores.sessions.findSession(from.id), undefined);
  });

  test('a use of a session moves its idle limit on', async () => {
    const { stores, nowSeconds } = opened();
    const session = newSession(nowSeconds());
    await stores.sessions.saveSignIn({ session });
    assert.equal(await stores.sessions.touchSession(session, nowSeconds() + 60), true);
    assert.deepEqual(await stores.sessions.findSession(session.id), { ...session, lastUsedAtSeconds: nowSeconds() + 60 });
  });
}
