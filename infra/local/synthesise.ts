// Synthesises the CDK app as the CDK's own command line does: the `app` of cdk.json in a process of its own, with the
// context and the output directory in its environment.

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { isRecord, requireText } from '../emulator/template/json.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Assembly {
  readonly directory: string;
  /** Parsed JSON of the stack's template. */
  readonly template: unknown;
  /** Deletes the directory. */
  close(): void;
}

/**
 * Runs the app.
 *
 * @param context on top of that of cdk.json
 * @param app script of another app than that of cdk.json
 * @throws Error with what the app wrote
 */
export async function synthesise(stackName: string, context: Readonly<Record<string, string | boolean>>, app?: string): Promise<Assembly> {
  const configuration: unknown = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8'));
  if (!isRecord(configuration)) throw new Error('cdk.json is no object');
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-local-'));
  const close = (): void => rmSync(directory, { recursive: true, force: true });
  const own = isRecord(configuration.context) ? configuration.context : {};
  // `npx node infra/app.ts` is run by this very Node: the same version, without starting npx.
  const script = app ?? requireText(configuration.app, 'cdk.json app').replace(/^(npx )?node /, '');
  // The library's check of the template against AWS's rules is for deployments, and takes longer than all the rest.
  const env = { ...process.env, CDK_VALIDATION: 'false', CDK_OUTDIR: directory, CDK_CONTEXT_JSON: JSON.stringify({ ...own, ...context }) };
  try {
    await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', ...script.split(' ')], { cwd: ROOT, env });
    return { directory, template: JSON.parse(readFileSync(join(directory, `${stackName}.template.json`), 'utf8')), close };
  } catch (error) {
    close();
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    throw new Error(`The stack can't be synthesised.\n${output || String(error)}`);
  }
}
