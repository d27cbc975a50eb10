// The bundles that are deployed: what a cold start reads, what it must not, and that they run on their own.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { bundle, bundleEntryPoint } from '../../infra/gatehouse/functions/bundle.ts';
import type { Bundle } from '../../infra/gatehouse/functions/bundle-record.ts';
import { readBundleRecord, writeBundleRecord } from '../../infra/gatehouse/functions/bundle-record.ts';
import { BUNDLES, type BundleName } from '../../infra/gatehouse/functions/bundle-sources.ts';

const run = promisify(execFile);
const NAMES = Object.keys(BUNDLES) as BundleName[];

/** Bytes that a cold start may read; functions/README.md, "Cold start", says what each of them costs. */
const EAGER_LIMIT: Readonly<Record<BundleName, number>> = {
  // These two have a budget of their own: test/infra/cold-start/.
  token: 192_000,
  authorizer: 160_000,
  'signing-keys': 300_000,
  'api-entries': 300_000,
  // Invoked by hand: nobody waits at a login.
  operator: 300_000,
  pizzashack: 60_000,
  'user-service': 10_000,
  // The SDK of MCP as it is: of the demo, and never of a function of Gatehouse.
  'mcp-server': 460_000,
};

/** Heavy, and needed by some requests only: must be in chunks of their own. */
const LATE =
  /node_modules\/(ldapts|jose|xml-crypto|@modelcontextprotocol|@xmldom|saxes|xmlchars|asn1|zod|@aws-sdk|@smithy)|container-credentials/;

for (const name of NAMES) {
  test(`${name}: is small enough to start cold`, (t) => {
    const { files, eagerBytes } = bundle(name);
    const all = Object.values(files).reduce((sum, bytes) => sum + bytes, 0);
    t.diagnostic(
      `${name}: ${(eagerBytes / 1000).toFixed(0)} kB at cold start, ${(all / 1000).toFixed(0)} kB in ${Object.keys(files).length} files`,
    );
    assert.ok(eagerBytes <= EAGER_LIMIT[name], `${eagerBytes} bytes`);
  });

  test(`${name}: is in the directory as it says, and builtins come by process.getBuiltinModule, which runs no getter`, () => {
    const { directory, files } = bundle(name);
    const names = readdirSync(directory);
    assert.deepEqual(names.sort(), Object.keys(files).sort());
    assert.ok(names.includes('index.mjs'));
    for (const file of names) {
      assert.equal(statSync(join(directory, file)).size, files[file]);
      const code = readFileSync(join(directory, file), 'utf8');
      // `import 'node:http'` runs a getter that loads undici: 45 ms (functions/README.md, "Cold start").
      assert.ok(!/(from|import\()\s*["'](node:)?https?["']/.test(code), `${file} imports HTTP`);
      const imports = [...code.matchAll(/\bimport([ \w$,{}]*?)from ?"([\w:/]+)";/g)];
      assert.deepEqual(
        imports.filter(([, , from = '']) => isBuiltin(from)).map(([statement]) => statement),
        [],
        file,
      );
    }
  });
}

for (const name of ['token', 'authorizer'] as const) {
  test(`${name}: LDAP, SAML, JOSE and the AWS SDK are loaded when they are needed`, () => {
    assert.deepEqual(
      Object.keys(bundle(name).eagerModules).filter((module) => LATE.test(module)),
      [],
    );
  });
}

for (const name of ['token', 'authorizer'] as const) {
  test(`${name}: by the AWS SDK where the deployment wants it, and then by nothing of ours`, () => {
    const lean = Object.keys(bundle(name).eagerModules);
    const { eagerModules: bySdk, eagerBytes } = bundle(name, 'sdk');
    const eagerModules = Object.keys(bySdk);
    assert.ok(lean.some((module) => module.endsWith('aws/aws-client.ts')) && !lean.some((module) => module.endsWith('aws/sdk-client.ts')));
    assert.ok(eagerModules.some((module) => module.endsWith('aws/sdk-client.ts')));
    for (const own of ['aws-client', 'sign-request', 'container-credentials', 'endpoint'])
      assert.ok(!eagerModules.some((module) => module.endsWith(`aws/${own}.ts`)), own);
    assert.ok(eagerBytes < EAGER_LIMIT[name] + 260_000, `${eagerBytes} bytes`);
  });
}

test('each function starts from its directory alone, without node_modules, and can load all of its late parts', async (t: TestContext) => {
  const environment = {
    PATH: process.env.PATH,
    AWS_REGION: 'us-east-1',
    TENANTS_TABLE: 't',
    CLIENTS_TABLE: 'c',
    USERS_TABLE: 'u',
    TOKENS_TABLE: 'k',
    SIGNING_KEYS_SECRET: 's',
    TENANT_SECRETS_PREFIX: 'p/',
    ISSUER: 'https://issuer.example.com',
    AUTHORIZER_CACHE_SECONDS: '60',
  };
  const bundles = [...NAMES.map((name) => bundle(name)), bundle('token', 'sdk'), bundle('authorizer', 'sdk')];
  for (const { directory } of bundles) {
    const copy = mkdtempSync(join(tmpdir(), 'gatehouse-bundle-'));
    t.after(() => rmSync(copy, { recursive: true }));
    for (const file of readdirSync(directory)) writeFileSync(join(copy, file), readFileSync(join(directory, file)));
    // The late parts as well: each finds in `index.mjs` whatever it takes from there.
    const script = `
      const { handler } = await import('./index.mjs');
      for (const file of process.argv.slice(1)) await import('./' + file);
      console.log(typeof handler);`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script, ...readdirSync(directory)], {
      cwd: copy,
      env: environment,
    });
    assert.equal(stdout.trim(), 'function', directory);
  }
});

test('what late parts share with the rest of a function is the same there, also where they import it late', async (t: TestContext) => {
  const root = mkdtempSync(join(tmpdir(), 'gatehouse-joined-'));
  t.after(() => rmSync(root, { recursive: true }));
  const sources = {
    'index.ts': `
      import { count } from './count.ts';
      import { names } from './names.ts';
      export const handler = async () => {
        names.push('index');
        const first = await (await import('./first.ts')).first();
        return { ...first, second: (await import('./second.ts')).second(), count: count(), names };
      };`,
    'count.ts': 'let calls = 0; export const count = () => { calls += 1; return calls; };',
    'names.ts': 'export const names: string[] = [];',
    'first.ts': `
      import { names } from './names.ts';
      import { both } from './both.ts';
      export const first = async () => {
        names.push('first', both());
        const late = await import('./count.ts');
        return { first: late.count() };
      };`,
    'second.ts': `
      import { both } from './both.ts';
      import { count } from './count.ts';
      export const second = () => both() + count();`,
    'both.ts': 'export const both = () => "both";',
  };
  for (const [file, source] of Object.entries(sources)) writeFileSync(join(root, file), source);
  const { directory } = bundleEntryPoint('joined-of-test', join(root, 'index.ts'));
  t.after(() => rmSync(directory, { recursive: true }));
  t.after(() => rmSync(join(directory, '..', 'joined-of-test.json')));
  const script = 'const { handler } = await import(process.argv[1]); console.log(JSON.stringify(await handler()));';
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script, join(directory, 'index.mjs')]);
  assert.deepEqual(JSON.parse(stdout), { first: 1, second: 'both2', count: 3, names: ['index', 'first', 'both'] });
});

