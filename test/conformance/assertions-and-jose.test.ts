// Every row that is met names a test that is there.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RFC_7521, RFC_7523 } from './assertions.ts';
import { hasTest } from './has-test.ts';
import { RFC_7517, RFC_7519, RFC_8725 } from './jose.ts';
import { RFC_7522 } from './saml-assertions.ts';

for (const rows of [RFC_7517, RFC_7519, RFC_7521, RFC_7522, RFC_7523, RFC_8725]) {
  test(`${rows[0]?.rfc}: ${rows.length} rows, each with a test or a reason`, () => {
    for (const { section, requirement, proof } of rows) {
      if ('notMet' in proof) assert.match(proof.notMet, /^(Not applicable|Not met|Met o)/, `${section} ${requirement}`);
      else assert.ok(hasTest(proof.file, proof.test), `${section} ${requirement}: ${proof.file} has no test "${proof.test}"`);
    }
  });
}
