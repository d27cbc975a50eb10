// The web ACL: off unless asked for, then in front of every REST API of Gatehouse.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { openGatehouseStack, openStackBeside, resourcesOf, textOf } from './support/synthesise-stack.ts';

interface Rule {
  readonly Name: string;
  readonly Priority: number;
  readonly Action: unknown;
  readonly Statement: Record<string, Record<string, unknown>>;
  readonly VisibilityConfig: { readonly SampledRequestsEnabled: boolean };
}

function rulesOf(template: Template): readonly Rule[] {
  const [acl] = resourcesOf(template, 'AWS::WAFv2::WebACL');
  assert.ok(acl !== undefined);
  return acl.Properties.Rules as readonly Rule[];
}

test('there is none unless it is asked for', () => {
  assert.equal(resourcesOf(Template.fromStack(openGatehouseStack()), 'AWS::WAFv2::WebACL').length, 0);
});

test('it stands before the token API, the demo, and an API of another stack', () => {
  const stack = openGatehouseStack({ webAcl: {} });
  const other = openStackBeside(stack);
  const api = new RestApi(other, 'Api');
  const routes = stack.gatehouse.protectRestApi('Gatehouse', api);
  routes.protect(api.root, 'GET', { kind: 'http', url: 'https://backend.example.com/' });
  const inStack = resourcesOf(Template.fromStack(stack), 'AWS::WAFv2::WebACLAssociation').map(({ Properties }) =>
    textOf(Properties.ResourceArn),
  );
  const inOther = resourcesOf(Template.fromStack(other), 'AWS::WAFv2::WebACLAssociation').map(({ Properties }) =>
    textOf(Properties.ResourceArn),
  );
  assert.equal(inStack.length, 2);
  assert.equal(inOther.length, 1);
  for (const arn of [...inStack, ...inOther])
    assert.match(arn, /^arn:<AWS::Partition>:apigateway:<AWS::Region>::\/restapis\/<\w+>\/stages\/<\w+>$/);
});

test('A72 a request that brings an end-user JWT of its own is blocked, with an underscore as well', () => {
  const rules = rulesOf(Template.fromStack(openGatehouseStack({ webAcl: {} }))).filter(({ Name }) => Name.startsWith('Block-'));
  const blocked = rules.map(({ Statement, Action }) => {
    assert.deepEqual(Action, { Block: {} });
    const { FieldToMatch, ComparisonOperator, Size } = Statement.SizeConstraintStatement ?? {};
    assert.deepEqual([ComparisonOperator, Size], ['GE', 0]);
    return FieldToMatch;
  });
  assert.deepEqual(blocked, [{ SingleHeader: { Name: 'x-jwt-assertion' } }, { SingleHeader: { Name: 'x_jwt_assertion' } }]);
  const own = rulesOf(Template.fromStack(openGatehouseStack({ webAcl: { headers: ['X-End-User'] } })));
  assert.ok(own.some(({ Name }) => Name === 'Block-x-end-user') && !own.some(({ Name }) => Name === 'Block-x-jwt-assertion'));
});

test('A85 one address gets so many token requests in five minutes', () => {
  const rules = rulesOf(Template.fromStack(openGatehouseStack({ webAcl: { tokenRequestsPerFiveMinutes: 600 } })));
  const rule = rules.find(({ Name }) => Name === 'LimitTokenRequests');
  const { Limit, AggregateKeyType, EvaluationWindowSec, ScopeDownStatement } = rule?.Statement.RateBasedStatement ?? {};
  assert.deepEqual([Limit, AggregateKeyType, EvaluationWindowSec], [600, 'IP', 300]);
  const { SearchString, PositionalConstraint, TextTransformations } = (
    ScopeDownStatement as { ByteMatchStatement: Record<string, unknown> }
  ).ByteMatchStatement;
  assert.deepEqual([SearchString, PositionalConstraint], ['/token', 'ENDS_WITH']);
  assert.deepEqual(TextTransformations, [
    { Priority: 0, Type: 'URL_DECODE' },
    { Priority: 1, Type: 'LOWERCASE' },
  ]);
  for (const limit of [9, 0, 1.5, Number.NaN])
    assert.throws(() => openGatehouseStack({ webAcl: { tokenRequestsPerFiveMinutes: limit } }), /tokenRequestsPerFiveMinutes/);
});

test('A61 no request is sampled: a sample keeps headers, and so tokens', () => {
  for (const { VisibilityConfig } of rulesOf(Template.fromStack(openGatehouseStack({ webAcl: {} }))))
    assert.equal(VisibilityConfig.SampledRequestsEnabled, false);
});
