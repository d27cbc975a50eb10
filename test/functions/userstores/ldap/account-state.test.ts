// What a user's entry says of the account, for each kind of directory, with a bind before and without.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { accountState, passwordStateOf } from '../../../../functions/userstores/ldap/account-state.ts';
import { generalizedTimeMs } from '../../../../functions/userstores/ldap/directory-times.ts';
import type { LdapEntry } from '../../../../functions/userstores/ldap/ldap-message.ts';
import { parsePasswordPolicy } from '../../../../functions/userstores/ldap/password-policy.ts';

type Attributes = Readonly<Record<string, string | readonly string[]>>;

const NOW_MS = Date.parse('2026-11-22T06:00:00Z');
const fileTime = (ms: number): string => String((BigInt(ms) + 11_644_473_600_000n) * 10_000n);
const entry = (attributes: Attributes): LdapEntry => ({
  dn: 'cn=any',
  attributes: new Map(
    Object.entries(attributes).map(([name, value]) => [name.toLowerCase(), [value].flat().map((text) => Buffer.from(text))]),
  ),
});
const context = { nowMs: NOW_MS, hasBound: false, policy: undefined, lockSeconds: undefined };

const AD = { isActiveDirectory: true, isGlobalCatalog: false };
const OTHER = { isActiveDirectory: false, isGlobalCatalog: false };
const COMPUTED = 'msDS-User-Account-Control-Computed';
const ACTIVE = { userAccountControl: '512', accountExpires: '0', pwdLastSet: '1', [COMPUTED]: '0' };

function adState(attributes: Attributes, hasBound = false, kind = AD) {
  const state = accountState(entry({ ...ACTIVE, ...attributes }), kind, { ...context, hasBound });
  return state.kind === 'active' ? 'active' : state.reason;
}

test('states of Active Directory', () => {
  assert.equal(adState({}), 'active');
  assert.equal(adState({ userAccountControl: '514' }), 'account-disabled');
  assert.equal(adState({ [COMPUTED]: '16' }), 'account-locked');
  assert.equal(adState({ lockoutTime: fileTime(NOW_MS - 9_000_000) }), 'active', 'a lock that has run out');
  assert.equal(adState({ accountExpires: fileTime(NOW_MS - 1) }), 'account-expired');
  assert.equal(adState({ accountExpires: fileTime(NOW_MS + 1000) }), 'active');
  assert.equal(adState({ accountExpires: '9223372036854775807' }), 'active');
  assert.equal(adState({ pwdLastSet: '0', [COMPUTED]: '8388608' }), 'must-change-password');
  assert.equal(adState({ pwdLastSet: '0', userAccountControl: String(0x10200) }), 'active', 'a password that never expires');
  assert.equal(adState({ [COMPUTED]: '8388608' }), 'password-expired');
});

test('A100 an attribute that every user of Active Directory has, and that is not there, could not be read', () => {
  for (const hasBound of [true, false]) {
    for (const name of Object.keys(ACTIVE)) {
      for (const value of [[], 'none of the kind']) {
        const state = accountState(entry({ ...ACTIVE, [name]: value }), AD, { ...context, hasBound });
        assert.deepEqual(state, { kind: 'refused', reason: 'account-state-not-readable', unreadable: [name] });
      }
    }
  }
  assert.equal(adState({ pwdLastSet: [], userAccountControl: '514' }), 'account-disabled', 'what is known counts');
  assert.equal(adState({ [COMPUTED]: [], lockoutTime: fileTime(NOW_MS) }), 'account-locked', 'nobody says whether it is over');
  const catalog = { ...AD, isGlobalCatalog: true };
  const replicated = { accountExpires: [], pwdLastSet: [], [COMPUTED]: [] };
  assert.equal(adState(replicated, false, catalog), 'active', 'a Global Catalog has no more than that');
  assert.equal(adState({ ...replicated, userAccountControl: [] }, false, catalog), 'account-state-not-readable');
});

function otherState(attributes: Attributes, more: Partial<Parameters<typeof accountState>[2]> = {}) {
  const state = accountState(entry(attributes), OTHER, { ...context, ...more });
  return state.kind === 'active' ? 'active' : state.reason;
}

