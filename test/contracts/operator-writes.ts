// What the command line writes under the condition that nothing has changed: emulators understand conditions less well than
// DynamoDB, and other ones, so that each must show it.

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { attributesOf } from '../../functions/storage/aws/attribute-value.ts';
import { conditionAsRead } from '../../functions/storage/aws/condition-as-read.ts';
import type { Item } from '../../functions/storage/aws/dynamodb.ts';
import type { StoresUnderTest } from './stores-under-test.ts';

const KEY = { tenant: 'as-read', entry: 'tenant' };
const STORED = {
  ...KEY,
  displayName: 'T',
  lockout: { maxAttempts: 3 },
  legacyScopes: ['a', 'b'],
  'x-note': { deep: [{ n: 1.5, none: null }] },
};

/** What somebody else has written meanwhile. */
const CHANGES: readonly (readonly [string, Item])[] = [
  ['an attribute', { ...STORED, displayName: 'U' }],
  ['a member of a map', { ...STORED, lockout: { maxAttempts: 4 } }],
  ['one more member', { ...STORED, lockout: { maxAttempts: 3, lockSeconds: 60 } }],
  ['a member of a list', { ...STORED, legacyScopes: ['a', 'c'] }],
  ['one less', { ...STORED, legacyScopes: ['a'] }],
  ['a value deep inside', { ...STORED, 'x-note': { deep: [{ n: 1.6, none: null }] } }],
  ['another type', { ...STORED, lockout: 'none' }],
  ['one more attribute', { ...STORED, status: 'suspended' }],
  ['one less attribute', { ...KEY, displayName: 'T' }],
];

/** Of stores that operators write: those of AWS. */
export function operatorWritesContract(open: () => StoresUnderTest): void {
  suite('writes of an operator', () => {
    test('are done where the item is as it was read, and refused after any change', async () => {
      const { put, putIf } = open();
      // Memory has no conditions: its items are written by tests alone.
      if (putIf === undefined) return;
      const condition = conditionAsRead('tenant', attributesOf(STORED), 'tenant');
      const written = { ...STORED, displayName: 'mine' };
      for (const [what, changed] of CHANGES) {
        await put('Tenants', changed);
        assert.equal(await putIf('Tenants', written, condition), false, what);
      }
      await put('Tenants', STORED);
      assert.equal(await putIf('Tenants', written, condition), true);
      assert.equal(await putIf('Tenants', written, condition), false, 'a second time');
      assert.equal(await putIf('Tenants', written, conditionAsRead('tenant', undefined, 'tenant')), false, 'it is there');
    });
  });
}
