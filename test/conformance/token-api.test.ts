// The conformance table: each row is a MUST of an RFC with the test that proves it, or the reason why not. A test that
// is renamed or taken away takes its row along, and this test fails.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RFC_7521, RFC_7523 } from './assertions.ts';
import { RFC_6749_AUTHORIZATION } from './authorization-endpoint.ts';
import { RFC_6750 } from './bearer-tokens.ts';
import { RFC_9700 } from './best-current-practice.ts';
import { hasTest } from './has-test.ts';
import { RFC_7517, RFC_7519, RFC_8725 } from './jose.ts';
import { RFC_9068 } from './jwt-access-tokens.ts';
import { RFC_6749 } from './oauth-framework.ts';
import { RFC_6749_SECURITY } from './oauth-security.ts';
import { RFC_7009, RFC_7662 } from './revocation-and-introspection.ts';
import type { Row } from './row.ts';
import { RFC_7522 } from './saml-assertions.ts';
import { RFC_8414 } from './server-metadata.ts';

const OF_THIS_FOLDER = [RFC_6749, RFC_6749_AUTHORIZATION, RFC_6749_SECURITY, RFC_6750, RFC_7009, RFC_7662, RFC_8414, RFC_9068, RFC_9700];
const OF_ASSERTIONS = [RFC_7517, RFC_7519, RFC_7521, RFC_7522, RFC_7523, RFC_8725];

for (const rows of OF_THIS_FOLDER) {
  test(`${rows[0]?.rfc}: each of ${rows.length} rows has a test that is there, or a reason`, () => {
    for (const { section, requirement, proof } of rows) {
      if ('notMet' in proof) assert.match(proof.notMet, /^(Not applicable|Not met|Met o)/, `${section} ${requirement}`);
      else assert.ok(hasTest(proof.file, proof.test), `${section} ${requirement}: ${proof.file} has no test "${proof.test}"`);
    }
  });
}

test('all of the RFCs that the token API obeys are in the table', (t) => {
  const rows: readonly Row[] = [...OF_THIS_FOLDER, ...OF_ASSERTIONS].flat();
  const rfcs = ['6749', '6750', '7009', '7517', '7519', '7521', '7522', '7523', '7662', '8414', '8725', '9068', '9700'];
  for (const rfc of rfcs) {
    const own = rows.filter((row) => row.rfc === `RFC ${rfc}`);
    const proven = own.filter(({ proof }) => 'test' in proof).length;
    assert.ok(proven > 0, `RFC ${rfc} has no row that a test proves`);
    t.diagnostic(`RFC ${rfc}: ${own.length} rows, ${proven} proven by a test, ${own.length - proven} with a reason`);
  }
});
