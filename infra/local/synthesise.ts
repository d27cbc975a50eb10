// Synthesises a CDK app as the CDK's own command line does: its command in a process of its own, with the context and the
// output directory in its environment.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppCommand } from './app-command.ts';
import { readAssembly, type SynthesisedStack } from './read-assembly.ts';
import { runApp } from './run-app.ts';

export interface Assembly {
  /** In the order in which one needs the other. */
  readonly stacks: readonly SynthesisedStack[];
  /** Deletes its directory. */
  close(): void;
}

/** Where stacks that don't say so pretend to be. */
export const LOCAL_ENVIRONMENT = { accountId: '123456789012', region: 'us-east-1' } as const;

/**
 * Runs the app.
 *
 * @param context on top of that of cdk.json
 * @param signal ends it
 * @throws Error with what the app wrote
 */
export async function synthesise(
  app: AppCommand,
  context: Readonly<Record<string, string | boolean>>,
  signal?: AbortSignal,
): Promise<Assembly> {
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-local-'));
  const close = (): void => rmSync(directory, { recursive: true, force: true });
  const env = {
    ...process.env,
    // The library's check of the template against AWS's rules is for deployments, and takes longer than all the rest.
    CDK_VALIDATION: 'false',
    CDK_OUTDIR: directory,
    CDK_CONTEXT_JSON: JSON.stringify({ ...app.context, ...context }),
    CDK_DEFAULT_ACCOUNT: LOCAL_ENVIRONMENT.accountId,
    CDK_DEFAULT_REGION: LOCAL_ENVIRONMENT.region,
  };
  try {
    await runApp({ command: app.command, directory: app.directory, env, ...(signal !== undefined && { signal }) });
    return { stacks: readAssembly(directory), close };
  } catch (error) {
    close();
    throw error;
  }
}
