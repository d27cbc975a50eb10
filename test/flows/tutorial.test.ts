// The tutorial of one's own API, as somebody follows it: its code is the app, its files are the tenant, its commands are run, and
// a user of an OpenLDAP directory reaches the function with a signed header. Only addresses, names of people and passwords differ.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { commandIn } from '../../infra/local/app-command.ts';
import { startLocal } from '../../infra/local/start-local.ts';
import { OPENLDAP } from '../support/directories/openldap.ts';
import { JOE, STAFF } from '../support/directories/people.ts';
import { eventually } from '../support/eventually.ts';
import { portsInARow } from '../support/free-ports.ts';
import { readText } from '../support/repository-files.ts';
import { skipWithout } from '../support/required-part.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGE = readText('infra/examples/OWN-API.md');

const codeOf = (section: string, mark: RegExp): readonly RegExpMatchArray[] => {
  const text = PAGE.slice(PAGE.indexOf(`## ${section}`), PAGE.indexOf('\n## ', PAGE.indexOf(`## ${section}`) + 4));
  return [...text.matchAll(new RegExp(`^\`\`\`${mark.source}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))];
};

/** The code of the page in the constructor of a stack, as `cdk init` has one. */
function appSource(): string {
  const [, code = ''] = codeOf('2.', /ts/)[0] ?? [];
  const lines = code.split('\n');
  const isImport = (line: string): boolean => line.startsWith('import ');
  const imports = lines
    .filter(isImport)
    .join('\n')
    .replace("from 'gatehouse'", `from ${JSON.stringify(join(ROOT, 'infra/index.ts'))}`);
  return `import { App, Stack } from 'aws-cdk-lib/core';
${imports}
class OrdersStack extends Stack {
  constructor(scope, id) {
    super(scope, id);
    ${lines.filter((line) => !isImport(line)).join('\n')}
  }
}
new OrdersStack(new App(), 'OrdersStack');
`;
}

test('the tutorial of one’s own API and directory leads to a signed header', { skip: skipWithout(OPENLDAP.missing) }, async (context) => {
  const directory = await OPENLDAP.start();
  context.after(() => directory.stop());
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-tutorial-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'app.mjs'), appSource());
  const port = await portsInARow();
  const app = commandIn(folder, `"${process.execPath}" --disable-warning=ExperimentalWarning app.mjs`);
  const local = await startLocal({ port, app, demo: false });
  context.after(() => local.close());

  for (const [, path = '', json = ''] of codeOf('4.', /json (\S+)/)) {
    const entry = JSON.parse(json.replace('"sales"', `"${STAFF}"`).replace('ldaps://ldap.example.org', directory.ldapsUrl));
    const reached = entry.type === 'ldap' ? { ...entry, caPem: directory.caPem } : entry;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), JSON.stringify(reached));
  }

  /** The commands of a section, where `npx gatehouse` is the command line of this repository on this run. */
  const follow = async (section: string): Promise<string> => {
    const commands = codeOf(section, /sh setup/).map(([, code = '']) => code);
    const gatehouse = `npx() { shift; "${process.execPath}" --disable-warning=ExperimentalWarning "${ROOT}infra/admin/gatehouse.ts" "$@" --port ${port}; }`;
    const script = commands
      .join('\n')
      .replace(/\{"bindDn".*?\}/, JSON.stringify(directory.service))
      .replace('--user anna', `--user ${JOE.name}`)
      // `plan` says by its code that something would change.
      .replace(/^(npx gatehouse plan .*)$/m, '$1 || [ $? = 2 ]')
      .replaceAll('http://127.0.0.1:3000', local.url);
    const { stdout } = await promisify(execFile)('bash', ['-ec', `${gatehouse}\n${script}`], {
      cwd: folder,
      env: { ...process.env, TOKEN: token },
    });
    return stdout;
  };

  let token = '';
  const doctor = await follow('4.');
  assert.match(doctor, /group|roles|clerk/i);
  const [, id = '', secret = ''] = /-u '?([^:\s']+):([^\s']+)/.exec((await follow('5.').catch(({ stdout }) => stdout)) as string) ?? [];
  const form = new URLSearchParams({ grant_type: 'password', username: `${JOE.name}@acme`, password: JOE.password, scope: 'order:read' });
  const headers = { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` };
  const issued = await (await fetch(`${local.url}/oauth2/token`, { method: 'POST', headers, body: form })).json();
  assert.equal(issued.scope, 'order:read', JSON.stringify(issued));
  token = issued.access_token;
  const answer = await eventually(30, async () => {
    const response = await fetch(`${local.url}/order`, { headers: { authorization: `Bearer ${token}` } });
    assert.equal(response.status, 200, await response.clone().text());
    return response.json();
  });
  const { payload } = await jwtVerify(answer.jwt, createRemoteJWKSet(new URL(`${local.url}/oauth2/jwks`)), { issuer: local.url });
  assert.equal(payload['http://wso2.org/claims/enduser'], `CORP/${JOE.name}@acme`);
});
