// Every failure of the command line: where it is said, with which words, and which exit code tells a script of it.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Unavailable } from '../../../functions/shared/errors.ts';
import { AwsRefusal } from '../../../functions/storage/aws/aws-call.ts';
import type { EntryTables } from '../../../infra/admin/entry-tables.ts';
import { listen } from '../../support/listen.ts';
import { openTablesAndFolder, type TablesAndFolder } from '../../support/tables-and-folder.ts';
import { createRun, runProgram } from './support/run-gatehouse.ts';

let opened: TablesAndFolder;
let dynamoDb: TablesAndFolder['dynamoDb'];
let folder: string;
before(async () => {
  opened = await openTablesAndFolder();
  ({ dynamoDb, folder } = opened);
  writeFileSync(join(folder, 'broken.json'), '{\n  "displayName": "T",\n  "status": active\n}\n');
  writeFileSync(join(folder, 'broken.yaml'), 'displayName: T\nstatus: [\n');
  writeFileSync(join(folder, 'two.yaml'), 'displayName: T\n---\ndisplayName: U\n');
  writeFileSync(join(folder, 'list.json'), '[]');
});
after(() => opened?.close());

const named = (name: string, message = name): Error => Object.assign(new Error(message), { name });
const coded = (code: string): Error => Object.assign(new Error(`connect ${code}`), { code });

/** What the tables throw, at any of their calls. */
const failing = (error: Error) => new Proxy({} as EntryTables, { get: () => () => Promise.reject(error) });

/** Whatever was thrown, by whichever client of AWS: exit code and words. */
const THROWN: readonly (readonly [string, Error, 1 | 2 | 3, RegExp])[] = [
  [
    'no region',
    new Error('Region is missing'),
    2,
    /^No region: give --region, or set AWS_REGION or AWS_DEFAULT_REGION; --local is the local run\.$/,
  ],
  ['no credentials', named('CredentialsProviderError', 'Could not load credentials.'), 1, /^No credentials of AWS: .*--profile/],
  ['credentials that have expired', named('ExpiredTokenException'), 1, /^AWS does not take the credentials: ExpiredTokenException\./],
  [
    'a right that is missing',
    named('AccessDeniedException', 'User: arn:x is not authorized to perform: dynamodb:Scan'),
    1,
    /^A right is missing: User: arn:x is not authorized/,
  ],
  [
    'the same by the functions’ own client',
    new Unavailable('dynamodb', 'access-denied', { cause: new AwsRefusal('AccessDeniedException', 1) }),
    1,
    /^A right is missing/,
  ],
  ['a throttled table', named('ProvisionedThroughputExceededException'), 3, /^AWS is too busy, or fails: Provisioned.* Try again\.$/],
  [
    'a table that is not there',
    new Unavailable('dynamodb', 'not-found', { cause: new AwsRefusal('ResourceNotFoundException', 1) }),
    1,
    /^There is no table of this stack: AWS account 1, region r, stack Gatehouse\. Is it another --stack, --region or --profile\?$/,
  ],
  ['nothing that answers', coded('ECONNREFUSED'), 3, /^AWS does not answer: ECONNREFUSED\./],
  [
    'a name that is not there',
    new Unavailable('dynamodb', 'request-failed', { cause: coded('ENOTFOUND') }),
    3,
    /^AWS does not answer: ENOTFOUND\./,
  ],
  ['a time-out', named('TimeoutError'), 3, /^AWS does not answer: TimeoutError\./],
  [
    'a userstore that does not answer',
    new Unavailable('userstore LDAP of t', 'connection-failed', { cause: coded('ECONNREFUSED') }),
    3,
    /^userstore LDAP of t does not answer as it should: connection-failed\.$/,
  ],
  ['a bug', new TypeError('x is not a function'), 1, /^Failed: TypeError: x is not a function$/],
];

