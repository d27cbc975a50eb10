// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of folders are written so.
// Variables of a folder: what stands for what, and what is said of those that nobody knows.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createFindVariable, replaceVariables, withoutVariables } from '../../../../infra/admin/folders/variables.ts';

const find = createFindVariable({
  stackName: 'Prod',
  environment: { HOST: 'ldap1.example.org', EMPTY: '' },
  outputs: {
    OrdersApiId: 'a1',
    ApiIdBackOffice: 'b2',
    DemoApiId7F0B1A2C: 'c3',
    TwiceApiId: 'd4',
    ApiIdTwice: 'd5',
    TokenUrl: 'https://login.example.org/oauth2/token',
  },
  given: { 'apiId.given': 'g6', 'env.HOST2': 'h7' },
});

const replaced = (value: unknown) => replaceVariables(value, find);

test('a variable stands for a text of the stack, of the environment or of a file, inside of a string alone', () => {
  const right: readonly (readonly [string, string])[] = [
    ['${stack}/tenants/acme/ldap', 'Prod/tenants/acme/ldap'],
    ['${apiId.orders}', 'a1'],
    ['${apiId.back-office}', 'b2'],
    ['${apiId.backOffice}', 'b2'],
    ['${apiId.demo}', 'c3'],
    ['${apiId.given}-${env.HOST2}', 'g6-h7'],
    ['${output.TokenUrl}', 'https://login.example.org/oauth2/token'],
    ['ldaps://${env.HOST}:636${env.EMPTY}', 'ldaps://ldap1.example.org:636'],
    ['$${apiId.orders} and $ { } $$', '${apiId.orders} and $ { } $$'],
  ];
  for (const [text, expected] of right) {
    assert.deepEqual(replaced({ a: [{ b: text }] }), { value: { a: [{ b: expected }] }, faults: [] }, text);
  }
  assert.deepEqual(replaced({ '${stack}': 7, b: [true, null] }), { value: { '${stack}': 7, b: [true, null] }, faults: [] });
});

test('one that nobody knows is a fault with its path, and what there is', () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['${apiId.order}', /^in place of \$\{apiId.order\} an output OrderApiId of the stack, which has OrdersApiId, ApiIdBackOffice, /],
    ['${apiId.twice}', /one API of this name, and not TwiceApiId, ApiIdTwice$/],
    ['${output.tokenUrl}', /an output tokenUrl of the stack, which has OrdersApiId/],
    ['${output.constructor}', /an output constructor/],
    ['${env.NOT_SET}', /the variable NOT_SET in the environment, which is not set$/],
    ['${env.__proto__}', /a variable such as/],
    ['${orders}', /a variable such as \$\{apiId.NAME\}, .*; \$\$\{ stands for \$\{ itself$/],
    ['${1 + 1}', /a variable such as/],
    ['${}', /a variable such as/],
    ['x${', /^a \} behind \$\{/],
    ['${a${stack}}', /^a \} behind \$\{/],
  ];
  for (const [text, expected] of wrong) {
    const { faults } = replaced({ resources: [{ path: text }] });
    assert.deepEqual([faults.length, faults[0]?.path], [1, 'resources.0.path'], text);
    assert.match(faults[0]?.expected ?? '', expected);
  }
});

test('what is written with withoutVariables comes out as it is, and values are not looked at again', () => {
  const unit = fc.constantFrom('$', '{', '}', 'stack', 'a', '$$', '${', 'é');
  fc.assert(
    fc.property(fc.string({ unit }), (text) => {
      assert.deepEqual(replaced(withoutVariables(text)), { value: text, faults: [] });
    }),
  );
  const nested = createFindVariable({ stackName: 'S', environment: { A: '${env.B}', B: 'b' }, outputs: {}, given: {} });
  assert.equal(replaceVariables('${env.A}', nested).value, '${env.B}');
});