test('states of OpenLDAP, 389 Directory Server and FreeIPA', () => {
  assert.equal(otherState({}), 'active');
  assert.equal(otherState({ pwdAccountLockedTime: '000001010000Z' }), 'account-locked');
  assert.equal(otherState({ pwdReset: 'TRUE' }), 'must-change-password');
  assert.equal(otherState({ pwdReset: 'FALSE' }), 'active');
  assert.equal(otherState({ nsAccountLock: 'True' }), 'account-disabled');
  assert.equal(otherState({ accountUnlockTime: '20261122060001Z' }), 'account-locked');
  assert.equal(otherState({ accountUnlockTime: '20261122055959Z' }), 'active');
  assert.equal(otherState({ accountUnlockTime: '19700101000000Z' }), 'account-locked');
  assert.equal(otherState({ accountUnlockTime: 'soon' }), 'account-locked');
  assert.equal(otherState({ pwdAccountTmpLockoutEnd: '20261122060001Z' }), 'account-locked');
  assert.equal(otherState({ pwdStartTime: '20261122060001Z' }), 'account-expired');
  assert.equal(otherState({ pwdEndTime: '20261122060000Z' }), 'account-expired');
  assert.equal(otherState({ pwdEndTime: '20261122060001Z', pwdStartTime: '20261122060000Z' }), 'active');
  assert.equal(otherState({ shadowExpire: '1', shadowLastChange: '1', shadowMax: '1' }), 'active', 'no directory looks at it');
  for (const [ends, reason] of Object.entries({
    passwordExpirationTime: 'password-expired',
    krbPasswordExpiration: 'password-expired',
    krbPrincipalExpiration: 'account-expired',
  })) {
    assert.equal(otherState({ [ends]: '20261122060000Z' }), reason);
    assert.equal(otherState({ [ends]: '20261122060001Z' }), 'active');
    assert.equal(otherState({ [ends]: '19700101000000Z' }), reason, 'reset by an administrator');
    assert.equal(otherState({ [ends]: 'no time' }), reason, 'what can’t be read has come');
    assert.equal(otherState({ [ends]: '20380101000000Z' }), 'active');
  }
});

test('a bind that succeeded has settled a lock that may have run out, ages and grace, and nothing else', () => {
  const hasBound = true;
  for (const settled of [{ pwdAccountLockedTime: '20261122055959Z' }, { passwordExpirationTime: '20200101000000Z' }]) {
    assert.notEqual(otherState(settled), 'active');
    assert.equal(otherState(settled, { hasBound }), 'active');
  }
  assert.equal(otherState({ pwdAccountLockedTime: '000001010000Z' }, { hasBound }), 'account-locked', 'by an administrator');
  assert.equal(otherState({ accountUnlockTime: '20991122060001Z' }, { hasBound }), 'account-locked');
  assert.equal(otherState({ pwdEndTime: '20200101000000Z' }, { hasBound }), 'account-expired');
  assert.equal(otherState({ nsAccountLock: 'true' }, { hasBound }), 'account-disabled');
  assert.equal(otherState({ pwdReset: 'TRUE' }, { hasBound }), 'must-change-password');
  assert.equal(otherState({ krbPasswordExpiration: '20200101000000Z' }, { hasBound }), 'password-expired', 'FreeIPA lets it bind');
  assert.equal(adState({ [COMPUTED]: [], lockoutTime: '1' }, true, { ...AD, isGlobalCatalog: true }), 'active');
  assert.equal(adState({ [COMPUTED]: '16' }, true), 'account-locked');
  assert.equal(adState({ userAccountControl: '514' }, true), 'account-disabled');
});

const policyOf = (attributes: Attributes) => parsePasswordPolicy(entry({ objectClass: 'pwdPolicy', ...attributes }));

test('without a bind a lock is over when its policy says so, else when the entry of the store does', () => {
  const locked = { pwdAccountLockedTime: '20261122055500Z' };
  assert.equal(otherState(locked), 'account-locked', 'nobody knows for how long');
  assert.equal(otherState(locked, { policy: policyOf({ pwdLockoutDuration: '301' }) }), 'account-locked');
  assert.equal(otherState(locked, { policy: policyOf({ pwdLockoutDuration: '300' }) }), 'active');
  assert.equal(
    otherState(locked, { policy: policyOf({}), lockSeconds: 300 }),
    'account-locked',
    'the policy: until an administrator ends it',
  );
  assert.equal(otherState(locked, { lockSeconds: 300 }), 'active');
  assert.equal(otherState(locked, { lockSeconds: 301 }), 'account-locked');
  assert.equal(otherState({ pwdAccountLockedTime: '000001010000Z' }, { lockSeconds: 1 }), 'account-locked');
  assert.equal(otherState({ pwdAccountLockedTime: 'no time' }, { lockSeconds: 1 }), 'account-locked');
});

