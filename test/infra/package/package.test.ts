// The package, as a stranger gets it: what is in it and what it weighs, and that every Node from 20 on loads it by both ways.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { BUNDLES } from '../../../infra/gatehouse/functions/bundle-sources.ts';
import * as ownIndex from '../../../infra/index.ts';
import { COMPILE_CACHE } from '../../support/compile-cache.ts';
import { type Packed, pack } from '../../support/packed.ts';
import { skipWithout } from '../../support/required-part.ts';
import { missingRegistry, NEWEST_CDK, openStrangerApp, runLocally, type StrangerKind } from '../../support/stranger-app.ts';
import { STRANGER_SOURCES } from '../../support/stranger-sources.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const run = promisify(execFile);

/** Of the tarball and of what it becomes on a disk. */
const LIMIT_BYTES = 2_750_000;
const LIMIT_UNPACKED_BYTES = 10_500_000;

/** Folders and files that a path in the tarball may be in. */
const ALLOWED = [
  /^(package\.json|README\.md|LICENSE)$/,
  /^\.package\/(index\.(js|mjs|d\.ts|d\.mts)|(demo-)?app\.js|package\.json|LICENSES\.txt)$/,
  /^\.package\/types\/(infra|functions\/shared)\/.*\.d\.ts$/,
  /^\.package\/functions\/[a-z-]+\/[\w-]+\.mjs$/,
  /^\.package\/cli\/[\w-]+\.(mjs|html|css|js|svg)$/,
  /^\.package\/cli\/json-schemas\/[a-z-]+\.schema\.json$/,
  /^(functions|infra|\.github)\/.*\.md$/,
  /^infra\/admin\/json-schemas\/[a-z-]+\.schema\.json$/,
  /^functions\/token\/openapi\.yaml$/,
  /^infra\/examples\/[\w.-]+\.(tf|yaml|json)$/,
];

let packed: Packed;
/** The package as npm lays it out, with the peers of this repository beside it. */
let app: string;
before(async () => {
  packed = await pack();
  app = mkdtempSync(join(tmpdir(), 'gatehouse-app-'));
  mkdirSync(join(app, 'node_modules/gatehouse'), { recursive: true });
  await run('tar', ['xzf', packed.tarball, '--strip-components=1', '-C', join(app, 'node_modules/gatehouse')]);
  for (const peer of ['aws-cdk-lib', 'constructs']) symlinkSync(join(ROOT, 'node_modules', peer), join(app, 'node_modules', peer));
});
after(() => {
  packed?.close();
  rmSync(app, { recursive: true, force: true });
});

test('the tarball holds what an app needs, nothing of the tests and no sources, and stays small', (context) => {
  const paths = packed.files.map(({ path }) => path);
  assert.deepEqual(
    paths.filter((path) => !ALLOWED.some((pattern) => pattern.test(path))),
    [],
  );
  for (const name of [...Object.keys(BUNDLES).filter((each) => each !== 'operator'), 'token-sdk', 'authorizer-sdk', 'operator-sdk'])
    assert.ok(paths.includes(`.package/functions/${name}/index.mjs`), name);
  for (const file of ['launch.mjs', 'gatehouse.mjs', 'start.mjs', 'worker.mjs', 'index.html', 'console.css'])
    assert.ok(paths.includes(`.package/cli/${file}`), file);
  const said = `${packed.bytes} bytes, ${packed.unpackedBytes} unpacked, ${paths.length} files`;
  context.diagnostic(said);
  assert.ok(packed.bytes <= LIMIT_BYTES && packed.unpackedBytes <= LIMIT_UNPACKED_BYTES, said);
});

test('the licence of everything that is bundled is in it, and what is not bundled is a dependency', () => {
  const licences = readFileSync(join(app, 'node_modules/gatehouse/.package/LICENSES.txt'), 'utf8');
  for (const name of [
    'jose',
    'ldapts',
    'valibot',
    'xml-crypto',
    'saxes',
    '@xmldom/xmldom',
    'bcryptjs',
    '@aws-sdk/client-dynamodb',
    '@modelcontextprotocol/sdk',
  ])
    assert.match(licences, new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, 'm'), name);
  const about = JSON.parse(readFileSync(join(app, 'node_modules/gatehouse/package.json'), 'utf8'));
  assert.deepEqual(Object.keys(about.dependencies), ['dynalite']);
  assert.deepEqual(Object.keys(about.peerDependencies), ['aws-cdk-lib', 'constructs']);
  assert.equal(about.private, undefined);
});