test('a bundle is remembered for as long as nothing that it was built from changes', () => {
  const root = mkdtempSync(join(tmpdir(), 'gatehouse-record-'));
  try {
    const out = join(root, 'out');
    mkdirSync(out);
    writeFileSync(join(root, 'a.ts'), 'export const a = 1;');
    writeFileSync(join(root, 'package-lock.json'), '{}');
    const made: Bundle = { directory: out, files: {}, eagerBytes: 1, eagerModules: {}, modules: [] };
    const recipe = { root, file: join(root, 'cache', 'x.json'), settings: 'x' };
    const later = Date.now() + 60_000;
    writeBundleRecord(recipe, ['a.ts'], made, later);
    assert.deepEqual(readBundleRecord(recipe), made);
    assert.equal(readBundleRecord({ ...recipe, settings: 'y' }), undefined);
    writeFileSync(join(root, 'a.ts'), 'export const a = 12;');
    assert.equal(readBundleRecord(recipe), undefined);
    writeBundleRecord(recipe, ['a.ts'], made, later);
    writeFileSync(join(root, 'package-lock.json'), '{"version":2}');
    assert.equal(readBundleRecord(recipe), undefined);
    writeBundleRecord(recipe, ['a.ts'], made, later);
    rmSync(out, { recursive: true });
    assert.equal(readBundleRecord(recipe), undefined);
    mkdirSync(out);
    writeFileSync(recipe.file, 'half a reco');
    assert.equal(readBundleRecord(recipe), undefined);
    writeBundleRecord(recipe, ['a.ts'], made, Date.now() - 60_000);
    assert.equal(readBundleRecord(recipe), undefined, 'an input changed while it was built');
  } finally {
    rmSync(root, { recursive: true });
  }
});
