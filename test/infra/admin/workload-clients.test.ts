// Clients that are workloads, made and looked after by the command line on real tables, and the requests that it prints,
// run as they stand by a shell against the token function on the same tables.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { after, before, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { listen } from '../../support/listen.ts';
import { putEntry } from '../../support/put-entry.ts';
import { openTablesAndFolder, type TablesAndFolder } from '../../support/tables-and-folder.ts';
import { openTokenFunction } from '../../support/token-function.ts';
import { issuerEntryOf, PLATFORMS, type Platform, workloadClient, workloadToken } from '../../support/workloads.ts';
import { createRun } from './support/run-gatehouse.ts';

const execute = promisify(execFile);

let opened: TablesAndFolder;
let dynamoDb: TablesAndFolder['dynamoDb'];
let folder: string;
let tenants = 0;

before(async () => {
  opened = await openTablesAndFolder();
  ({ dynamoDb, folder } = opened);
  mkdirSync(join(folder, 'bin'));
  // Each asks the platform of the test for the audience that it is given.
  const ask = (name: string) => `curl -sSf -G "$PLATFORM_URL/${name}" --data-urlencode "audience=$audience"`;
  const program = (option: string, then: string) =>
    `#!/bin/sh\nwhile [ $# -gt 0 ]; do [ "$1" = ${option} ] && audience=$2; shift; done\n${then}\n`;
  const programs = {
    aws: program('--audience', ask('aws')),
    kubectl: program('--audience', ask('kubernetes')),
    'spire-agent': program('-audience', `printf '[{"svids":[{"svid":"%s"}]}]' "$(${ask('spiffe')})"`),
  };
  for (const [name, script] of Object.entries(programs)) writeFileSync(join(folder, 'bin', name), script, { mode: 0o755 });
});
after(() => opened?.close());

const run = createRun({});

/** A tenant of its own for each test, since all share the tables. */
async function newTenant(): Promise<string> {
  const tenant = `t${++tenants}`;
  await putEntry(dynamoDb, 'Tenants', { tenant, entry: 'tenant' });
  return tenant;
}

const named = (name: string): Platform => {
  const platform = PLATFORMS.find((one) => one.name === name);
  assert.ok(platform !== undefined, name);
  return platform;
};

/** By the last part of its path: how the printed request gets its token, and what was typed to make the client. */
const MADE: readonly (readonly [path: string, platform: Platform, options: string])[] = [
  ['aws', named('AWS STS, ES384'), '--aws-role arn:aws:iam::123456789012:role/DataProcessingRole --issuer ISSUER'],
  ['kubernetes', named('EKS'), '--kubernetes payments/invoices --issuer ISSUER'],
  ['github', named('GitHub Actions'), '--github octo-org/octo-repo --ref main'],
  ['github', named('GitHub Actions, subject with ids'), '--github octo-org@65/octo-repo@74 --environment prod'],
  ['gitlab', named('GitLab CI'), '--gitlab my-group/my-project --ref main --issuer ISSUER'],
  ['spiffe', named('SPIFFE, a JWT-SVID without iss'), '--spiffe spiffe://example.org/ns/payments/sa/invoices'],
  ['any', named('Kubernetes of one’s own'), '--workload system:serviceaccount:payments:invoices --issuer ISSUER'],
];

/** Gives out tokens of a platform and its keys, and is the token endpoint. */
async function startWorld(context: TestContext, path: string, platform: Platform) {
  let call: ReturnType<typeof openTokenFunction> | undefined;
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (request.method === 'POST') {
      const form = Object.fromEntries(new URLSearchParams(await readText(request)));
      const answer = await call?.(url.pathname, form, {});
      return response.writeHead(answer?.status ?? 500).end(JSON.stringify(answer?.json));
    }
    if (url.pathname === '/keys') return response.end(JSON.stringify({ keys: [platform.jwk] }));
    const audience = url.searchParams.get('audience') ?? '';
    const token = await workloadToken(platform, { audience, nowSeconds: Math.floor(Date.now() / 1000) });
    if (url.pathname !== `/${path}`) return response.writeHead(404).end();
    if (path !== 'github') return response.end(token);
    return response.end(request.headers.authorization === 'Bearer of-the-job' ? JSON.stringify({ value: token }) : '{}');
  });
  const url = `http://127.0.0.1:${await listen(context, server)}`;
  call = openTokenFunction(Date.now, url);
  return url;
}

