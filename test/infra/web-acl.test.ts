// The web ACL: off unless asked for, then in front of every REST API of Gatehouse.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { TOKEN_PATHS } from '../../functions/shared/token-paths.ts';
import type { WebAclSettings } from '../../infra/gatehouse/token-api/web-acl.ts';
import { openGatehouseStack, openStackBeside, resourcesOf, textOf } from './support/synthesise-stack.ts';

interface Statement {
  readonly SizeConstraintStatement?: Record<string, unknown>;
  readonly RateBasedStatement?: Record<string, unknown>;
  readonly OrStatement?: { readonly Statements: readonly Statement[] };
}

interface Rule {
  readonly Name: string;
  readonly Priority: number;
  readonly Action: unknown;
  readonly Statement: Statement;
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

test('it stands before the token API, both of the demo, and an API of another stack', () => {
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
  assert.equal(inStack.length, 3);
  assert.equal(inOther.length, 1);
  for (const arn of [...inStack, ...inOther])
    assert.match(arn, /^arn:<AWS::Partition>:apigateway:<AWS::Region>::\/restapis\/<\w+>\/stages\/<\w+>$/);
});

/** Names of headers that a rule blocks, with any value. */
function blockedBy({ Statement, Action }: Rule): readonly string[] {
  assert.deepEqual(Action, { Block: {} });
  return (Statement.OrStatement?.Statements ?? [Statement]).map(({ SizeConstraintStatement }) => {
    const { FieldToMatch, ComparisonOperator, Size } = SizeConstraintStatement ?? {};
    assert.deepEqual([ComparisonOperator, Size], ['GE', 0]);
    return (FieldToMatch as { SingleHeader: { Name: string } }).SingleHeader.Name;
  });
}

const blockedOf = (webAcl: WebAclSettings): readonly string[] =>
  rulesOf(Template.fromStack(openGatehouseStack({ webAcl })))
    .filter(({ Name }) => Name.startsWith('Block-'))
    .flatMap(blockedBy);

/** Every way to write a name with a hyphen or an underscore at each place. */
function mixes(name: string): readonly string[] {
  const [first = '', ...rest] = name.split('-');
  return rest.reduce((begun, part) => begun.flatMap((each) => [`${each}-${part}`, `${each}_${part}`]), [first]);
}

test('A72 A109 a request that brings an end-user JWT of its own is blocked, in every mix of hyphens and underscores', () => {
  const blocked = blockedOf({});
  for (const name of ['x-jwt-assertion', 'x_jwt_assertion', 'x-jwt_assertion', 'x_jwt-assertion']) assert.ok(blocked.includes(name), name);
  const own = blockedOf({ headers: ['X-The-End-User', 'Assertion'] });
  for (const name of [...mixes('x-the-end-user'), 'assertion']) assert.ok(own.includes(name), name);
  assert.ok(!own.includes('x-jwt-assertion'));
  assert.throws(() => openGatehouseStack({ webAcl: { headers: ['a-b-c-d-e-f-g-h'] } }), /at most 6 hyphens/);
});

test('A109 a request that asks a backend for another method is blocked, however the header is written', () => {
  const blocked = blockedOf({});
  for (const header of ['x-http-method-override', 'x-http-method', 'x-method-override'])
    for (const name of mixes(header)) assert.ok(blocked.includes(name), name);
  assert.equal(new Set(blocked).size, blocked.length);
});

test('A85 one address gets so many requests in five minutes, at the token endpoint and the sign-in page', () => {
  const rules = rulesOf(Template.fromStack(openGatehouseStack({ webAcl: { tokenRequestsPerFiveMinutes: 600 } })));
  const rule = rules.find(({ Name }) => Name === 'LimitTokenRequests');
  const { Limit, AggregateKeyType, EvaluationWindowSec, ScopeDownStatement } = rule?.Statement.RateBasedStatement ?? {};
  assert.deepEqual([Limit, AggregateKeyType, EvaluationWindowSec], [600, 'IP', 300]);
  const { Statements } = (ScopeDownStatement as { OrStatement: { Statements: readonly { ByteMatchStatement: Record<string, unknown> }[] } })
    .OrStatement;
  const ends = Statements.map(({ ByteMatchStatement: { SearchString, PositionalConstraint, TextTransformations } }) => {
    assert.equal(PositionalConstraint, 'ENDS_WITH');
    assert.deepEqual(TextTransformations, [
      { Priority: 0, Type: 'URL_DECODE' },
      { Priority: 1, Type: 'LOWERCASE' },
    ]);
    return String(SearchString);
  });
  for (const path of [...TOKEN_PATHS.token, ...TOKEN_PATHS.authorize])
    assert.ok(
      ends.some((end) => path.endsWith(end)),
      path,
    );
  for (const limit of [9, 0, 1.5, Number.NaN])
    assert.throws(() => openGatehouseStack({ webAcl: { tokenRequestsPerFiveMinutes: limit } }), /tokenRequestsPerFiveMinutes/);
});

test('A61 no request is sampled: a sample keeps headers, and so tokens', () => {
  for (const { VisibilityConfig } of rulesOf(Template.fromStack(openGatehouseStack({ webAcl: {} }))))
    assert.equal(VisibilityConfig.SampledRequestsEnabled, false);
});