test('ages of passwords and accounts follow from the policy; grace logins are left alone while there are any', () => {
  const old = { pwdChangedTime: '20261122050000Z' };
  const state = (attributes: Attributes, policy: Attributes) => otherState({ ...old, ...attributes }, { policy: policyOf(policy) });
  assert.equal(state({}, {}), 'active');
  assert.equal(state({}, { pwdMaxAge: '3601' }), 'active');
  assert.equal(state({}, { pwdMaxAge: '3600' }), 'password-expired');
  const grace = { pwdMaxAge: '3600', pwdGraceAuthnLimit: '2' };
  assert.equal(state({}, grace), 'active');
  assert.equal(state({ pwdGraceUseTime: ['20261122060000Z'] }, grace), 'active');
  assert.equal(state({ pwdGraceUseTime: ['20261122060000Z', '20261122060001Z'] }, grace), 'password-expired');
  const short = { pwdMaxAge: '3000', pwdGraceAuthnLimit: '2', pwdGraceExpiry: '600' };
  assert.equal(state({}, short), 'password-expired');
  assert.equal(state({}, { ...short, pwdGraceExpiry: '601' }), 'active');
  const ofDs389 = { passwordExpirationTime: '20261122055959Z', passwordGraceUserTime: '1' };
  assert.equal(state(ofDs389, { passwordGraceLimit: '2' }), 'active');
  assert.equal(state(ofDs389, { passwordGraceLimit: '1' }), 'password-expired');
  assert.equal(state({ pwdLastSuccess: '20261122050000Z' }, { pwdMaxIdle: '3600' }), 'account-expired');
  assert.equal(state({ pwdLastSuccess: '20261122050001Z' }, { pwdMaxIdle: '3600' }), 'active');
});

test('A100 a policy that is named and can’t be read is a state that can’t be read, wherever it would count', () => {
  const policyDn = 'cn=strict,ou=policies,dc=example,dc=org';
  const of = (attributes: Attributes, hasBound = false) => accountState(entry(attributes), OTHER, { ...context, hasBound, policyDn });
  const unreadable = { kind: 'refused', reason: 'account-state-not-readable', unreadable: [policyDn] };
  assert.deepEqual(of({ pwdChangedTime: '20261122050000Z' }), unreadable);
  assert.deepEqual(of({ pwdChangedTime: '20261122050000Z' }, true), { kind: 'active' });
  assert.deepEqual(of({ nsAccountLock: 'true' }), { kind: 'refused', reason: 'account-disabled' });
  assert.equal(parsePasswordPolicy(undefined), undefined);
  assert.equal(parsePasswordPolicy({ dn: policyDn, attributes: new Map() }), undefined);
});

test('A101 the state of a password is another one after its first change, and after every other', () => {
  const of = (attributes: Attributes) => passwordStateOf(entry(attributes), OTHER);
  const states = [
    of({}),
    of({ pwdChangedTime: '20261122050000Z' }),
    of({ pwdChangedTime: '20261122050001Z' }),
    of({ pwdUpdateTime: '20261122050000Z' }),
    of({ krbLastPwdChange: '20261122050000Z' }),
  ];
  assert.equal(new Set(states).size, states.length);
  assert.equal(passwordStateOf(entry({ pwdLastSet: '134081280000000000' }), AD), '134081280000000000');
  assert.equal(passwordStateOf(entry({}), AD), undefined, 'it could not be read');
});

test('moments as directories write them', () => {
  assert.equal(generalizedTimeMs('20261122054200Z'), Date.parse('2026-11-22T05:42:00Z'));
  assert.equal(generalizedTimeMs('2026112205Z'), Date.parse('2026-11-22T05:00:00Z'));
  assert.equal(generalizedTimeMs('202611220542Z'), Date.parse('2026-11-22T05:42:00Z'));
  assert.equal(generalizedTimeMs('20261122054200.123456Z'), Date.parse('2026-11-22T05:42:00Z'));
  assert.equal(generalizedTimeMs('20261122054200,5+0130'), Date.parse('2026-11-22T04:12:00Z'));
  assert.equal(generalizedTimeMs('20261122054200-05'), Date.parse('2026-11-22T10:42:00Z'));
  assert.equal(generalizedTimeMs('20161231235960Z'), Date.parse('2017-01-01T00:00:00Z'));
  for (const none of ['', 'soon', '20261322054200Z', '20261122054200', '20261122', '99999999999999Z'])
    assert.equal(generalizedTimeMs(none), undefined, none);
});

test('property: whatever an attribute holds, there is an answer', () => {
  const names = [
    ...Object.keys(ACTIVE),
    'pwdAccountLockedTime',
    'accountUnlockTime',
    'pwdGraceUseTime',
    'krbPasswordExpiration',
    'pwdMaxAge',
  ];
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), fc.string()), fc.boolean(), (attributes, isActiveDirectory) => {
      const policy = parsePasswordPolicy(entry(attributes));
      const state = accountState(entry(attributes), { isActiveDirectory, isGlobalCatalog: false }, { ...context, policy });
      assert.ok(state.kind === 'active' || state.reason.length > 0);
    }),
  );
});
