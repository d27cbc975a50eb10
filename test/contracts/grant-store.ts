// The contract of `GrantStore` (functions/storage/stores.ts).

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { EndUser } from '../../functions/configuration/model.ts';
import { subjectOf } from '../../functions/configuration/username.ts';
import type { Grant } from '../../functions/storage/grant.ts';
import { placesAfterSignIn } from '../../functions/storage/sign-in-places.ts';
import type { StoresUnderTest } from './stores-under-test.ts';

const random = (bytes: number) => randomBytes(bytes).toString('base64url');

const LIMIT = { maxAttempts: 1, lockSeconds: 60 };

/** A grant of a user, with every member that a grant can have but `previous`. */
export function newGrant(nowSeconds: number, changes: Partial<Grant> = {}): Grant {
  return {
    id: random(16),
    tenant: 'my_company',
    clientId: 'demo-app',
    grantType: 'password',
    user: {
      tenant: 'my_company',
      domain: 'EXTERNAL',
      username: 'userx',
      id: random(8),
      roles: ['customer', 'Internal/everyone'],
      claims: { given_name: 'Ünal "X"', groups: ['a', 'b'], empty: [] },
    },
    scopes: ['order:write', 'openid'],
    resources: ['https://api.example.com/orders', 'https://api.example.com/bills'],
    issuedAtSeconds: nowSeconds,
    generation: 0,
    access: newAccess(nowSeconds),
    refresh: { digest: random(32), familyDigest: random(32), expiresAtSeconds: nowSeconds + 86_400 },
    ...changes,
  };
}

const newAccess = (nowSeconds: number) => ({
  digest: random(32),
  scopes: ['order:write'],
  resources: ['https://api.example.com/orders'],
  issuedAtSeconds: nowSeconds,
  expiresAtSeconds: nowSeconds + 3600,
});

/** What a renewal makes of a grant. */
function renewed(grant: Grant, nowSeconds: number): Grant {
  const { refresh } = grant;
  assert.ok(refresh);
  return {
    ...grant,
    generation: grant.generation + 1,
    access: newAccess(nowSeconds),
    refresh: { ...refresh, digest: random(32) },
    previous: { refreshDigest: refresh.digest, access: grant.access, rotatedAtSeconds: nowSeconds, sealedResponse: random(200) },
  };
}

