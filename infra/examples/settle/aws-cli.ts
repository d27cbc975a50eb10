// The AWS CLI, for what is asked of AWS itself: whoever deploys has it, with credentials and Region.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { RunAws } from './targets.ts';

const TIMEOUT_MS = 60_000;

const run = promisify(execFile);

/** Undefined where it is not installed, or has no credentials. */
export async function findAwsCli(): Promise<RunAws | undefined> {
  const aws: RunAws = async (args) => {
    const { stdout } = await run('aws', [...args, '--output', 'json'], { timeout: TIMEOUT_MS, maxBuffer: 16 * 1024 * 1024 });
    return stdout.trim() === '' ? {} : JSON.parse(stdout);
  };
  try {
    await aws(['sts', 'get-caller-identity']);
    return aws;
  } catch {
    return undefined;
  }
}

/** The records of a list in an answer: `Alarms`, `Metrics`. */
export function listOf(answer: unknown, name: string): readonly Readonly<Record<string, unknown>>[] {
  const list = typeof answer === 'object' && answer !== null ? (answer as Readonly<Record<string, unknown>>)[name] : undefined;
  return Array.isArray(list) ? list.filter((each) => typeof each === 'object' && each !== null) : [];
}
