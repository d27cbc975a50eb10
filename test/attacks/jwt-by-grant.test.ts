// A JWT of ours that its grant proves (`functions/own-tokens/check-access-token.ts`): the signature is not looked at where
// the grant knows the token, so whatever could be believed without one is tried here.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeSegment, headerSegment, signJwt, tokenDigest } from '../../functions/keys/jwt.ts';
import { newGrantId } from '../../functions/own-tokens/opaque-token.ts';
import { parseSigningKeys } from '../../functions/own-tokens/signing-keys.ts';
import { ISSUER, NOW, openKnownTenantCheck, SIGNING_KEYS, TIMES } from '../support/known-tenant-check.ts';
import { newSigningKey } from '../support/signing-keys.ts';

/** The same header and signature around another payload. */
function withPayload(token: string, payload: string): string {
  const [header, , signature] = token.split('.');
  return `${header}.${payload}.${signature}`;
}

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
const withClaims = (token: string, changes: object) => withPayload(token, encodeSegment({ ...claimsOf(token), ...changes }));

test('A57 a JWT that shows the right id, with any other byte changed, left out or put in, is refused', async () => {
  const { issue, said } = await openKnownTenantCheck();
  const { token } = await issue();
  for (let at = 0; at < token.length; at++) {
    const other = token[at] === 'A' ? 'B' : 'A';
    for (const put of [other, '', `${token[at]}A`]) {
      const changed = token.slice(0, at) + put + token.slice(at + 1);
      assert.equal(await said(changed), 'not-a-token-of-ours', `${at} ${put}`);
    }
  }
  for (const changed of [
    `${token}=`,
    `${token}.`,
    ` ${token}`,
    token.split('.').slice(0, 2).join('.'),
    `${token.slice(0, token.lastIndexOf('.'))}.`,
  ])
    assert.equal(await said(changed), 'not-a-token-of-ours');
  assert.equal(await said(token), 'live', 'nothing that was tried stays');
});

test('A57 claims that are written anew around a live grant are not believed, whatever they say', async () => {
  const { issue, said } = await openKnownTenantCheck();
  const mine = await issue();
  const theirs = await issue();
  const changes = [
    { jti: claimsOf(theirs.token).jti },
    { jti: `${mine.grant.id}.1` },
    { scope: 'order:write' },
    { tenant: 'other' },
    { sub: 'admin', username: 'EXTERNAL/admin@my_company' },
    { username: undefined, aut: 'APPLICATION' },
    { exp: NOW + 99_999 },
    { aud: 'https://another.example' },
    { client_id: 'another' },
  ];
  for (const change of changes) assert.equal(await said(withClaims(mine.token, change)), 'not-a-token-of-ours', JSON.stringify(change));
  const [header, payload] = mine.token.split('.');
  const [, , signature] = theirs.token.split('.');
  assert.equal(await said(`${header}.${payload}.${signature}`), 'not-a-token-of-ours', 'the signature of another token');
});

test('A57 whatever a payload holds that nobody signed, it is refused without an error', async () => {
  const { issue, said, asked } = await openKnownTenantCheck();
  const { token } = await issue();
  const payload = fc.oneof(
    fc.base64String().map((text) => text.replace(/[+/=]/g, '')),
    fc.json().map((json) => Buffer.from(json).toString('base64url')),
    fc.record({ jti: fc.anything(), tenant: fc.anything(), username: fc.anything(), exp: fc.anything() }).map(encodeSegment),
    fc
      .record({
        jti: fc.stringMatching(/^[\w-]{22}\.\d{1,12}$/),
        tenant: fc.constantFrom('my_company', 'other', '__proto__'),
        exp: fc.integer(),
      })
      .map(encodeSegment),
    fc.constant(Buffer.from('['.repeat(3000)).toString('base64url')),
  );
  await fc.assert(
    fc.asyncProperty(payload, async (text) => {
      assert.equal(await said(withPayload(token, text)), 'not-a-token-of-ours');
    }),
    { numRuns: 500 },
  );
  assert.ok(asked.includes('grant'), 'some of them looked like one of ours');
});

test('A21 a token that nothing proves has no tenant looked up that no good token has named, and no user', async () => {
  const { issue, said, asked } = await openKnownTenantCheck();
  const { token } = await issue();
  for (const tenant of ['no_such_tenant', 'other', '', '../my_company', 'x'.repeat(1000)]) {
    assert.equal(await said(withClaims(token, { tenant, username: `EXTERNAL/userx@${tenant}` })), 'not-a-token-of-ours');
    assert.deepEqual(asked, [], tenant);
  }
  for (const username of ['publisher', 'nobody', 'x'.repeat(2000), '\ud800']) {
    assert.equal(await said(withClaims(token, { username: `${username}@my_company` })), 'not-a-token-of-ours');
    assert.deepEqual(asked, [], username);
  }
  assert.equal(await said(withClaims(token, { jti: `${newGrantId()}.0` })), 'not-a-token-of-ours');
  assert.deepEqual(asked, ['tenant my_company', 'grant'], 'as an opaque token that is made up: one read');
});

test('A41 when a key is taken away, no JWT that it signed is believed, though its grant knows it, seen before or not', async () => {
  const { issue, said, changeKeys } = await openKnownTenantCheck();
  const seen = await issue();
  const unseen = await issue();
  assert.equal(await said(seen.token), 'live');
  const kept = SIGNING_KEYS.keys.filter(({ purpose, alg }) => purpose !== 'access-token' || alg !== 'RS256');
  changeKeys({ keys: [...kept, newSigningKey('access-token', 'RS256')] });
  assert.equal(await said(seen.token), 'not-a-token-of-ours');
  assert.equal(await said(unseen.token), 'not-a-token-of-ours');
  changeKeys(SIGNING_KEYS);
  assert.equal(await said(seen.token), 'live');
  assert.equal(await said(unseen.token), 'live');
});

