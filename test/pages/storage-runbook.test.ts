// The commands of infra/gatehouse/storage/README.md, as far as one machine can run them: what they tell the app makes
// a template, and the tools know their options.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Template } from 'aws-cdk-lib/assertions';
import { App } from 'aws-cdk-lib/core';
import { GatehouseStack } from '../../infra/gatehouse-stack.ts';
import { readContext } from '../../infra/read-context.ts';
import { openApp, openGatehouseStack, resourcesOf } from '../infra/support/synthesise-stack.ts';
import { readText } from '../support/repository-files.ts';

const page = readText('infra/gatehouse/storage/README.md');
const commands = [...page.matchAll(/^ *npx cdk (deploy|import) (.+)$/gm)].map(([, verb = '', rest = '']) => ({ verb, rest }));

/** `-c name=value` of a command. */
function contextOf(rest: string): Record<string, string> {
  return Object.fromEntries([...rest.matchAll(/-c (\w+)=(?:'([^']*)'|(\S+))/g)].map(([, name, quoted, plain]) => [name, quoted ?? plain]));
}

test('every deployment of the page is one that the app takes, and its template can be made', () => {
  const deployments = commands.filter(({ verb }) => verb === 'deploy');
  assert.ok(deployments.length >= 4);
  for (const { rest } of deployments) {
    const { demo, gatehouse } = readContext(new App({ context: contextOf(rest) }).node);
    assert.equal(demo, false);
    Template.fromStack(new GatehouseStack(openApp(), 'Gatehouse', { gatehouse })).resourceCountIs('AWS::Lambda::Function', 4);
  }
});

test('the CDK knows every option of the page', async () => {
  for (const verb of ['deploy', 'import']) {
    const options = commands.filter((command) => command.verb === verb).flatMap(({ rest }) => rest.match(/--[a-z-]+/g) ?? []);
    assert.ok(options.length > 0);
    const { stdout, stderr } = await promisify(execFile)('npx', ['cdk', verb, '--help'], { maxBuffer: 1024 * 1024 });
    for (const option of options) assert.ok(`${stdout}${stderr}`.includes(option), `${verb} ${option}`);
  }
});

test('tables can be taken back by CloudFormation itself: literal names, and a policy that keeps them', () => {
  const tables = resourcesOf(Template.fromStack(openGatehouseStack()), 'AWS::DynamoDB::GlobalTable');
  assert.equal(tables.length, 4);
  for (const { Properties, DeletionPolicy } of tables) {
    assert.equal(typeof Properties.TableName, 'string');
    assert.equal(DeletionPolicy, 'RetainExceptOnCreate');
  }
});

test('the logical ids that the page begins are those of the template', () => {
  const ids = Object.keys(Template.fromStack(openGatehouseStack()).toJSON().Resources as object);
  for (const [, beginning = ''] of page.matchAll(/(Gatehouse(?:Storage|SigningKeys)\w+)…/g))
    assert.ok(
      ids.some((id) => id.startsWith(beginning)),
      beginning,
    );
});