for (const [what, error, exitCode, says] of THROWN)
  test(`${what}: exit code ${exitCode}, one line on standard error`, async () => {
    const run = createRun({
      place: 'AWS account 1, region r, stack Gatehouse',
      adapt: (operator) => ({ ...operator, tables: failing(error) }),
    });
    for (const words of ['tenant list', 'tenant list --json']) {
      const { code, out, err } = await run(words);
      assert.deepEqual([code, out], [exitCode, ''], words);
      assert.match(err.replace(/\n$/, ''), says);
      assert.equal(err.split('\n').length, 2, err);
    }
  });

test('files and folders that are not what they should be are named, with line and column', async () => {
  const run = createRun();
  const at = (name: string): string => join(folder, name);
  const rows: readonly (readonly [words: readonly string[], says: string])[] = [
    [['tenant', 'put', 't', at('none.json')], `${at('none.json')}: is not there.`],
    [['tenant', 'put', 't', folder], `${folder}: is a folder, and not a file.`],
    [['tenant', 'put', 't', join(at('list.json'), 'x')], `${join(at('list.json'), 'x')}: is a file, and not a folder.`],
    [['tenant', 'put', 't', at('broken.json')], `${at('broken.json')}: is not JSON: line 3, column 13: expected a value.`],
    [['tenant', 'put', 't', at('two.yaml')], `${at('two.yaml')}: holds 2 documents; one entry is expected.`],
    [['tenant', 'put', 't', at('list.json')], `${at('list.json')}: must hold a map.`],
  ];
  for (const [words, says] of rows) {
    const { code, out, err } = await run(words);
    assert.deepEqual([code, out, err], [1, '', `${says}\n`], words.join(' '));
  }
  assert.match((await run(['tenant', 'put', 't', at('broken.yaml')])).err, /broken\.yaml: is not YAML: line \d, column \d+: expected /);
});

test('what is not there, and what can’t be made, is refused in one line', async () => {
  const run = createRun();
  await run('tenant put t -', '{}');
  const rows: readonly (readonly [words: string, says: string])[] = [
    ['list nosuch', 'There is no tenant nosuch: nothing in the tables is of it. tenant list shows those that there are.'],
    ['role get t nosuch', 'Tenants, t / role#nosuch: is not there.'],
    ['client delete nosuch', 'Clients, nosuch: is not there.'],
    ['user create ghost joe', 'Tenants, ghost / tenant: is not there. Write it first: tenant put ghost FILE'],
    ['client create --tenant ghost', 'Tenants, ghost / tenant: is not there. Write it first: tenant put ghost FILE'],
    ['user disable t joe', 'Users, t / joe: is not there.'],
    ['user enable t joe', 'Users, t / joe: is not there.'],
    ['client add-secret nosuch', 'Clients, nosuch: is not there.'],
    ['revoke client nosuch', 'Clients, nosuch: is not there.'],
    ['revoke tenant nosuch', 'Tenants, nosuch / tenant: is not there.'],
    ['tenant suspend nosuch', 'Tenants, nosuch / tenant: is not there.'],
    ['tenant activate nosuch', 'Tenants, nosuch / tenant: is not there.'],
    ['unlock joe@nosuch', 'Tenants, nosuch / tenant: is not there.'],
  ];
  for (const [words, says] of rows) {
    const { code, out, err } = await run(words);
    assert.deepEqual([code, out, err], [1, '', `${says}\n`], words);
  }
});

