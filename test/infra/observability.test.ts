// Metrics, alarms and the dashboard of the template; the metrics against lines that the functions really write.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Stack } from 'aws-cdk-lib/core';
import { parseAuthorizerRequest } from '../../functions/authorizer/events/index.ts';
import { logClaimedTwice, logOutage } from '../../functions/authorizer/log-verdict.ts';
import type { LogFields } from '../../functions/shared/log.ts';
import { createSigningKeysHandler } from '../../functions/signing-keys/handle-event.ts';
import { makeKey } from '../../functions/signing-keys/make-key.ts';
import { Gatehouse } from '../../infra/gatehouse/gatehouse.ts';
import { restRequest } from '../functions/authorizer/authorizer-world.ts';
import { openMemorySecret } from '../functions/signing-keys/versioned-secret.ts';
import { openTokenApi, PASSWORD_GRANT } from '../support/token-api.ts';
import { filtersOf, metricsOfLine } from './support/line-metrics.ts';
import { openApp, openGatehouseStack, openStackBeside, resourcesOf, textOf } from './support/synthesise-stack.ts';

const template = Template.fromStack(openGatehouseStack());

test('a login, a wrong password, a renewal and a reuse are counted for what they are', async () => {
  const api = openTokenApi();
  const login = await api.token(PASSWORD_GRANT);
  assert.deepEqual(metricsOfLine(template, 'TokenFunctionLogs', login.line), [
    'AuditEvents 1 {Audit=token-issued}',
    'Grants 1 {GrantType=password,Outcome=ok}',
    'TokenRequests 1 {Outcome=ok}',
  ]);
  const wrong = await api.token({ ...PASSWORD_GRANT, password: 'wrong' });
  assert.deepEqual(metricsOfLine(template, 'TokenFunctionLogs', wrong.line), [
    'AuditEvents 1 {Audit=login-refused}',
    'Grants 1 {GrantType=password,Outcome=refused}',
    'TokenRequests 1 {Outcome=refused}',
  ]);
  const renewal = { grant_type: 'refresh_token', refresh_token: String(login.json.refresh_token) };
  assert.ok(metricsOfLine(template, 'TokenFunctionLogs', (await api.token(renewal)).line).includes('AuditEvents 1 {Audit=token-renewed}'));
  api.advance(60);
  assert.ok(
    metricsOfLine(template, 'TokenFunctionLogs', (await api.token(renewal)).line).includes('AuditEvents 1 {Audit=refresh-token-reuse}'),
  );
});

test('an outage of the authorizer, and the age of the signing keys', async () => {
  const lines: LogFields[] = [];
  const log = (_level: unknown, message: string, fields: LogFields) => void lines.push({ message, ...fields });
  logOutage(log, undefined, new Error('x'));
  const rotate = createSigningKeysHandler({ secret: openMemorySecret(), makeKey, now: () => 1_800_000_000, fetch, limitMs: 60_000, log });
  await rotate({ source: 'aws.events' });
  const [outage, keys] = lines;
  assert.deepEqual(metricsOfLine(template, 'AuthorizerFunctionLogs', outage ?? {}), ['Authorizations 1 {Outcome=outage}']);
  assert.deepEqual(metricsOfLine(template, 'SigningKeysFunctionLogs', keys ?? {}), ['OldestSignerSeconds 0 {}']);
});

test('an API that two tenants claim is counted, whatever it is called', () => {
  const lines: LogFields[] = [];
  const log = (_level: unknown, message: string, fields: LogFields) => void lines.push({ message, ...fields });
  logClaimedTwice(log, parseAuthorizerRequest(restRequest()), ['a / api#x', 'b / api#y']);
  assert.deepEqual(metricsOfLine(template, 'AuthorizerFunctionLogs', lines[0] ?? {}), ['ApisClaimedTwice 1 {}']);
  // test/functions/feed-on-tables.test.ts has the lines that say so.
  assert.deepEqual(metricsOfLine(template, 'AuthorizerFunctionLogs', { feedAgeSeconds: 3.2 }), ['FeedAgeSeconds 3.2 {}']);
});

