// Properties of what the operator function takes and gives: whatever comes is answered, no secret is in what others said, and no
// character that a terminal obeys is in any of it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createOperatorHandler } from '../../../functions/operator/handle-event.ts';
import { hideValues } from '../../../functions/operator/hide-values.ts';
import { isThere, missingPlaces, pathsOf } from '../../../functions/operator/replies/missing-places.ts';
import { openLoginFixture } from '../../support/login-fixture.ts';

test('whatever event comes is answered, and what is not understood asks nothing', async () => {
  const handle = createOperatorHandler(() => ({ ...openLoginFixture().dependencies }));
  const words = fc.constantFrom('doctor', 'test', 'my_company', 'PRIMARY', '', '__proto__', 'constructor');
  const members = fc.constantFrom('action', 'tenant', 'domain', 'user', 'username', 'password', 'url');
  const near = fc.dictionary(members, fc.oneof(words, fc.jsonValue()));
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.jsonValue(), near), async (event) => {
      const { kind } = await handle(event);
      assert.ok(kind === 'refused' || kind === 'tried', kind);
    }),
  );
});

test('the paths of any reply are bounded text, and each that is shown is there', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string(), (reply, path) => {
      const shown = pathsOf(reply);
      assert.ok(shown.length > 0 && shown.length <= 401);
      assert.equal(typeof isThere(reply, path), 'boolean');
      assert.equal(missingPlaces({ username: path }, reply).length, isThere(reply, path) ? 0 : 1);
    }),
  );
  assert.equal(pathsOf({ a: { b: [{ c: 1 }, { d: 2 }] }, e: null }), 'a.b.0.c, e');
  for (const path of ['a.b.0.c', 'e', 'a.b.*.d']) assert.ok(isThere({ a: { b: [{ c: 1 }, { d: 2 }] }, e: null }, path), path);
  assert.equal(isThere({ a: { b: [{ c: 1 }] } }, 'a.b.*.d'), false);
});

test('A61 no secret of four characters or more is in what others said, and nothing is in any text that a terminal obeys', () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 });
  fc.assert(
    fc.property(
      fc.array(fc.string({ minLength: 4, maxLength: 12 }), { maxLength: 4 }),
      fc.array(text, { maxLength: 4 }),
      (secrets, texts) => {
        const quoted = [...texts, ...secrets.map((secret) => `before ${secret} behind`)];
        const report = { steps: quoted.map((error) => ({ step: 'tls', error, list: [error] })) };
        const shown = hideValues(report, secrets);
        for (const { step, error, list } of shown.steps) {
          assert.equal(step, 'tls');
          assert.doesNotMatch(`${error}${list.join('')}`, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
          for (const secret of secrets)
            if (!'(hidden)'.includes(secret)) assert.equal(error.replaceAll('(hidden)', '\0').includes(secret), false);
        }
      },
    ),
  );
});
