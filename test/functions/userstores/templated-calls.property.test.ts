// Properties of request templates and replies: what a user types stays what it is, and a yes is exactly what the entry says.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fillTemplate } from '../../../functions/userstores/templated-calls/fill-template.ts';
import { judgeReply } from '../../../functions/userstores/templated-calls/judge-reply.ts';
import { findAtPath, findClaim, findRoles, parseJson } from '../../../functions/userstores/templated-calls/read-reply.ts';

const typed = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('{username}', '{password}', '","x":"', '\\', '\u0000', '__proto__', '$&', '$1'),
);

test('whatever is typed, the request has the template’s shape and the values as typed', () => {
  const template = {
    a: '{username}',
    b: ['{password}', { c: 'x{username}y{password}z' }],
    d: 1,
    e: null,
    f: true,
    g: '{other} {{username}}',
  };
  fc.assert(
    fc.property(typed, typed, (username, password) => {
      const filled = fillTemplate(template, new Map(Object.entries({ username, password })));
      assert.deepEqual(JSON.parse(JSON.stringify(filled)), {
        a: username,
        b: [password, { c: `x${username}y${password}z` }],
        d: 1,
        e: null,
        f: true,
        g: `{other} {${username}}`,
      });
    }),
  );
});

test('a template of any JSON without placeholders is sent as written', () => {
  const plain = fc.jsonValue().filter((value) => !JSON.stringify(value).includes('{username}'));
  fc.assert(
    fc.property(plain, (value) => {
      const filled = fillTemplate(value, new Map([['username', 'x']]));
      assert.equal(JSON.stringify(filled), JSON.stringify(value));
    }),
  );
});

const path = fc.array(fc.constantFrom('a', 'b', '0', '1', '*', 'length', '__proto__', 'constructor', 'toString'), {
  minLength: 1,
  maxLength: 5,
});
const reply = fc.oneof(
  fc.jsonValue(),
  fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('true', 'x', 1, true, null),
      fc.array(tie('value'), { maxLength: 3 }),
      tie('object'),
    ),
    object: fc.record({ a: tie('value'), b: tie('value') }, { requiredKeys: [] }),
  })).value,
);

test('a path finds a value of the reply itself, or nothing, and never throws', () => {
  fc.assert(
    fc.property(reply, path, (value, names) => {
      const json: unknown = parseJson(JSON.stringify(value));
      const found = findAtPath(json, names.join('.'));
      assert.notEqual(typeof found, 'function');
      if (!names.includes('*') && found !== undefined && typeof found !== 'number') {
        assert.ok(JSON.stringify(json).includes(JSON.stringify(found)));
      }
      for (const place of [names.join('.'), { path: names.join('.'), separator: ',' }]) {
        const claim = findClaim(json, place);
        assert.ok(claim !== 'too-much');
        assert.ok(claim.value === undefined || [claim.value].flat().every((item) => typeof item === 'string'));
        const roles = findRoles(json, place);
        assert.ok(roles !== 'too-much' && roles.every((role) => typeof role === 'string' && role !== ''));
      }
    }),
  );
});

test('A18 a yes is the exact value at the exact path in a 2xx reply, and nothing else', () => {
  const success = { path: 'a.b', equals: 'true' };
  fc.assert(
    fc.property(reply, fc.integer({ min: 200, max: 599 }), (value, status) => {
      const json: unknown = parseJson(JSON.stringify(value));
      const verdict = judgeReply({ success }, { status, json });
      const isExact = status < 300 && typeof json === 'object' && JSON.stringify(findAtPath(json, 'a.b')) === '"true"';
      assert.equal(verdict === 'yes', isExact);
      if (status >= 300) assert.equal(verdict, 'not-understood');
    }),
  );
});

test('a reply that is nested as deep as its size allows is read', () => {
  const depth = 30_000;
  const json = parseJson(`${'['.repeat(depth)}${']'.repeat(depth)}`);
  assert.equal(judgeReply({ success: { path: '0.0.0', equals: 'true' } }, { status: 200, json }), 'no');
  assert.deepEqual(findRoles(json, '0.*.0'), []);
});

test('A19 a 64-bit id keeps its digits: rounded, two users would be one', () => {
  const idOf = (id: string) => {
    const found = findClaim(parseJson(`{"user":{"id":${id}}}`), 'user.id');
    return found === 'too-much' ? undefined : found.value;
  };
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), (id) => {
      assert.equal(idOf(String(id)), String(id));
    }),
  );
  assert.notEqual(idOf('1234567890123456789'), idOf('1234567890123456788'));
  assert.equal(findAtPath(parseJson('{"count":7}'), 'count'), 7, 'what fits is a number as before');
});