/** Words that the functions say of themselves; all else is said by operators or callers, and has no bound. */
const BOUNDED = new Set(['Outcome', 'GrantType', 'Audit']);

test('no dimension is one that an operator or a caller can multiply: a filter that finds a thousand is switched off', () => {
  const dimensions = filtersOf(template).flatMap(({ MetricTransformations: [transformation] }) => transformation?.Dimensions ?? []);
  assert.ok(dimensions.length > 0);
  for (const { Key } of dimensions) assert.ok(BOUNDED.has(Key), Key);
  for (const { MetricTransformations } of filtersOf(template)) {
    assert.equal(MetricTransformations[0]?.MetricNamespace, 'Gatehouse/Gatehouse');
    assert.ok((MetricTransformations[0]?.Dimensions ?? []).length <= 3);
  }
});

test('counts by tenant and userstore are on request, and by rules that any number of them costs the same', () => {
  template.resourceCountIs('AWS::CloudWatch::InsightRule', 0);
  const perTenant = Template.fromStack(openGatehouseStack({ observability: { metricsPerTenant: true } }));
  const rules = resourcesOf(perTenant, 'AWS::CloudWatch::InsightRule').map(({ Properties }) => ({
    name: Properties.RuleName,
    body: JSON.parse(textOf(Properties.RuleBody)) as { LogGroupNames: string[]; Contribution: { Keys: string[]; Filters: object[] } },
  }));
  assert.deepEqual(rules.map(({ name, body }) => [name, body.Contribution.Keys]).sort(), [
    ['Gatehouse-AuthorizationsByTenant', ['$.tenant', '$.outcome']],
    ['Gatehouse-LoginsByUserstore', ['$.tenant', '$.userstore', '$.outcome']],
    ['Gatehouse-TokenRequestsByTenant', ['$.tenant', '$.outcome']],
  ]);
  for (const { body } of rules) {
    assert.match(String(body.LogGroupNames), /(Token|Authorizer)FunctionLogs/);
    assert.equal(body.Contribution.Filters.length, body.Contribution.Keys.length);
  }
  assert.equal(filtersOf(perTenant).length, filtersOf(template).length);
});

test('the age of the keys is counted from the first line on: silence is an alarm', () => {
  const [keys] = resourcesOf(template, 'Custom::GatehouseSigningKeys');
  const filters = resourcesOf(template, 'AWS::Logs::MetricFilter').map(({ id }) => id);
  for (const id of filters) assert.ok(keys?.DependsOn?.includes(id), id);
});

/** What an alarm costs is the metrics that it looks at. */
const alarmMetrics = (of: Template): number =>
  resourcesOf(of, 'AWS::CloudWatch::Alarm')
    .map(({ Properties }) => ((Properties.Metrics ?? []) as { MetricStat?: object }[]).filter(({ MetricStat }) => MetricStat).length || 1)
    .reduce((sum, count) => sum + count, 0);

test('a deployment without traffic pays for few alarms, and for no metric of its own', () => {
  assert.ok(alarmMetrics(template) <= 16, `${alarmMetrics(template)} metrics in alarms`);
  for (const { MetricTransformations } of filtersOf(template))
    assert.equal('DefaultValue' in (MetricTransformations[0] ?? {}), false, 'a value for silence would be paid for');
});

test('every alarm says what is wrong, and silence is no alarm but where silence is the fault', () => {
  const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm');
  const byName = new Map(
    alarms.map(({ id, Properties }) => [/([A-Z][A-Za-z]+?)[0-9A-F]{8}$/.exec(id.replace('GatehouseObservability', ''))?.[1], Properties]),
  );
  assert.deepEqual([...byName.keys()].sort(), [
    'ApiClaimedTwice',
    'AuthorizerOutages',
    'AuthorizerSlow',
    'DemoMcpApiGatehouseServerErrors',
    'DemoPizzaShackGatehouseServerErrors',
    'FunctionThrottles',
    'KeyRotationFailed',
    'KeyRotationOverdue',
    'RefreshTokenReuse',
    'TableThrottles',
    'TokenApiErrors',
    'TokenFailures',
    'TokenOutages',
    'TokenSlow',
  ]);
  for (const [name, properties] of byName) {
    assert.ok(String(properties.AlarmDescription).length > 40, name);
    assert.equal(properties.TreatMissingData, name === 'KeyRotationOverdue' ? 'breaching' : 'notBreaching', name);
    assert.equal(properties.AlarmActions, undefined);
  }
  assert.equal(byName.get('TokenSlow')?.Threshold, 10_000);
  assert.equal(byName.get('AuthorizerSlow')?.Threshold, 5000);
});

