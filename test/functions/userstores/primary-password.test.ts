// A change of password in the Users table: by who has shown the old one, once, and never a worse one than the table takes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLoginFixture } from '../../support/login-fixture.ts';

const OLD = 'publisher-pass';

async function openMustChange(attributes: Readonly<Record<string, unknown>> = {}) {
  const fixture = openLoginFixture();
  fixture.putUser('ann', { mustChangePassword: true, ...attributes });
  const tenant = await fixture.stores.tenants.findTenant('my_company');
  assert.ok(tenant !== undefined);
  const change = (newPassword: string, password = OLD) =>
    fixture.userstores.changePassword(tenant, { domain: 'PRIMARY', name: 'ann' }, password, newPassword);
  return { ...fixture, change };
}

test('who must change it does, with the old one; then the new one is good, and the old one is not', async () => {
  const { login, change, lines } = await openMustChange();
  assert.deepEqual(await login('ann', OLD), {
    kind: 'refused',
    reason: 'must-change-password',
    isPasswordRight: true,
    changeableBy: { domain: 'PRIMARY', name: 'ann' },
  });
  assert.deepEqual(await login('ann', 'wrong'), { kind: 'refused', reason: 'wrong-password' });
  assert.deepEqual(await change('a new pässword'), { kind: 'changed' });
  assert.equal((await login('ann', 'a new pässword')).kind, 'authenticated');
  assert.deepEqual(await login('ann', OLD), { kind: 'refused', reason: 'wrong-password' });
  assert.ok(!JSON.stringify(lines).includes('pässword'));
});

test('what is refused is refused in a word, and changes nothing', async () => {
  const { login, change } = await openMustChange();
  const CASES = [
    ['sieben7', OLD, 'password-too-short'],
    // Characters, not bytes.
    ['äöüäöüä', OLD, 'password-too-short'],
    [OLD, OLD, 'password-in-history'],
    ['x'.repeat(1025), OLD, 'password-not-accepted'],
    ['a new password', 'wrong', 'password-not-accepted'],
  ] as const;
  for (const [newPassword, password, reason] of CASES)
    assert.deepEqual(await change(newPassword, password), { kind: 'rejected', reason }, newPassword.slice(0, 20));
  assert.equal((await login('ann', OLD)).kind, 'refused');
  assert.deepEqual(await change('x'.repeat(1024)), { kind: 'changed' });
});

test('A101 of changes at once there is one, and what an operator sets meanwhile stays', async () => {
  const { change, login } = await openMustChange();
  const passwords = ['one-password', 'two-password', 'three-password'];
  const changes = await Promise.all(passwords.map((password) => change(password)));
  assert.equal(changes.filter((outcome) => outcome?.kind === 'changed').length, 1, JSON.stringify(changes));
  const logins = await Promise.all(passwords.map((password) => login('ann', password)));
  assert.deepEqual(
    logins.map(({ kind }) => kind === 'authenticated'),
    changes.map((outcome) => outcome?.kind === 'changed'),
  );
});

test('a user who is gone, disabled meanwhile, or whose entry nobody can read changes nothing', async () => {
  for (const attributes of [{ passwordHash: 'unreadable' }, { status: 'nonsense' }]) {
    const { change } = await openMustChange(attributes);
    assert.deepEqual(await change('a new password'), { kind: 'rejected', reason: 'password-not-accepted' });
  }
  const { change, stores } = await openMustChange();
  stores.remove('Users', { tenant: 'my_company', username: 'ann' });
  assert.deepEqual(await change('a new password'), { kind: 'rejected', reason: 'password-not-accepted' });
  const disabled = await openMustChange({ status: 'disabled' });
  assert.deepEqual(await disabled.login('ann', OLD), { kind: 'refused', reason: 'user-disabled', isPasswordRight: true });
});
