// The conformance suite of MCP, its scenarios for authorization servers: run as it comes from npm, with a person at the browser
// where it waits for one.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What one scenario found. */
export interface Check {
  readonly id: string;
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO';
  readonly errorMessage?: string;
}

export interface ConformanceRun {
  readonly issuer: string;
  readonly clientId: string;
  readonly resource: string;
  /** Of the suite's own callback, `http://127.0.0.1:<port>/callback`. */
  readonly callbackPort: number;
  /** Visits the address that the suite prints, and says where it was sent back to. */
  readonly visit: (address: URL) => Promise<URL>;
}

const SUITE = join(dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/package.json')), 'dist/index.js');

/**
 * Checks by the name of their scenario.
 *
 * @throws Error with what the suite wrote where it ended before it had a result
 */
export async function runConformance(run: ConformanceRun): Promise<ReadonlyMap<string, readonly Check[]>> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-mcp-conformance-'));
  try {
    const options = [
      '--url',
      run.issuer,
      '--client-id',
      run.clientId,
      '--resource',
      run.resource,
      '-p',
      String(run.callbackPort),
      '-o',
      folder,
    ];
    const suite = spawn(process.execPath, [SUITE, 'authorization', ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
    let written = '';
    let visited: Promise<unknown> | undefined;
    const read = (chunk: Buffer): void => {
      written += chunk.toString();
      const address = /^(http\S+\?\S*response_type=code\S*)$/m.exec(written)?.[1];
      if (address === undefined || visited !== undefined || !written.includes('Waiting')) return;
      visited = run.visit(new URL(address)).then((back) => fetch(back));
      // Without its callback it would wait for minutes.
      visited.catch(() => suite.kill());
    };
    for (const stream of [suite.stdout, suite.stderr]) stream.on('data', read);
    await once(suite, 'close');
    await visited;
    return readResults(folder, written);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readResults(folder: string, written: string): ReadonlyMap<string, readonly Check[]> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('checks.json'));
  if (files.length === 0) throw new Error(`The conformance suite has no result.\n${written}`);
  // `authorization-server-<scenario>-2026-11-27T21-57-05-206Z/checks.json`
  const scenarioOf = (file: string): string => dirname(file).replace(/^authorization-server-(.+?)-\d{4}-\d{2}-\d{2}T[\d-]+Z$/, '$1');
  return new Map(files.map((file) => [scenarioOf(file), JSON.parse(readFileSync(join(folder, file), 'utf8')) as Check[]]));
}