for (const [path, platform, options] of MADE) {
  test(`client create for ${platform.name} prints a request that a shell runs as it stands`, async (context) => {
    const tenant = await newTenant();
    const url = await startWorld(context, path, platform);
    const local = { jwksUri: `${url}/keys`, allowPlaintext: true, allowPrivateAddress: true };
    await putEntry(dynamoDb, 'Tenants', issuerEntryOf(platform, tenant, local));
    const words = `client create --tenant ${tenant} --id ${tenant}-job ${options} --token-url ${url}/oauth2/token`;
    const made = await run(words.replace('ISSUER', platform.workload.issuer));
    assert.equal(made.code, 0, made.text);
    assert.match(made.out, /^key: {4}t\d+-job\nissuer: {2}\S+\nsubject: \S+ {3}\(no secret is stored\)\n\ncurl /);
    assert.doesNotMatch(made.text, /secret:/);
    const stored = JSON.parse((await run(`client get ${tenant}-job`)).out) as Record<string, unknown>;
    assert.deepEqual([stored.workload, stored.secrets, stored.authMethods], [platform.workload, undefined, ['private_key_jwt']]);
    const request = made.out.trim().split('\n').at(-1) ?? '';
    const { stdout } = await execute('bash', ['-euc', request], {
      env: {
        PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
        PLATFORM_URL: url,
        ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/github?api-version=2.0`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-the-job',
        GATEHOUSE_ID_TOKEN: await workloadToken(platform, { audience: url, nowSeconds: Math.floor(Date.now() / 1000) }),
        WORKLOAD_TOKEN: await workloadToken(platform, { audience: url, nowSeconds: Math.floor(Date.now() / 1000) }),
      },
    });
    assert.equal((JSON.parse(stdout) as { token_type?: string }).token_type, 'Bearer', stdout);
    assert.equal((await run(`client delete ${tenant}-job`)).code, 0);
  });
}

test('what is typed is held to what the platforms document', async () => {
  const tenant = await newTenant();
  for (const [options, said] of [
    ['--aws-role arn:aws:sts::123456789012:assumed-role/a/b --issuer https://x.example', /--aws-role must be the ARN of an IAM role/],
    ['--aws-role arn:aws:iam::123456789012:role/a', /--issuer is missing, which --aws-role needs/],
    ['--kubernetes invoices --issuer https://x.example', /--kubernetes must be NAMESPACE\/SERVICEACCOUNT/],
    ['--kubernetes a/b', /--issuer is missing/],
    ['--github octo-org', /--github must be OWNER\/REPOSITORY/],
    ['--github o/r', /--github needs --ref or --environment, and not both/],
    ['--github o/r --ref main --environment prod', /--github needs --ref or --environment, and not both/],
    ['--github o/r --ref refs/pull/1/merge', /--ref of --github must be a branch or a tag/],
    ['--github o/r --ref *', /--ref must be a branch/],
    ['--gitlab g --ref main', /--gitlab must be GROUP\/PROJECT/],
    ['--gitlab g/p', /--gitlab needs --ref/],
    ['--gitlab g/p --ref main --environment x', /--environment means nothing with --gitlab/],
    ['--spiffe https://example.org/x', /--spiffe must be a SPIFFE ID/],
    ['--spiffe spiffe://example.org', /--spiffe must be a SPIFFE ID/],
    ['--workload x', /--issuer is missing/],
    ['--issuer https://x.example', /--issuer means nothing without --workload/],
    ['--ref main', /--ref means nothing without/],
    ['--workload x --issuer https://x.example --github o/r', /--workload and --github: a client is one workload/],
    ['--workload x --issuer https://x.example --public', /--public and --workload/],
  ] as const) {
    const refused = await run(`client create --tenant ${tenant} ${options}`);
    assert.deepEqual([refused.code, said.test(refused.text)], [2, true], `${options}: ${refused.text}`);
  }
  const wildcard = await run(`client create --tenant ${tenant} --id x --workload repo:o/* --issuer https://x.example`);
  assert.deepEqual(
    [wildcard.code, wildcard.text],
    [1, 'Clients, x, workload.subject: expected sub as it stands in the token: no wildcard'],
  );
});

test('an issuer that the tenant has no entry of is named first, and the command that is printed writes it', async () => {
  const tenant = await newTenant();
  const words = `client create --tenant ${tenant} --id ${tenant}-ci --github octo-org/octo-repo --environment a:b --token-url https://x.example/oauth2/token`;
  const refused = await run(words);
  assert.equal(refused.code, 1);
  const [, json = ''] =
    /^echo '(.+)' \| gatehouse issuer put \S+ https:\/\/token\.actions\.githubusercontent\.com -$/m.exec(refused.text) ?? [];
  assert.deepEqual(JSON.parse(json), {
    type: 'jwt',
    jwksUri: 'https://token.actions.githubusercontent.com/.well-known/jwks',
    algorithms: ['RS256'],
    use: [],
  });
  assert.equal((await run(`issuer put ${tenant} https://token.actions.githubusercontent.com -`, json)).code, 0);
  const made = await run(words);
  assert.equal(made.code, 0, made.text);
  assert.match(made.err, /note: Subjects of repositories that were made or renamed since 15 July 2026 hold ids/);
  assert.match(made.out, /subject: repo:octo-org\/octo-repo:environment:a%3Ab /);
  await run(`client delete ${tenant}-ci`);
});

test('a second claimer is refused by create, put and apply, and named by check, whoever wrote it', async () => {
  const [tenant, other] = [await newTenant(), await newTenant()];
  const platform = named('AWS STS, RS256');
  for (const name of [tenant, other]) await putEntry(dynamoDb, 'Tenants', issuerEntryOf(platform, name));
  const { workload } = platform;
  const create = (name: string, id: string) =>
    run(`client create --tenant ${name} --id ${id} --workload ${workload.subject} --issuer ${workload.issuer}`);
  assert.equal((await create(tenant, 'first')).code, 0);
  const line = (id: string) =>
    `Clients, ${id}, workload: expected a workload that no other client claims: first claims it too, and neither gets in`;
  for (const name of [tenant, other]) {
    const refused = await create(name, 'second');
    assert.deepEqual([refused.code, refused.text], [1, `${line('second')}\nNothing was written.`]);
  }
  const attributes = { tenant: other, workload, grantTypes: ['client_credentials'] };
  const put = await run('client put second -', JSON.stringify(attributes));
  assert.deepEqual([put.code, put.text], [1, `${line('second')}\nNothing was written.`]);
  const entries = join(folder, 'entries');
  mkdirSync(entries);
  writeFileSync(join(entries, 'clients.json'), JSON.stringify([{ clientId: 'second', ...attributes }]));
  for (const verb of ['plan', 'apply']) {
    const refused = await run(`${verb} ${entries}`);
    assert.deepEqual([refused.code, refused.text.includes(line('second'))], [1, true], refused.text);
  }
  // Two of one folder that claim one workload, and a folder that moves it from one client to another.
  const elsewhere = { ...workload, subject: `${workload.subject}2` };
  writeFileSync(
    join(entries, 'clients.json'),
    JSON.stringify(['a', 'b'].map((clientId) => ({ clientId, ...attributes, workload: elsewhere }))),
  );
  assert.match(
    (await run(`apply ${entries}`)).text,
    /Clients, a, workload: .*: b claims it too.*\nClients, b, workload: .*: a claims it too/,
  );
  writeFileSync(
    join(entries, 'clients.json'),
    JSON.stringify([
      { clientId: 'second', ...attributes },
      { clientId: 'first', ...attributes, workload: elsewhere },
    ]),
  );
  assert.equal((await run(`apply ${entries}`)).code, 0);
  // By hand, and wrong besides: check names both, and what is so already can be written on.
  await putEntry(dynamoDb, 'Clients', { clientId: 'by-hand', tenant, workload, misspelt: 1 });
  const checked = await run('check');
  assert.match(checked.text, /wrong: Clients, second, workload: expected a workload that no other client claims: by-hand claims it too/);
  assert.match(checked.text, /wrong: Clients, by-hand, workload: expected a workload that no other client claims: second claims it too/);
  const again = await run('client put second -', JSON.stringify({ ...attributes, name: 'Second' }));
  assert.deepEqual([again.code, /warning: Clients, second, workload: /.test(again.err)], [0, true], again.text);
  for (const id of ['first', 'second', 'by-hand']) await run(`client delete ${id}`);
});

test('A146 of two operators who make clients of one workload at once, at most one is left with it', async () => {
  const tenant = await newTenant();
  const platform = named('EKS');
  await putEntry(dynamoDb, 'Tenants', issuerEntryOf(platform, tenant));
  const { issuer, subject } = platform.workload;
  const made = await Promise.all(
    Array.from({ length: 6 }, (_, n) => run(`client create --tenant ${tenant} --id race-${n} --workload ${subject} --issuer ${issuer}`)),
  );
  const left = (await run(`list ${tenant}`)).out.match(/race-\d/g) ?? [];
  assert.ok(left.length <= 1, left.join());
  assert.equal(made.filter(({ code }) => code === 0).length, left.length);
  const refusals = made.filter(({ code }) => code !== 0).map(({ text }) => text);
  for (const said of refusals)
    assert.match(said, /claims it too, and neither gets in(\. It was taken back: try again\.|\nNothing was written\.)$/);
  for (const id of left) await run(`client delete ${id}`);
});

test('check warns of workloads that nobody can prove, of secrets that are left, and of issuers for nobody', async () => {
  const tenant = await newTenant();
  const [aws, eks, github] = ['AWS STS, RS256', 'EKS', 'GitHub Actions'].map(named) as [Platform, Platform, Platform];
  await putEntry(dynamoDb, 'Tenants', issuerEntryOf(aws, tenant, { enabled: false }));
  await putEntry(dynamoDb, 'Tenants', issuerEntryOf(github, tenant, { use: ['jwt-bearer'], audiences: ['https://x.example'] }));
  await putEntry(dynamoDb, 'Tenants', issuerEntryOf(named('GitLab CI'), tenant));
  await putEntry(dynamoDb, 'Clients', workloadClient(aws, 'c-aws', tenant, { secrets: [{ sha256: 'a'.repeat(64) }] }));
  await putEntry(dynamoDb, 'Clients', workloadClient(eks, 'c-eks', tenant));
  await putEntry(dynamoDb, 'Clients', workloadClient(github, 'c-github', tenant));
  const { text } = await run('check');
  for (const said of [
    'warning: Clients, c-aws, secrets: expected none, once it has changed over',
    `warning: Clients, c-aws, workload.issuer: expected an issuer that is enabled: Tenants, ${tenant} / issuer#${aws.workload.issuer} is not`,
    `warning: Clients, c-eks, workload.issuer: expected Tenants, ${tenant} / issuer#${eks.workload.issuer}, which is not there`,
    'warning: Clients, c-github, workload.issuer: expected an issuer whose tokens are no users’ assertions',
    `warning: Tenants, ${tenant} / issuer#https://gitlab.example.com, use: expected a use, or a client of the tenant`,
  ])
    assert.ok(text.includes(said), `${said}\nis not in\n${text}`);
  const list = await run(`client list ${tenant}`);
  assert.deepEqual(JSON.parse((await run(`client list ${tenant} --json`)).out).at(0), {
    clientId: 'c-aws',
    name: '',
    status: 'active',
    storedSecrets: 1,
    provenBy: [`workload of ${aws.workload.issuer}`, 'secret'],
  });
  assert.match(list.text, /c-eks[\s\S]*none[\s\S]*workload of https:\/\/oidc\.eks/);
  assert.match(list.err, /3 clients, 1 stored secret\n$/);
  assert.match((await run('client list nobody')).text, /Tenants, nobody \/ tenant: is not there/);
  for (const id of ['c-aws', 'c-eks', 'c-github']) await run(`client delete ${id}`);
});

test('who may not read the whole table is told that nobody looked', async () => {
  const tenant = await newTenant();
  const denied = createRun({
    adapt: (operator) => ({
      ...operator,
      tables: {
        ...operator.tables,
        listWorkloadClaims: () => Promise.reject(Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' })),
      },
    }),
  });
  const written = await denied('client put unseen -', JSON.stringify({ tenant, workload: { issuer: 'https://x.example', subject: 'x' } }));
  assert.deepEqual([written.code, written.err.includes('not looked at, for want of a right')], [0, true], written.text);
  await run('client delete unseen');
  await putEntry(dynamoDb, 'Tenants', issuerEntryOf(named('EKS'), tenant));
  const made = await denied(
    `client create --tenant ${tenant} --id unseen --kubernetes payments/invoices --issuer ${named('EKS').workload.issuer}`,
  );
  assert.equal(made.code, 0, made.text);
  await run('client delete unseen');
});