test('the changelog has this version', () => {
  const changelog = readFileSync(join(ROOT, '.github/CHANGELOG.md'), 'utf8');
  assert.match(changelog, new RegExp(`^## ${packed.version.replaceAll('.', '\\.')} `, 'm'));
});

const SYNTHESISE = `
  const stack = new Stack(new App(), 'Mine');
  new Gatehouse(stack, 'Gatehouse', { issuer: 'https://login.example.org' });
  const template = Template.fromStack(stack);
  console.log(Object.keys(template.findResources('AWS::Lambda::Function')).length);
`;
const BY_IMPORT = `
  import { Gatehouse } from 'gatehouse';
  import { App, Stack } from 'aws-cdk-lib/core';
  import { Template } from 'aws-cdk-lib/assertions';
  ${SYNTHESISE}`;
const BY_REQUIRE = `
  const { Gatehouse } = require('gatehouse');
  const { App, Stack } = require('aws-cdk-lib/core');
  const { Template } = require('aws-cdk-lib/assertions');
  ${SYNTHESISE}`;

/** The library's check of a template takes seconds, and another test has it. */
const env = { ...process.env, ...COMPILE_CACHE, CDK_VALIDATION: 'false' };

for (const [way, code, type] of [
  ['import', BY_IMPORT, 'module'],
  ['require', BY_REQUIRE, 'commonjs'],
] as const)
  test(`by ${way} it is there, and synthesises without esbuild`, async () => {
    const { stdout } = await run(process.execPath, [`--input-type=${type}`, '-e', code], { cwd: app, env });
    assert.ok(Number(stdout) >= 3, stdout);
  });

test('both ways give one and the same, with every name of the sources', async () => {
  const code = `
    import * as imported from 'gatehouse';
    import { createRequire } from 'node:module';
    const required = createRequire(process.cwd() + '/x.js')('gatehouse');
    console.log(JSON.stringify(Object.keys(imported).filter((name) => imported[name] === required[name])));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], { cwd: app });
  assert.deepEqual(JSON.parse(stdout).sort(), Object.keys(ownIndex).sort());
});

test('the command line answers, and knows its version', async () => {
  const { stdout } = await run(process.execPath, [join(app, 'node_modules/gatehouse/.package/cli/launch.mjs'), '--help'], { cwd: app });
  assert.match(stdout, /client create/);
  const launch = join(app, 'node_modules/gatehouse/.package/cli/launch.mjs');
  assert.equal((await run(process.execPath, [launch, 'version'], { cwd: app })).stdout.trim(), packed.version);
  assert.match((await run(process.execPath, [launch, 'start', '--help'], { cwd: app })).stdout, /--no-demo/);
});

/** Each takes the best part of a minute, so that `.ci/run` alone asks for them (GATEHOUSE_STRANGERS=1). */
const STRANGERS: Readonly<Record<string, StrangerKind>> = {
  'TypeScript of this year': { cdk: NEWEST_CDK, language: 'typescript' },
  'TypeScript of December 2024, with ts-node and CommonJS': { cdk: '2.170.0', language: 'typescript' },
  JavaScript: { cdk: NEWEST_CDK, language: 'javascript' },
  'a library of its own, between the two': { cdk: '2.170.0', language: 'typescript', library: '2.215.0' },
};

const registry = process.env.GATEHOUSE_STRANGERS === '1' ? missingRegistry() : undefined;

for (const [name, kind] of process.env.GATEHOUSE_STRANGERS === '1' ? Object.entries(STRANGERS) : []) {
  test(`the app of cdk init, ${name}: compiles, synthesises, is tested, and runs here`, {
    skip: skipWithout(registry),
  }, async (context) => {
    const stranger = await openStrangerApp(kind, packed.tarball);
    context.after(() => stranger.close());
    for (const [file, text] of Object.entries(STRANGER_SOURCES[kind.language])) stranger.write(file, text);
    // Its command compiles first, or while it runs.
    await stranger.run('npx', 'cdk', 'synth', '--quiet');
    assert.match(await stranger.run('npm', 'test'), /1 passed/);
    const output = await runLocally(stranger, async (url) => {
      const answer = await fetch(`${url}/order`, { method: 'POST' });
      assert.deepEqual([answer.status, (await answer.json()).code], [401, '900901']);
      assert.equal((await fetch(`${url}/oauth2/jwks`)).status, 200);
    });
    assert.match(output, /Orders {3}REST API, id \w+, stage prod/);
  });
}
