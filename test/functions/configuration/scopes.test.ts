import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { grantScopes, isAnyPermitted, isPermitted, parseScope, permissionsOf } from '../../../functions/configuration/scopes.ts';
import { OAuthError } from '../../../functions/shared/errors.ts';
import { openMemoryStores } from '../../support/memory-stores.ts';

const stores = openMemoryStores({ clock: () => 0 });
const entries: Record<string, object> = {
  tenant: {},
  'role#customer': { permissions: ['/permission/order'] },
  'role#admin': { permissions: ['/permission'] },
  'role#clerk': { permissions: ['/permission/orders', '/permission/order-archive'] },
  'scope#order:write': { permissions: ['/permission/order/write'] },
  'scope#report': { permissions: ['/permission/report', '/permission/all'] },
  'scope#menu': {},
  'scope#not-for-clients': {},
};
for (const [entry, attributes] of Object.entries(entries)) stores.put('Tenants', { tenant: 'my_company', entry, ...attributes });
stores.put('Clients', { clientId: 'app', tenant: 'my_company', scopes: ['order:write', 'report', 'menu', 'undefined-by-tenant'] });
const found = { tenant: await stores.tenants.findTenant('my_company'), client: await stores.clients.findClient('app') };
assert.ok(found.tenant && found.client);
const { tenant, client } = found;

const isInvalidScope = (reason: string) => (error: unknown) =>
  error instanceof OAuthError && error.code === 'invalid_scope' && error.reason === reason;

/** @param roles undefined: the application's own token */
const granted = (asked: string, ...roles: [readonly string[] | undefined]) =>
  grantScopes(tenant, client, parseScope(asked), ...roles).join(' ');

test('scope is tokens between blanks (RFC 6749 section 3.3), each once', () => {
  assert.deepEqual(parseScope('order:write openid order:write'), ['order:write', 'openid']);
  assert.deepEqual([parseScope(undefined), parseScope('')], [[], []]);
  assert.deepEqual(parseScope('  a   b '), ['a', 'b']);
  assert.deepEqual(parseScope(' '), []);
  for (const scope of ['a\tb', 'a\nb', 'a"b', 'a\\b', 'ä', 'a\u0000', 'x'.repeat(4097)]) {
    assert.throws(() => parseScope(scope), isInvalidScope('scope-syntax'), JSON.stringify(scope.slice(0, 9)));
  }
  const many = Array.from({ length: 101 }, (_, at) => `s${at}`).join(' ');
  assert.throws(() => parseScope(many), isInvalidScope('too-many-scopes'));
});

test('parseScope returns or throws our error, for any text', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (text) => {
      try {
        assert.equal(
          parseScope(text)
            .join(' ')
            .split(' ')
            .every((scope) => text.includes(scope)),
          true,
        );
      } catch (error) {
        assert.ok(isInvalidScope('scope-syntax')(error));
      }
    }),
  );
});

test('a permission covers what is below it in the tree, and no sibling that begins alike', () => {
  const held = new Set(['/permission/order']);
  assert.ok(isPermitted(held, '/permission/order'));
  assert.ok(isPermitted(held, '/permission/order/write/all'));
  for (const needed of ['/permission', '/permission/orders', '/permission/order-archive', '/other', '/', '']) {
    assert.equal(isPermitted(held, needed), false, needed);
  }
  assert.ok(isAnyPermitted(new Set(), []), 'nothing needed');
  assert.equal(isAnyPermitted(new Set(), ['/a']), false);
  assert.ok(isAnyPermitted(held, ['/a', '/permission/order/x']));
});