export function grantStoreContract(opened: () => StoresUnderTest): void {
  test('A83 a grant and a user of the Users table are read at once, each for itself and as it is now', async () => {
    const { put, stores, nowSeconds } = opened();
    const grant = newGrant(nowSeconds());
    const user = { tenant: 'holder_company', username: `ünal ${random(4)}` };
    const find = (id = grant.id, key = user) => stores.holders.findHolder(id, key, nowSeconds());
    assert.deepEqual(await find(), { grant: undefined, user: undefined });
    await stores.grants.insertGrant(grant);
    assert.deepEqual(await find(), { grant, user: undefined });
    await put('Users', { ...user, id: 'u-1', passwordHash: '$argon2id$hash', roles: ['customer'] });
    const found = await find();
    assert.deepEqual(found.grant, grant);
    assert.deepEqual(found.user, await stores.users.findUser(user.tenant, user.username));
    assert.ok(found.user !== undefined && found.user !== 'broken' && found.user.id === 'u-1');
    await put('Users', { ...user, id: 'u-1', status: 'no such status' });
    assert.equal((await find()).user, 'broken');
    assert.equal((await find('no-such-grant')).grant, undefined);
    for (const username of ['', 'x'.repeat(1025)])
      assert.deepEqual(await find(grant.id, { ...user, username }), { grant, user: undefined });
    const expired = newGrant(nowSeconds() - 200_000);
    await stores.grants.insertGrant(expired);
    assert.equal((await find(expired.id)).grant, undefined);
  });

  test('a grant comes back as it was written, with every member', async () => {
    const { stores, nowSeconds } = opened();
    const grant = newGrant(nowSeconds());
    const own = {
      ...newGrant(nowSeconds()),
      previous: renewed(grant, nowSeconds()).previous,
      toldByFeed: true,
      jwtsUntilSeconds: 9,
    } as Grant;
    const { user: _user, refresh: _refresh, ...application } = newGrant(nowSeconds());
    const folded = newGrant(nowSeconds(), {
      user: { tenant: 'my_company', domain: 'EXTERNAL', username: 'josé', subjectName: 'jose', roles: [], claims: {} },
    });
    for (const written of [grant, own, application, folded]) {
      await stores.grants.insertGrant(written);
      assert.deepEqual(await stores.grants.findGrant(written.id, nowSeconds()), written);
    }
    assert.equal(await stores.grants.findGrant(random(16), nowSeconds()), undefined);
  });

  test('A82 an expired grant is not found, though nothing deleted it', async () => {
    const { stores, nowSeconds } = opened();
    const now = nowSeconds();
    const grant = newGrant(now);
    await stores.grants.insertGrant(grant);
    assert.ok(await stores.grants.findGrant(grant.id, now + 86_399), 'the refresh token outlives the access token');
    assert.equal(await stores.grants.findGrant(grant.id, now + 86_400), undefined);
  });

  test('inserting a grant remembers where the user signed in, and forgets the failed attempts there and nowhere else', async () => {
    const { stores, nowSeconds } = opened();
    const { attempts, grants } = stores;
    const [name, here, user] = [random(32), '0123456789abcdef', 'fedcba9876543210'];
    const nowMs = nowSeconds() * 1000;
    for (const place of [here, '1111111111111111']) {
      await attempts.rememberSignIn({ name, places: placesAfterSignIn(new Map(), [place], user, nowMs) });
    }
    assert.equal((await attempts.reserveAttempt(name, LIMIT, nowMs)).kind, 'reserved');
    const unfamiliar = await attempts.reserveAtPlace(name, [here], LIMIT, nowMs);
    assert.equal(unfamiliar.kind, 'unfamiliar');
    const grant = newGrant(nowSeconds());
    await grants.insertGrant(grant, { name, places: placesAfterSignIn(unfamiliar.places, [here], user, nowMs) });
    assert.deepEqual(await grants.findGrant(grant.id, nowSeconds()), grant);
    assert.equal((await attempts.reserveAtPlace(name, [here], LIMIT, nowMs)).kind, 'reserved');
    assert.equal((await attempts.reserveAtPlace(name, ['1111111111111111'], LIMIT, nowMs)).kind, 'reserved');
    assert.equal((await attempts.reserveAttempt(name, LIMIT, nowMs)).kind, 'locked');
  });

  test('A55 of many renewals of one grant at once, exactly one is written', async () => {
    const { stores, nowSeconds } = opened();
    const grant = newGrant(nowSeconds());
    await stores.grants.insertGrant(grant);
    const successors = Array.from({ length: 20 }, () => renewed(grant, nowSeconds()));
    const written = await Promise.all(successors.map((successor) => stores.grants.rotateGrant(grant, successor)));
    assert.equal(written.filter(Boolean).length, 1);
    assert.deepEqual(await stores.grants.findGrant(grant.id, nowSeconds()), successors[written.indexOf(true)]);
  });

  test('a renewal fails where generation or refresh token are not as read', async () => {
    const { stores, nowSeconds } = opened();
    const grant = newGrant(nowSeconds(), { generation: 3 });
    await stores.grants.insertGrant(grant);
    const { refresh: _refresh, ...withoutRefresh } = grant;
    const others = [{ ...grant, generation: 2 }, renewed({ ...grant, generation: 2 }, nowSeconds()), withoutRefresh];
    for (const other of others) assert.equal(await stores.grants.rotateGrant(other, renewed(grant, nowSeconds())), false);
    assert.deepEqual(await stores.grants.findGrant(grant.id, nowSeconds()), grant);
    assert.equal(await stores.grants.rotateGrant(grant, renewed(grant, nowSeconds())), true);
  });

  test('A83 a deleted grant is gone at once, and a renewal that was under way does not bring it back', async () => {
    const { stores, nowSeconds } = opened();
    const grant = newGrant(nowSeconds());
    await stores.grants.insertGrant(grant);
    await stores.grants.deleteGrant(grant);
    assert.equal(await stores.grants.findGrant(grant.id, nowSeconds()), undefined);
    assert.equal(await stores.grants.rotateGrant(grant, renewed(grant, nowSeconds())), false);
    assert.equal(await stores.grants.findGrant(grant.id, nowSeconds()), undefined);
    await stores.grants.deleteGrant(grant);
  });

  test('the grants of a user are listed, and those of nobody else', async () => {
    const { stores, nowSeconds } = opened();
    const user: EndUser = { tenant: 'my_company', domain: 'PRIMARY', username: `user-${random(6)}`, roles: [], claims: {} };
    const own = Array.from({ length: 12 }, () => newGrant(nowSeconds(), { user }));
    const others = [
      newGrant(nowSeconds(), { user: { ...user, tenant: 'other' } }),
      newGrant(nowSeconds(), { user: { ...user, domain: 'X' } }),
    ];
    for (const grant of [...own, ...others]) await stores.grants.insertGrant(grant);
    await eventually(async () => {
      const found = await stores.grants.listGrantsOfUser(subjectOf(user));
      assert.deepEqual([...found].sort(), own.map(({ id }) => id).sort());
    });
    for (const grant of own) await stores.grants.deleteGrant(grant);
    await eventually(async () => assert.deepEqual(await stores.grants.listGrantsOfUser(subjectOf(user)), []));
  });
}

/** An index follows its table within moments, not at once. */
async function eventually(check: () => Promise<void>): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    try {
      return await check();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  await check();
}
