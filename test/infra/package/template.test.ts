// The template for those without CDK: what it asks for is in its folder, its functions run out of their archives under any
// stack's name, the script copies all of it to a bucket, and a linter of others has no error to report.

import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { openClosers } from '../../../infra/emulator/closers.ts';
import { deployStack } from '../../../infra/emulator/deploy-stack.ts';
import { openServices } from '../../../infra/emulator/open-services.ts';
import { readTemplate } from '../../../infra/emulator/template/read-template.ts';
import { openLogPage } from '../../../infra/local/log-page.ts';
import { serveApis } from '../../../infra/local/serve-apis.ts';
import { writeTemplate } from '../../../infra/package/write-template.ts';
import { zip } from '../../../infra/package/zip.ts';
import { COMPILE_CACHE } from '../../support/compile-cache.ts';
import { listen } from '../../support/listen.ts';
import { skipWithout } from '../../support/required-part.ts';
import { unzip } from '../../support/unzip.ts';

const VERSION = '9.9.9-test';
const DEPLOYMENT = { stackName: 'Login', region: 'eu-west-1', accountId: '123456789012' };

const isInstalled = (program: string): boolean => spawnSync(program, ['--version']).status === 0;

let folder: string;
let template: unknown;
before(async () => {
  folder = join(mkdtempSync(join(tmpdir(), 'gatehouse-template-')), 'template');
  await writeTemplate(folder, VERSION);
  template = JSON.parse(readFileSync(join(folder, 'gatehouse.template.json'), 'utf8'));
});
after(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

/** Archives by the key that the template has for them, each unpacked. */
function unpackFunctions(): ReadonlyMap<string, string> {
  return new Map(
    readdirSync(join(folder, 'functions')).map((name) => {
      const to = join(folder, '..', 'unpacked', name);
      mkdirSync(to, { recursive: true });
      for (const entry of unzip(readFileSync(join(folder, 'functions', name)))) writeFileSync(join(to, entry.name), entry.content);
      return [`gatehouse-${VERSION}/${name}`, to];
    }),
  );
}

test('the functions run out of their archives, in a stack of any name, and keys are made', async (context) => {
  const closers = openClosers();
  context.after(() => closers.close());
  const terminal = { writeLine: () => {}, report: () => {} };
  const services = await openServices(
    { port: 0, dataDirectory: undefined, deployment: DEPLOYMENT, clock: Date.now, report: () => {} },
    closers,
  );
  const read = readTemplate(template, DEPLOYMENT, { parameters: { AssetsBucket: 'assets', IssuerUrl: services.gatewayUrl } });
  const functions = await deployStack({ template: read, assets: unpackFunctions(), services, terminal }, closers);
  assert.ok(functions.all.length >= 3);
  serveApis({
    template: read,
    services,
    findFunction: functions.find,
    hasDemo: false,
    isLenient: false,
    prefix: 'Login',
    report: () => {},
    logPage: openLogPage(),
  });
  const { keys } = await (await fetch(`${services.gatewayUrl}/oauth2/jwks`)).json();
  assert.ok(keys.length >= 2);
  const { TenantsTable, Issuer } = read.outputs();
  assert.deepEqual([TenantsTable, Issuer], ['Login-Tenants', services.gatewayUrl]);
});

test('without IssuerUrl the issuer is the API’s own address', () => {
  const { Issuer = '', TokenUrl } = readTemplate(template, DEPLOYMENT, { parameters: { AssetsBucket: 'assets' } }).outputs();
  assert.match(Issuer, /^https:\/\/\w+\.execute-api\.eu-west-1\.amazonaws\.com\/prod$/);
  assert.equal(TokenUrl, `${Issuer}/oauth2/token`);
});

test('nothing of the template is of the account that made it, of CDK, or of a name of its own', () => {
  const text = JSON.stringify(template);
  assert.doesNotMatch(text, /cdk-hnb659fds|BootstrapVersion|AWS::CDK::Metadata|AWS::ApiGateway::Account|123456789012/);
  assert.doesNotMatch(text, /"Gatehouse-(Tenants|Clients|Users|Tokens)"/);
});

const withoutAws = skipWithout(!isInstalled('aws') && 'the AWS CLI is not installed');

test('publish.sh copies functions and template to the bucket, and says how to deploy them', { skip: withoutAws }, async (context) => {
  const put = new Map<string, number>();
  const bucket = createServer((message, to) => {
    let bytes = 0;
    message.on('data', (chunk: Buffer) => (bytes += chunk.length));
    message.on('end', () => {
      put.set(`${message.method} ${message.url}`, bytes);
      to.writeHead(200, { ETag: '"0"' }).end();
    });
  });
  const port = await listen(context, bucket);
  const env = {
    ...COMPILE_CACHE,
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
  const { stdout } = await promisify(execFile)(join(folder, 'publish.sh'), ['my-bucket'], { env });
  const expected = readdirSync(join(folder, 'functions')).map((name) => `PUT /my-bucket/gatehouse-${VERSION}/${name}`);
  assert.deepEqual([...put.keys()].sort(), [...expected, `PUT /my-bucket/gatehouse-${VERSION}/gatehouse.template.json`].sort());
  assert.match(stdout, /aws cloudformation deploy .*AssetsBucket=my-bucket/s);
  await assert.rejects(promisify(execFile)(join(folder, 'publish.sh'), [], { env }), /usage: publish\.sh BUCKET/);
});

// No package of Debian brings it: it is asked where somebody has installed it.
if (process.env.GATEHOUSE_LINTERS === '1') {
  test('cfn-lint finds no error in it', () => {
    for (const file of ['gatehouse.template.json', 'api-gateway-logs.template.yaml']) {
      // W3005: a dependency that is said twice.
      const { status, stdout } = spawnSync('cfn-lint', ['--ignore-checks', 'W3005', '--', join(folder, file)], { encoding: 'utf8' });
      assert.equal(status, 0, stdout);
    }
  });
}

test('an archive is the same for the same files, and holds what went into it', () => {
  const entries = [
    { name: 'b/ü.txt', content: Buffer.from('x'.repeat(10_000)) },
    { name: 'a.txt', content: Buffer.alloc(0) },
  ];
  const archive = zip(entries);
  assert.deepEqual(archive, zip(entries.toReversed()));
  assert.deepEqual(unzip(archive), entries.toReversed());
  assert.ok(archive.length < 500);
});
