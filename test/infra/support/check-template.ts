// An app held to CloudFormation's own schemas, which the CDK has, and to rules beyond them (cdk-preflight: failures of
// deployments that were seen on AWS). What they find is in the report that the CDK writes.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App, AppProps } from 'aws-cdk-lib/core';

interface Report {
  readonly pluginReports: readonly {
    readonly violations?: readonly { readonly ruleName: string; readonly description: string }[];
  }[];
}

// By `require`: its types are made for a compiler that takes optional properties less exactly.
const { Preflight } = createRequire(import.meta.url)('cdk-preflight') as {
  readonly Preflight: { apply(app: App, options: { readonly strict: boolean }): void };
};

/** `rule: what is wrong` for everything that was found. @param open makes the app, with its output directory among the properties */
export function findTemplateFaults(open: (props: AppProps) => App): readonly string[] {
  const outdir = mkdtempSync(join(tmpdir(), 'gatehouse-check-'));
  const before = process.env.CDK_VALIDATION;
  process.env.CDK_VALIDATION = 'true';
  try {
    const app = open({ outdir });
    Preflight.apply(app, { strict: true });
    synthesise(app);
    const { pluginReports } = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')) as Report;
    const found = pluginReports.flatMap(({ violations = [] }) =>
      violations.map(({ ruleName, description }) => `${ruleName}: ${description}`),
    );
    return [...new Set(found)];
  } finally {
    process.env.CDK_VALIDATION = before;
    rmSync(outdir, { recursive: true });
  }
}

/** Findings make synthesis fail, after the report was written. */
function synthesise(app: App): void {
  try {
    app.synth();
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('Validation failed'))) throw error;
  }
}
