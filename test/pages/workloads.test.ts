// The page on clients without a secret: its entries, its recorded sessions, and the jobs that ask for a token, run by a
// shell against the token function with the platforms of the tests in place of GitHub and GitLab.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { text as readBody } from 'node:stream/consumers';
import { after, before, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { parseOperatorItem } from '../../infra/admin/operator-item.ts';
import { createRun } from '../infra/admin/support/run-gatehouse.ts';
import { adminPageSession } from '../support/admin-page.ts';
import { listen } from '../support/listen.ts';
import { putEntry } from '../support/put-entry.ts';
import { readText } from '../support/repository-files.ts';
import { openTablesAndFolder, type TablesAndFolder } from '../support/tables-and-folder.ts';
import { openTokenFunction } from '../support/token-function.ts';
import { PLATFORMS, type Platform, workloadToken } from '../support/workloads.ts';

const PAGE = 'infra/admin/WORKLOADS.md';
const ADDRESS = 'https://login.example.org';
const page = readText(PAGE);
const execute = promisify(execFile);

const blockOf = (mark: string): string => {
  const [, text] = new RegExp(`\`\`\`${mark}\\n([\\s\\S]*?)\`\`\``).exec(page) ?? [];
  assert.ok(text !== undefined, mark);
  return text;
};

let opened: TablesAndFolder;
let dynamoDb: TablesAndFolder['dynamoDb'];
let folder: string;
before(async () => {
  opened = await openTablesAndFolder();
  ({ dynamoDb, folder } = opened);
  await putEntry(dynamoDb, 'Tenants', { tenant: 'acme', entry: 'tenant' });
});
after(() => opened?.close());

const run = createRun({ findStackOutputs: async () => ({ TokenUrl: `${ADDRESS}/oauth2/token` }) });

/** What was written is what stands there; `…` stands for lines of any number. */
async function assertSession(mark: string, file: string): Promise<void> {
  for (const { command, lines } of adminPageSession(mark, PAGE)) {
    const { text } = await run(command.split(' ').map((word) => (word === 'issuer.json' ? file : word)));
    // A note is told on standard error, and the page has what is written to standard output.
    const written = text.split('\n').filter((line) => !line.startsWith('note: '));
    const elided = lines.indexOf('…');
    if (elided === -1) assert.deepEqual(written, lines, command);
    else assert.deepEqual(written.slice(0, elided), lines.slice(0, elided), `${command}\n${text}`);
  }
}

test('the entry of the page is right', () => {
  const parsed = parseOperatorItem(JSON.parse(blockOf('json workload')));
  assert.ok('key' in parsed);
  assert.deepEqual(parsed.faults, []);
});

for (const mark of ['aws', 'kubernetes', 'github', 'gitlab', 'spiffe']) {
  test(`the issuer and the client of ${mark} are written as the page shows it`, async () => {
    const file = join(folder, `${mark}.json`);
    writeFileSync(file, blockOf(`json issuer ${mark}`));
    await assertSession(mark, file);
  });
}

test('who still has a secret is listed as the page shows it', async () => {
  for (const id of ['aws', 'k8s', 'gitlab', 'spiffe']) await run(`client delete invoices-${id}`);
  await run('client create --tenant acme --id invoices-old');
  await assertSession('list', '');
  await run('client delete invoices-old');
});

test('the pod of the page has the service account and the audience of its client', () => {
  const { serviceAccountName, containers, volumes } = parse(blockOf('yaml pod')) as {
    readonly serviceAccountName: string;
    readonly containers: readonly { readonly volumeMounts: readonly { readonly name: string }[] }[];
    readonly volumes: readonly {
      readonly name: string;
      readonly projected: { readonly sources: readonly { readonly serviceAccountToken: { readonly audience: string } }[] };
    }[];
  };
  assert.match(blockOf('console kubernetes'), new RegExp(`system:serviceaccount:payments:${serviceAccountName} `));
  assert.deepEqual(
    [volumes[0]?.name, volumes[0]?.projected.sources[0]?.serviceAccountToken.audience],
    [containers[0]?.volumeMounts[0]?.name, ADDRESS],
  );
});

/** The token function and a platform that gives a job of this subject its token. */
async function startWorld(context: TestContext, { name, subject }: { readonly name: string; readonly subject: string }) {
  const found = PLATFORMS.find((one) => one.name === name);
  assert.ok(found !== undefined);
  const issuer = name === 'GitLab CI' ? 'https://gitlab.com' : found.workload.issuer;
  const platform: Platform = { ...found, workload: { issuer, subject } };
  const tokenFor = (audience: string) => workloadToken(platform, { audience, nowSeconds: Math.floor(Date.now() / 1000) });
  let call: ReturnType<typeof openTokenFunction> | undefined;
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (request.method === 'GET' && url.pathname === '/keys') return response.end(JSON.stringify({ keys: [platform.jwk] }));
    if (request.method === 'GET') return response.end(JSON.stringify({ value: await tokenFor(url.searchParams.get('audience') ?? '') }));
    const answer = await call?.(url.pathname, Object.fromEntries(new URLSearchParams(await readBody(request))), {});
    return response.writeHead(answer?.status ?? 500).end(JSON.stringify(answer?.json));
  });
  const url = `http://127.0.0.1:${await listen(context, server)}`;
  call = openTokenFunction(Date.now, url);
  const local = { jwksUri: `${url}/keys`, allowPlaintext: true, allowPrivateAddress: true, use: [], type: 'jwt' };
  await putEntry(dynamoDb, 'Tenants', { tenant: 'acme', entry: `issuer#${issuer}`, ...local });
  return { url, tokenFor };
}

/** Runs a script of the page, with the address of this run in place of the page's. */
async function runScript(script: string, url: string, variables: Readonly<Record<string, string>>): Promise<string> {
  const env = { PATH: process.env.PATH ?? '', ...variables };
  const { stdout } = await execute('bash', ['-euc', script.replaceAll(ADDRESS, url)], { env });
  return String((JSON.parse(stdout) as { readonly token_type?: string }).token_type);
}

test('the job of GitHub gets a token', async (context) => {
  const { url } = await startWorld(context, { name: 'GitHub Actions', subject: 'repo:acme@65/invoices@74:environment:production' });
  const job = parse(blockOf('yaml github-job')) as { readonly environment: string; readonly steps: readonly { readonly run: string }[] };
  assert.equal(job.environment, 'production');
  const variables = { ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-the-job', ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/token?api-version=2.0` };
  assert.equal(await runScript(job.steps[0]?.run ?? '', url, variables), 'Bearer');
});

test('the job of GitLab gets a token', async (context) => {
  const subject = 'project_path:acme/invoices:ref_type:branch:ref:main';
  const { url, tokenFor } = await startWorld(context, { name: 'GitLab CI', subject });
  await run(`client create --tenant acme --id invoices-gitlab --gitlab acme/invoices --ref main`);
  const job = parse(blockOf('yaml gitlab-job')) as {
    readonly id_tokens: { readonly GATEHOUSE_ID_TOKEN: { readonly aud: string } };
    readonly script: readonly string[];
  };
  const { aud } = job.id_tokens.GATEHOUSE_ID_TOKEN;
  assert.equal(aud, ADDRESS);
  assert.equal(await runScript(job.script.join('\n'), url, { GATEHOUSE_ID_TOKEN: await tokenFor(url) }), 'Bearer');
});