test('a table that is not there is named, with stack, region and account; the account is asked of STS', async (context) => {
  const sts = createServer((_incoming, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'text/xml' });
    outgoing.end(
      '<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>',
    );
  });
  const environment = {
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.endpoint,
    AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${await listen(context, sts)}`,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_DEFAULT_REGION: 'us-east-1',
  };
  const place = (stack: string, region = 'us-east-1'): string => `AWS account 123456789012, region ${region}, stack ${stack}`;
  const absent = await runProgram(['tenant', 'list', '--stack', 'NotThere'], environment);
  assert.deepEqual(absent, {
    code: 1,
    out: '',
    err: `There is no table NotThere-Tenants: ${place('NotThere')}. Is it another --stack, --region or --profile?\n`,
  });
  const written = await runProgram(['tenant', 'put', 't', '-'], environment, '{"displayName":"T"}');
  assert.deepEqual([written.code, written.err], [0, `${place('Gatehouse')}\n`], 'before it writes it says where');
  assert.match(written.out, /^(created|changed): Tenants, t \/ tenant\n/);
  const read = await runProgram(['list', 't'], environment);
  assert.equal(read.err, '1 entry, 0 clients, 0 users\n', 'who only reads is told nothing');
  // Whoever asked for a region and a profile gets them, whatever else is set.
  const config = join(folder, 'config');
  writeFileSync(config, '[profile ops]\nregion = eu-west-1\naws_access_key_id = local\naws_secret_access_key = local\n');
  const { AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL_STS } = environment;
  const byProfile = { AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL_STS, AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: config };
  const rows: readonly (readonly [options: readonly string[], environment: object, region: string])[] = [
    [['--profile', 'ops'], byProfile, 'eu-west-1'],
    [['--region', 'eu-north-1'], { ...environment, AWS_REGION: 'ap-south-1' }, 'eu-north-1'],
  ];
  for (const [options, given, region] of rows) {
    const { err } = await runProgram(['tenant', 'put', 't', '-', ...options], { ...given }, '{}');
    assert.match(err, new RegExp(`^${place('Gatehouse', region)}\n`), options.join(' '));
  }
});

test('the program itself says so where region or credentials are not there, and where nothing answers', async () => {
  const nowhere = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null', AWS_EC2_METADATA_DISABLED: 'true' };
  const noRegion = await runProgram(['tenant', 'list'], { ...nowhere, AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' });
  assert.deepEqual([noRegion.code, noRegion.out, /^No region: /.test(noRegion.err)], [2, '', true], noRegion.err);
  const noCredentials = await runProgram(['tenant', 'list', '--region', 'us-east-1'], nowhere);
  assert.deepEqual(
    [noCredentials.code, noCredentials.out, /^No credentials of AWS: /.test(noCredentials.err)],
    [1, '', true],
    noCredentials.err,
  );
});

test('a path is meant from where npm was called, and an address comes from the outputs of the stack', async (context) => {
  const cloudFormation = createServer((_incoming, outgoing) => {
    const output = '<member><OutputKey>TokenUrl</OutputKey><OutputValue>https://login.example.org/oauth2/token</OutputValue></member>';
    const stack = `<member><StackName>Gatehouse</StackName><StackStatus>CREATE_COMPLETE</StackStatus><CreationTime>2026-01-01T00:00:00Z</CreationTime><Outputs>${output}</Outputs></member>`;
    outgoing.writeHead(200, { 'content-type': 'text/xml' });
    outgoing.end(`<DescribeStacksResponse><DescribeStacksResult><Stacks>${stack}</Stacks></DescribeStacksResult></DescribeStacksResponse>`);
  });
  const environment = {
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.endpoint,
    AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1',
    AWS_ENDPOINT_URL_CLOUDFORMATION: `http://127.0.0.1:${await listen(context, cloudFormation)}`,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: 'us-east-1',
  };
  mkdirSync(join(folder, 'tenants'));
  writeFileSync(join(folder, 'tenants/t.json'), '{"displayName":"From npm"}');
  const byNpm = { ...environment, npm_lifecycle_event: 'gatehouse', INIT_CWD: join(folder, 'tenants') };
  const put = await runProgram(['tenant', 'put', 't', 't.json'], byNpm);
  assert.deepEqual([put.code, put.err], [0, 'AWS account (STS does not say which), region us-east-1, stack Gatehouse\n'], put.err);
  const stale = await runProgram(['tenant', 'put', 't', 't.json'], { ...environment, INIT_CWD: join(folder, 'tenants') });
  assert.deepEqual([stale.code, stale.out], [1, ''], 'what another script of npm has left behind is nothing of this command');
  const made = await runProgram(['client', 'create', '--tenant', 't', '--id', 'made', '--scope', 'a:b', '--json'], environment);
  assert.match(
    JSON.parse(made.out).request,
    /^curl -u 'made:[\w-]{43}' -d 'grant_type=client_credentials' --data-urlencode 'scope=a:b' 'https:\/\/login\.example\.org\/oauth2\/token'$/,
  );
});