test('A63 a JWT that names an issuer that we are not is refused, though its grant knows it', async () => {
  const { issue, said } = await openKnownTenantCheck();
  assert.equal(await said((await issue({ issuer: `${ISSUER}/t/my_company` })).token), 'live');
  for (const issuer of ['https://another.example', `${ISSUER}/t/other`, `${ISSUER}/`])
    assert.equal(await said((await issue({ issuer })).token), 'not-a-token-of-ours', issuer);
});

test('A83 a JWT that its grant proved is dead at once where the grant is gone, or has another token', async () => {
  const { stores, issue, said } = await openKnownTenantCheck();
  const seen = await issue();
  const unseen = await issue();
  assert.equal(await said(seen.token), 'live');
  for (const { grant } of [seen, unseen]) await stores.grants.deleteGrant(grant);
  // The signature is right, so it is known to have been one of ours.
  assert.equal(await said(seen.token), 'no-such-grant');
  assert.equal(await said(unseen.token), 'no-such-grant');
  const [renewed, unseenRenewed] = [await issue(), await issue()];
  assert.equal(await said(renewed.token), 'live');
  for (const { grant } of [renewed, unseenRenewed])
    await stores.grants.rotateGrant(grant, { ...grant, generation: 1, access: { ...TIMES, digest: tokenDigest('the next one') } });
  assert.equal(await said(renewed.token), 'token-replaced');
  assert.equal(await said(unseenRenewed.token), 'token-replaced');
});

test('A67 what is proven and kept is one token and no other: neither its beginning nor its grant is enough', async () => {
  const { issue, said } = await openKnownTenantCheck();
  const first = await issue();
  assert.equal(await said(first.token), 'live');
  for (let length = 1; length < first.token.length; length += 7)
    assert.equal(await said(first.token.slice(0, length)), 'not-a-token-of-ours');
  assert.equal(await said(`${first.token}A`), 'not-a-token-of-ours');
});

test('A33 A105 another kind of token of ours, or one in another spelling, is no access token, though it says all that one says', async () => {
  const { issue, said, asked } = await openKnownTenantCheck();
  const { token, grant } = await issue();
  const keys = parseSigningKeys(JSON.stringify(SIGNING_KEYS));
  const [header = '', payload = '', signature = ''] = token.split('.');
  for (const [purpose, typ] of [
    ['access-token', 'JWT'],
    ['access-token', 'logout+jwt'],
    ['access-token', 'AT+JWT'],
    ['access-token', 'application/at+jwt'],
    ['end-user-jwt', 'JWT'],
    ['end-user-jwt', 'at+jwt'],
  ] as const) {
    const signer = keys.signer(purpose, 'RS256', NOW);
    assert.ok(signer);
    const other = signJwt(signer, headerSegment(typ, signer.alg, signer.kid), payload);
    assert.equal(await said(other), 'not-a-token-of-ours', `${purpose} ${typ}`);
  }
  // A header that says the same in another order, with blanks, or with more of it.
  const { typ, alg, kid } = JSON.parse(Buffer.from(header, 'base64url').toString());
  for (const text of [
    JSON.stringify({ alg, typ, kid }),
    `{"typ": "${typ}","alg":"${alg}","kid":"${kid}"}`,
    JSON.stringify({ typ, alg, kid, crit: [] }),
  ])
    assert.equal(await said(`${Buffer.from(text).toString('base64url')}.${payload}.${signature}`), 'not-a-token-of-ours', text);
  for (const other of [`gat_${grant.id}${'A'.repeat(43)}`, `grt_${grant.id}${'A'.repeat(65)}`])
    assert.notEqual(await said(other), 'live', 'an opaque one of the same grant');
  assert.deepEqual(
    asked.filter((what) => what !== 'grant' && !what.startsWith('tenant')),
    [],
    'no user is read',
  );
  assert.equal(await said(`${token}${'A'.repeat(8192)}`), 'too-long');
});

test('A83 of the tokens of one grant the one that was replaced is dead after its grace, whatever proves it', async () => {
  const { stores, issue, said } = await openKnownTenantCheck();
  const { token, grant } = await issue();
  const access = { ...TIMES, digest: tokenDigest('the next one') };
  const rotated = (rotatedAtSeconds: number) => ({
    ...grant,
    generation: 1,
    access,
    previous: { refreshDigest: 'x', access: grant.access, rotatedAtSeconds, sealedResponse: '' },
  });
  await stores.grants.rotateGrant(grant, rotated(NOW - 29));
  assert.equal(await said(token), 'live');
  await stores.grants.rotateGrant(rotated(NOW - 29), { ...rotated(NOW - 30), generation: 2 });
  assert.equal(await said(token), 'token-replaced');
});

test('the grant proves a JWT alone: the signature of one that it knows is not looked at', async () => {
  const { issue, said, asked } = await openKnownTenantCheck();
  // Nobody but who writes to the table can come to this; there an opaque token is forged as easily.
  const { token } = await issue({ change: (signed) => `${signed.slice(0, -20)}${'A'.repeat(20)}` });
  assert.equal(await said(token), 'live');
  assert.equal(asked.filter((what) => what === 'grant').length, 1, 'and costs one read');
});
