// Everything that the construct can make, at once, against the rules that the CDK checks templates by before it deploys.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openAllOptions } from './support/open-all-options.ts';

interface Report {
  readonly pluginReports: readonly {
    readonly violations?: readonly { readonly ruleName: string; readonly severity?: string; readonly description: string }[];
  }[];
}

test('all options together pass the rules of CloudFormation', (t) => {
  const outdir = mkdtempSync(join(tmpdir(), 'gatehouse-all-'));
  t.after(() => rmSync(outdir, { recursive: true }));
  process.env.CDK_VALIDATION = 'true';
  const { app } = openAllOptions({ outdir });
  app.synth();
  const { pluginReports } = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')) as Report;
  const violations = pluginReports.flatMap(({ violations: found = [] }) =>
    found.map(({ ruleName, description }) => `${ruleName}: ${description}`),
  );
  assert.deepEqual(violations, []);
});
