// Properties of what the operator function takes and gives: whatever comes is answered, no secret is in what others said, and no
// character that a terminal obeys is in any of it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { FINDINGS } from '../../../functions/operator/examination.ts';
import { createOperatorHandler } from '../../../functions/operator/handle-event.ts';
import { hideValues } from '../../../functions/operator/hide-values.ts';
import { lineOf, quote, unquote } from '../../../functions/operator/quoted-text.ts';
import { isThere, missingPlaces, pathsOf } from '../../../functions/operator/replies/missing-places.ts';
import { openLoginFixture } from '../../support/login-fixture.ts';
import { readText } from '../../support/repository-files.ts';

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
      const shown = unquote(pathsOf(reply), (text) => text);
      assert.ok(shown.length > 0 && shown.length <= 401);
      assert.equal(typeof isThere(reply, path), 'boolean');
      assert.equal(missingPlaces({ username: path }, reply).length, isThere(reply, path) ? 0 : 1);
    }),
  );
  assert.equal(
    unquote(pathsOf({ a: { b: [{ c: 1 }, { d: 2 }] }, e: null }), (text) => text),
    'a.b.0.c, e',
  );
  for (const path of ['a.b.0.c', 'e', 'a.b.*.d']) assert.ok(isThere({ a: { b: [{ c: 1 }, { d: 2 }] }, e: null }, path), path);
  assert.equal(isThere({ a: { b: [{ c: 1 }] } }, 'a.b.*.d'), false);
});

test('A61 no secret of four characters or more, blanks apart, is in what others said, our own words stay, and nothing is left that a terminal obeys', () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 });
  // On one line, as it is compared: what is hardly more than blanks would hide half of every report.
  const secret = fc.string({ minLength: 4, maxLength: 12 }).filter((one) => lineOf(one).length >= 4);
  fc.assert(
    fc.property(fc.array(secret, { maxLength: 4 }), fc.array(text, { maxLength: 4 }), (secrets, texts) => {
      const said = [...texts, ...secrets.map((one) => `before ${one} behind`)];
      const report = { steps: said.map((one) => ({ error: `wrong-password: ${quote(one)}`, raw: [one] })) };
      for (const { error, raw } of hideValues(report, [...secrets, 'wrong-password']).steps) {
        assert.match(error, /^wrong-password: /);
        assert.doesNotMatch(`${error}${raw.join('')}`, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        const rest = error.slice('wrong-password: '.length).replaceAll('(hidden)', '\0');
        for (const one of secrets) assert.equal(rest.includes(one), false, JSON.stringify([error, one]));
      }
    }),
  );
});

test('A61 a key in PEM is hidden on whatever lines it stands, and a password as JSON has it', () => {
  const key = '-----BEGIN PRIVATE KEY-----\nMIIBVAIBADANBgkq\nabcdefgh\n-----END PRIVATE KEY-----\n';
  const shown = hideValues([quote(`can't read ${key}`), quote(JSON.stringify({ password: 'a"b\\c' }))], [key, 'a"b\\c']);
  assert.deepEqual(shown, ["can't read (hidden)", '{"password":"(hidden)"}']);
});

test('the page explains every word that a log does not have', () => {
  const page = readText('infra/admin/DOCTOR.md');
  for (const finding of FINDINGS) assert.match(page, new RegExp(`^\\| \`${finding}\` \\| .{20,} \\|$`, 'm'), finding);
});