test('a user gets what is asked, allowed to the client, and permitted by a role', () => {
  assert.equal(granted('order:write', ['customer']), 'order:write');
  assert.equal(granted('order:write report', ['customer']), 'order:write', 'what the roles do not permit is left out');
  assert.equal(granted('order:write report menu', ['admin']), 'order:write report menu', 'a permission at the root of the tree');
  assert.equal(granted('order:write', ['clerk']), 'default', 'A58 a sibling’s name permits nothing');
  assert.equal(granted('order:write', ['customer ', 'CUSTOMER', 'no-such-role', '__proto__']), 'default');
  assert.equal(granted('menu', []), 'menu', 'a scope that needs no permission');
  assert.equal(granted('not-for-clients', ['admin']), 'default', 'A58 the client’s own list binds an administrator too');
});

test('none asked is default, and default and openid are for everybody', () => {
  assert.equal(granted('', ['admin']), 'default');
  assert.equal(granted('openid', []), 'openid');
  assert.equal(granted('default openid', undefined), 'default openid');
});

test('a scope that the tenant does not define is an error, though the client lists it', () => {
  for (const asked of ['unknown', 'undefined-by-tenant', 'order:write unknown', '__proto__', 'constructor']) {
    assert.throws(() => granted(asked, ['admin']), isInvalidScope('undefined-scope'), asked);
  }
});

test('SYSTEM stands for all that client and roles allow, and nothing more', () => {
  assert.equal(granted('SYSTEM', ['customer']), 'order:write menu');
  assert.equal(granted('SYSTEM', ['admin']), 'order:write report menu');
  assert.equal(granted('SYSTEM openid', []), 'openid menu');
});

test('an application’s own token is bound by its client entry alone', () => {
  assert.equal(granted('order:write report not-for-clients', undefined), 'order:write report');
});

test('A58 never more than was asked, the client lists, and the roles permit, whatever is asked', () => {
  const scope = fc.constantFrom<string[]>('order:write', 'report', 'menu', 'not-for-clients', 'default', 'openid', 'SYSTEM');
  const role = fc.constantFrom('customer', 'admin', 'clerk', 'none');
  fc.assert(
    fc.property(fc.uniqueArray(scope), fc.uniqueArray(role), (asked: string[], roles) => {
      const scopes = grantScopes(tenant, client, asked, roles);
      assert.ok(scopes.length > 0 && !scopes.includes('SYSTEM') && !scopes.includes('not-for-clients'));
      if (!asked.includes('SYSTEM')) assert.ok(scopes.every((one) => one === 'default' || asked.includes(one)));
      if (!roles.includes('customer') && !roles.includes('admin')) assert.ok(!scopes.includes('order:write'));
      if (!roles.includes('admin')) assert.ok(!scopes.includes('report'));
      // Asking for what was granted grants the same again: a renewal with the same scope changes nothing.
      assert.deepEqual(grantScopes(tenant, client, scopes, roles), scopes);
    }),
  );
});

test('permissions are those of the roles and of this version of the entries, however often they are asked for', async () => {
  const sorted = (of: typeof tenant, roles: readonly string[]) => [...permissionsOf(of, roles)].sort();
  const own = openMemoryStores({ clock: () => 0 });
  own.put('Tenants', { tenant: 'other', entry: 'tenant' });
  own.put('Tenants', { tenant: 'other', entry: 'role#customer', permissions: ['/permission/before'] });
  const before = await own.tenants.findTenant('other');
  own.put('Tenants', { tenant: 'other', entry: 'role#customer', permissions: ['/permission/after'] });
  const after = await own.tenants.findTenant('other');
  assert.ok(before && after);
  for (let again = 0; again < 2; again++) {
    assert.deepEqual(sorted(tenant, ['customer']), ['/permission/order']);
    assert.deepEqual(sorted(tenant, ['customer', 'admin']), ['/permission', '/permission/order']);
    assert.deepEqual(sorted(tenant, ['customer","admin']), [], 'one odd name is not two');
    assert.deepEqual(sorted(tenant, []), []);
    assert.deepEqual(sorted(before, ['customer']), ['/permission/before']);
    assert.deepEqual(sorted(after, ['customer']), ['/permission/after']);
  }
});
