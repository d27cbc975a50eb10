// Who may assume a role or call a function, and under which conditions. A condition on a key that the service does not
// send refuses every call, on AWS alone: so each pair of principal and key is listed with the page that documents it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import { openAllOptions } from './support/open-all-options.ts';
import { openGatehouseStack } from './support/synthesise-stack.ts';

/** By principal: the keys that it is documented to send, and where. */
const DOCUMENTED = new Map<string, Readonly<Record<string, string>>>([
  [
    'apigateway.amazonaws.com assumes',
    { 'no condition': 'API Gateway guide, "Create an assumable IAM role"; "Permissions for CloudWatch logging"' },
  ],
  ['lambda.amazonaws.com assumes', { 'no condition': 'Lambda guide, "Defining Lambda function permissions with an execution role"' }],
  [
    'apigateway.amazonaws.com calls',
    { 'aws:SourceArn': 'Lambda guide, "Invoking a Lambda function using an API Gateway endpoint", Permissions' },
  ],
  [
    'events.amazonaws.com calls',
    { 'aws:SourceArn': 'EventBridge guide, "Using resource-based policies for EventBridge", AWS Lambda permissions' },
  ],
  [
    '* calls',
    {
      'lambda:FunctionUrlAuthType': 'Lambda guide, "Control access to Lambda function URLs", NONE',
      'lambda:InvokedViaFunctionUrl': 'Lambda guide, "Control access to Lambda function URLs", NONE',
    },
  ],
]);

/** Properties of AWS::Lambda::Permission that become conditions, with their keys ("AWS::Lambda::Permission" of the CloudFormation guide). */
const PERMISSION_CONDITIONS = new Map([
  ['SourceArn', 'aws:SourceArn'],
  ['SourceAccount', 'aws:SourceAccount'],
  ['PrincipalOrgID', 'aws:PrincipalOrgID'],
  ['EventSourceToken', 'lambda:EventSourceToken'],
  ['FunctionUrlAuthType', 'lambda:FunctionUrlAuthType'],
  ['InvokedViaFunctionUrl', 'lambda:InvokedViaFunctionUrl'],
]);

interface Grant {
  readonly where: string;
  readonly who: string;
  readonly keys: readonly string[];
}

type Properties = Readonly<Record<string, unknown>>;

/** Every statement with a principal, wherever a resource has one: trust policies, and policies of topics, queues, keys, tables… */
function policyGrants(where: string, value: unknown): readonly Grant[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((each) => policyGrants(where, each));
  const { Principal, Action, Condition } = value as Properties;
  if (Principal === undefined) return Object.values(value).flatMap((each) => policyGrants(where, each));
  const services = typeof Principal === 'string' ? [Principal] : Object.values(Principal as Properties).flat();
  const verb = String(Action).startsWith('sts:Assume') ? 'assumes' : String(Action);
  const keys = Object.values((Condition ?? {}) as Properties).flatMap((operator) => Object.keys(operator as Properties));
  return services.map((service) => ({ where, who: `${String(service)} ${verb}`, keys }));
}

function permissionGrant(where: string, properties: Properties): Grant {
  const keys = [...PERMISSION_CONDITIONS].filter(([name]) => properties[name] !== undefined).map(([, key]) => key);
  return { where, who: `${String(properties.Principal)} calls`, keys };
}

function grantsOf(template: Template): readonly Grant[] {
  return Object.entries(template.toJSON().Resources as Readonly<Record<string, { Type: string; Properties?: Properties }>>).flatMap(
    ([id, { Type, Properties: properties = {} }]) =>
      Type === 'AWS::Lambda::Permission' ? [permissionGrant(id, properties)] : policyGrants(id, properties),
  );
}

const faultsOf = (grants: readonly Grant[]): readonly string[] =>
  grants.flatMap(({ where, who, keys }) => {
    const documented = DOCUMENTED.get(who) ?? {};
    const asked = keys.length === 0 ? ['no condition'] : keys;
    return asked.filter((key) => !Object.hasOwn(documented, key)).map((key) => `${where}: ${who}, ${key}`);
  });

const allOptions = openAllOptions().stacks.map((stack) => Template.fromStack(stack));
const asItComes = Template.fromStack(openGatehouseStack());

test('no trust policy and no resource policy asks for what the platform is not documented to send', () => {
  const grants = [...allOptions, asItComes].flatMap(grantsOf);
  assert.deepEqual(faultsOf(grants), []);
  assert.deepEqual(new Set(grants.map(({ who }) => who)), new Set(DOCUMENTED.keys()), 'every listed principal is there');
});

test('a condition that is not listed would be found, in a trust policy and in a permission', () => {
  const role = (condition: object) =>
    policyGrants('Role', {
      AssumeRolePolicyDocument: {
        Statement: [{ Action: 'sts:AssumeRole', Principal: { Service: 'apigateway.amazonaws.com' }, ...condition }],
      },
    });
  assert.deepEqual(faultsOf(role({})), []);
  assert.deepEqual(faultsOf(role({ Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } } })), [
    'Role: apigateway.amazonaws.com assumes, aws:SourceAccount',
  ]);
  const permission = { Principal: 'apigateway.amazonaws.com', SourceArn: 'arn', SourceAccount: '123456789012' };
  assert.deepEqual(faultsOf([permissionGrant('Permission', permission)]), [
    'Permission: apigateway.amazonaws.com calls, aws:SourceAccount',
  ]);
  assert.deepEqual(faultsOf([permissionGrant('Permission', { Principal: 'apigateway.amazonaws.com' })]), [
    'Permission: apigateway.amazonaws.com calls, no condition',
  ]);
});

test('what API Gateway assumes may call the authorizer, and nothing else', () => {
  for (const template of [...allOptions.slice(0, 1), asItComes]) {
    const [[roleId] = ['']] = Object.entries(template.findResources('AWS::IAM::Role')).filter(([id]) => id.includes('InvokeRole'));
    const policies = Object.values(template.findResources('AWS::IAM::Policy')).filter((policy) =>
      JSON.stringify(policy.Properties.Roles).includes(`"${roleId}"`),
    );
    assert.deepEqual(
      policies.flatMap(({ Properties: { PolicyDocument } }) => PolicyDocument.Statement.map(({ Action }: { Action: unknown }) => Action)),
      ['lambda:InvokeFunction'],
    );
  }
});
