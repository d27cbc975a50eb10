// Sizes and quotas of the templates, well below what AWS allows: a stack that grows over one of them fails to deploy, in
// every account at once. Limits: "Understand CloudFormation quotas", "Lambda quotas", "CloudWatch Logs quotas", "IAM and
// AWS STS quotas".

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import { openAllOptions } from './support/open-all-options.ts';
import { openGatehouseStack, resourcesOf, textOf } from './support/synthesise-stack.ts';

interface Budget {
  readonly what: string;
  readonly limit: number;
  /** What is ours of it, at most. */
  readonly budget: number;
  readonly measure: (template: Template) => number;
}

const sizeOf = (value: unknown): number => JSON.stringify(value ?? {}).length;
const countOf = (template: Template, section: string): number => Object.keys(template.toJSON()[section] ?? {}).length;
const max = (values: readonly number[]): number => Math.max(0, ...values);

/** The largest group of resources of a type that have the same text in a property. */
function largestGroup(template: Template, type: string, property: string): number {
  const counts = new Map<string, number>();
  for (const { Properties } of resourcesOf(template, type)) {
    const key = textOf(Properties[property]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return max([...counts.values()]);
}

/** Names and values of a function's environment, references as long as what they become. */
function environmentBytes(template: Template): number {
  return max(
    resourcesOf(template, 'AWS::Lambda::Function').map(({ Properties }) => {
      const { Variables = {} } = (Properties.Environment ?? {}) as { Variables?: Record<string, unknown> };
      return Object.entries(Variables).reduce(
        (sum, [name, value]) => sum + name.length + textOf(value).replaceAll(/<[^>]+>/g, 'x'.repeat(40)).length,
        0,
      );
    }),
  );
}

/** Own policies of one role, without blanks, as IAM counts them. */
function policyCharacters(template: Template): number {
  const byRole = new Map<string, number>();
  for (const { Properties } of resourcesOf(template, 'AWS::IAM::Policy'))
    for (const role of Properties.Roles as readonly unknown[]) {
      const characters = sizeOf(
        JSON.parse(JSON.stringify(Properties.PolicyDocument), (_key, value) => (isReference(value) ? 'x'.repeat(90) : value)),
      );
      byRole.set(textOf(role), (byRole.get(textOf(role)) ?? 0) + characters);
    }
  return max([...byRole.values()]);
}

const isReference = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 1 && /^(Ref|Fn::)/.test(Object.keys(value)[0] ?? '');

const BUDGETS: readonly Budget[] = [
  { what: 'bytes of the template', limit: 1_000_000, budget: 300_000, measure: (template) => sizeOf(template.toJSON()) },
  { what: 'resources', limit: 500, budget: 250, measure: (template) => countOf(template, 'Resources') },
  { what: 'outputs', limit: 200, budget: 60, measure: (template) => countOf(template, 'Outputs') },
  { what: 'parameters', limit: 200, budget: 5, measure: (template) => countOf(template, 'Parameters') },
  {
    what: 'metric filters of a log group',
    limit: 100,
    budget: 15,
    measure: (template) => largestGroup(template, 'AWS::Logs::MetricFilter', 'LogGroupName'),
  },
  {
    what: 'resources of a REST API',
    limit: 300,
    budget: 60,
    measure: (template) => largestGroup(template, 'AWS::ApiGateway::Resource', 'RestApiId'),
  },
  {
    what: 'authorizers of an API',
    limit: 10,
    budget: 1,
    measure: (template) => largestGroup(template, 'AWS::ApiGateway::Authorizer', 'RestApiId'),
  },
  {
    what: 'statements in a function’s own policy',
    limit: 100,
    budget: 10,
    measure: (template) => largestGroup(template, 'AWS::Lambda::Permission', 'FunctionName'),
  },
  { what: 'bytes of a function’s environment', limit: 4096, budget: 2048, measure: environmentBytes },
  { what: 'characters of a role’s own policies', limit: 10_240, budget: 5000, measure: policyCharacters },
  {
    what: 'characters of the dashboard',
    limit: 1_000_000,
    budget: 30_000,
    measure: (template) =>
      max(resourcesOf(template, 'AWS::CloudWatch::Dashboard').map(({ Properties }) => textOf(Properties.DashboardBody).length)),
  },
];

const documents = {
  'the stack with the demo': () => [Template.fromStack(openGatehouseStack({ accountCloudWatchRole: true }))],
  'all options': () => openAllOptions().stacks.map((stack) => Template.fromStack(stack)),
};

for (const [name, open] of Object.entries(documents)) {
  test(`${name}: every size and number is within its budget`, (t) => {
    for (const template of open())
      for (const { what, budget, limit, measure } of BUDGETS) {
        const measured = measure(template);
        t.diagnostic(`${what}: ${measured} of ${budget}, AWS allows ${limit}`);
        assert.ok(measured <= budget, `${what}: ${measured}, at most ${budget}`);
      }
  });
}

test('the measures see what is there', () => {
  const template = Template.fromStack(openGatehouseStack());
  for (const { what, measure } of BUDGETS.filter((each) => each.what !== 'parameters')) assert.ok(measure(template) > 0, what);
});
