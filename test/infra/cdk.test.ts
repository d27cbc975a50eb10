// The command line of the CDK with this project: the versions that work together, and a synthesis without a network.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { COMPILE_CACHE } from '../support/compile-cache.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => JSON.parse(readFileSync(join(ROOT, path), 'utf8'));

test('the CDK is pinned: aws-cdk 3.0.0, which `latest` names, is a mistaken release that refuses the library', () => {
  const { devDependencies } = read('package.json') as { devDependencies: Record<string, string> };
  assert.equal(devDependencies['aws-cdk'], '2.1148.1');
  assert.equal(devDependencies['aws-cdk-lib'], '2.276.0');
  assert.equal(read('node_modules/aws-cdk/package.json').version, '2.1148.1');
  assert.equal(read('node_modules/aws-cdk-lib/package.json').version, '2.276.0');
});

test('cdk.json has the feature flags that this version of the library recommends', () => {
  const { context } = read('cdk.json') as { context: Record<string, unknown> };
  for (const [flag, value] of Object.entries(read('node_modules/aws-cdk-lib/recommended-feature-flags.json')))
    assert.deepEqual(context[flag], value, flag);
});

test('cdk synth works offline and without credentials, and names no account, machine or user', async (t) => {
  const output = mkdtempSync(join(tmpdir(), 'gatehouse-synth-'));
  t.after(() => rmSync(output, { recursive: true }));
  const cli = join(ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  // A proxy where nothing listens: whatever would go out fails.
  const nowhere = 'http://127.0.0.1:1';
  const env = { PATH: process.env.PATH, HOME: output, CI: '1', HTTPS_PROXY: nowhere, HTTP_PROXY: nowhere, ...COMPILE_CACHE };
  const options = [
    'synth',
    '--quiet',
    '--output',
    join(output, 'out'),
    '-c',
    'demo=true',
    '-c',
    'issuer=https://login.example.com',
    '--no-notices',
  ];
  await promisify(execFile)(process.execPath, [cli, ...options], { cwd: ROOT, env });
  assert.ok(readdirSync(join(output, 'out')).includes('Gatehouse.template.json'));
  const template = readFileSync(join(output, 'out', 'Gatehouse.template.json'), 'utf8');
  assert.match(template, /"ISSUER": "https:\/\/login\.example\.com"/);
  assert.doesNotMatch(template, /\b\d{12}\b|\/home\/|\/work\/|\/tmp\//);
  const without = JSON.parse(template) as { Resources: Record<string, { Type: string }> };
  assert.ok(Object.keys(without.Resources).some((id) => id.startsWith('Demo')));
});