test('a topic hears of every alarm and of its end', () => {
  const stack = new Stack(openApp(), 'Gatehouse');
  const alarmTopic = Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:us-east-1:123456789012:alarms');
  const gatehouse = new Gatehouse(stack, 'Gatehouse', { observability: { alarmTopic, refusedLoginsAlarm: true } });
  gatehouse.protectHttpApi('Gatehouse', new HttpApi(stack, 'Http'));
  const metrics = resourcesOf(Template.fromStack(stack), 'AWS::CloudWatch::Alarm').map(({ Properties }) => JSON.stringify(Properties));
  assert.ok(metrics.some((text) => text.includes('ANOMALY_DETECTION_BAND')));
  assert.ok(metrics.some((text) => text.includes('"MetricName":"5xx"')));
  for (const { Properties } of resourcesOf(Template.fromStack(stack), 'AWS::CloudWatch::Alarm')) {
    assert.deepEqual(Properties.AlarmActions, ['arn:aws:sns:us-east-1:123456789012:alarms']);
    assert.deepEqual(Properties.OKActions, Properties.AlarmActions);
  }
});

test('an API in another stack is watched there, and nobody is where nobody wants to be told', () => {
  const silent = openGatehouseStack({ observability: false });
  Template.fromStack(silent).resourceCountIs('AWS::CloudWatch::Alarm', 0);
  const stack = openGatehouseStack();
  const other = openStackBeside(stack);
  stack.gatehouse.protectHttpApi('Gatehouse', new HttpApi(other, 'Http'));
  const [alarm, ...more] = resourcesOf(Template.fromStack(other), 'AWS::CloudWatch::Alarm');
  assert.equal(more.length, 0);
  assert.partialDeepStrictEqual(alarm?.Properties, {
    Namespace: 'AWS/ApiGateway',
    MetricName: '5xx',
    Statistic: 'Average',
    Threshold: 0.01,
  });
  assert.match(JSON.stringify(alarm?.Properties.Dimensions), /"Name":"ApiId"/);
});

test('the dashboard is one page of valid JSON that queries the logs of both functions', () => {
  const [dashboard] = resourcesOf(template, 'AWS::CloudWatch::Dashboard');
  const body = JSON.parse(textOf(dashboard?.Properties.DashboardBody).replaceAll(/<[\w:.]+>/g, 'x')) as {
    widgets: { type: string; properties: { query?: string; title?: string } }[];
  };
  assert.ok(body.widgets.length >= 12);
  const queries = body.widgets.flatMap(({ properties }) => properties.query ?? []);
  assert.equal(queries.length, 5);
  for (const query of queries) assert.match(query, /^SOURCE 'x' \| filter .+\n\| stats count\(\*\)/);
});

test('the graphs search for metrics by names in quotes, as a stack with a hyphen in its name needs', () => {
  const other = Template.fromStack(openGatehouseStack({ prefix: 'Door-Prod' }));
  const [dashboard] = resourcesOf(other, 'AWS::CloudWatch::Dashboard');
  const searches =
    textOf(dashboard?.Properties.DashboardBody)
      .replaceAll('\\', '')
      .match(/SEARCH\('[^']*'/g) ?? [];
  assert.ok(searches.length >= 4);
  for (const search of searches) assert.match(search, /^SEARCH\('\{"Gatehouse\/Door-Prod"(,"[A-Za-z]+")+\} MetricName="[A-Za-z]+"'$/);
});

test('all of it can be left out', () => {
  const bare = Template.fromStack(openGatehouseStack({ observability: false }));
  for (const type of ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::Dashboard', 'AWS::Logs::MetricFilter'])
    assert.equal(resourcesOf(bare, type).length, 0);
});
