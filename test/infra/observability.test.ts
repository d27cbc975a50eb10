// Metrics, alarms and the dashboard of the template; the metrics against lines that the functions really write.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Stack } from 'aws-cdk-lib/core';
import { logOutage } from '../../functions/authorizer/log-verdict.ts';
import type { LogFields } from '../../functions/shared/log.ts';
import { createSigningKeysHandler } from '../../functions/signing-keys/handle-event.ts';
import { makeKey } from '../../functions/signing-keys/make-key.ts';
import { Gatehouse } from '../../infra/gatehouse/gatehouse.ts';
import { openMemorySecret } from '../functions/signing-keys/versioned-secret.ts';
import { openTokenApi, PASSWORD_GRANT } from '../support/token-api.ts';
import { openApp, openGatehouseStack, resourcesOf, textOf } from './support/synthesise-stack.ts';

const template = Template.fromStack(openGatehouseStack());

interface MetricFilter {
  readonly FilterPattern: string;
  readonly LogGroupName: unknown;
  readonly MetricTransformations: readonly {
    readonly MetricName: string;
    readonly MetricNamespace: string;
    readonly MetricValue: string;
    readonly Dimensions?: readonly { readonly Key: string; readonly Value: string }[];
  }[];
}

const filtersOf = (of: Template) =>
  resourcesOf(of, 'AWS::Logs::MetricFilter').map(({ Properties }) => Properties as unknown as MetricFilter);

/** `name value {dimensions}` of every metric that CloudWatch would take from a line (its filter pattern syntax, as far as it is used). */
function metricsOf(logGroup: string, line: LogFields): string[] {
  return filtersOf(template)
    .filter(({ LogGroupName }) => textOf(LogGroupName).includes(logGroup))
    .flatMap(({ FilterPattern, MetricTransformations: [transformation] }) => {
      const terms = [...FilterPattern.matchAll(/\$\.(\w+) = ("\*"|\d+)/g)];
      assert.ok(terms.length > 0, FilterPattern);
      // `"*"` stands for any text, or number.
      const matches = terms.every(([, field = '', value]) => (value === '"*"' ? line[field] !== undefined : String(line[field]) === value));
      if (!matches || transformation === undefined) return [];
      const read = (value: string): string => (value.startsWith('$.') ? String(line[value.slice(2)]) : value);
      const dimensions = (transformation.Dimensions ?? []).map(({ Key, Value }) => `${Key}=${read(Value)}`).sort();
      return [`${transformation.MetricName} ${read(transformation.MetricValue)} {${dimensions.join(',')}}`];
    })
    .sort();
}

test('a login, a wrong password, a renewal and a reuse are counted for what they are', async () => {
  const api = openTokenApi();
  const login = await api.token(PASSWORD_GRANT);
  assert.deepEqual(metricsOf('TokenFunctionLogs', login.line), [
    'AuditEvents 1 {Audit=token-issued}',
    'Grants 1 {GrantType=password,Outcome=ok}',
    'Logins 1 {Userstore=EXTERNAL}',
    'TokenRequests 1 {Outcome=ok}',
  ]);
  const wrong = await api.token({ ...PASSWORD_GRANT, password: 'wrong' });
  assert.deepEqual(metricsOf('TokenFunctionLogs', wrong.line), [
    'AuditEvents 1 {Audit=login-refused}',
    'Grants 1 {GrantType=password,Outcome=refused}',
    'TokenRequests 1 {Outcome=refused}',
  ]);
  const renewal = { grant_type: 'refresh_token', refresh_token: String(login.json.refresh_token) };
  assert.ok(metricsOf('TokenFunctionLogs', (await api.token(renewal)).line).includes('AuditEvents 1 {Audit=token-renewed}'));
  api.advance(60);
  assert.ok(metricsOf('TokenFunctionLogs', (await api.token(renewal)).line).includes('AuditEvents 1 {Audit=refresh-token-reuse}'));
});

test('an outage of the authorizer, and the age of the signing keys', async () => {
  const lines: LogFields[] = [];
  const log = (_level: unknown, event: string, fields: LogFields) => void lines.push({ event, ...fields });
  logOutage(log, undefined, new Error('x'));
  const rotate = createSigningKeysHandler({ secret: openMemorySecret(), makeKey, now: () => 1_800_000_000, fetch, limitMs: 60_000, log });
  await rotate({ source: 'aws.events' });
  const [outage, keys] = lines;
  assert.deepEqual(metricsOf('AuthorizerFunctionLogs', outage ?? {}), ['Authorizations 1 {Outcome=outage}']);
  assert.deepEqual(metricsOf('SigningKeysFunctionLogs', keys ?? {}), ['OldestSignerSeconds 0 {}']);
});

test('a userstore that is known to be down, and nothing else that stores log, which is no login', () => {
  const line = { event: 'circuit-breaker', breaker: 'userstore EXTERNAL of my_company', state: 'open' };
  assert.deepEqual(metricsOf('TokenFunctionLogs', line), ['CircuitBreakers 1 {Breaker=userstore EXTERNAL of my_company,State=open}']);
  assert.deepEqual(
    metricsOf('TokenFunctionLogs', { event: 'ldap-server-down', tenant: 'my_company', store: 'CORP', server: 'ldaps://dc1' }),
    [],
  );
});

test('metrics by tenant are on request: each tenant costs', () => {
  const names = (of: Template) => filtersOf(of).map(({ MetricTransformations }) => MetricTransformations[0]?.MetricName);
  assert.ok(!names(template).some((name) => name?.startsWith('Tenant')));
  const perTenant = Template.fromStack(openGatehouseStack({ observability: { metricsPerTenant: true } }));
  assert.deepEqual(
    names(perTenant).filter((name) => name?.startsWith('Tenant')),
    ['TenantTokenRequests', 'TenantAuthorizations'],
  );
  for (const { MetricTransformations } of filtersOf(template))
    assert.equal(MetricTransformations[0]?.MetricNamespace, 'Gatehouse/Gatehouse');
});

test('every alarm says what is wrong, and silence is no alarm but where silence is the fault', () => {
  const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm');
  const byName = new Map(alarms.map(({ id, Properties }) => [/Observability([A-Za-z]+?)[0-9A-F]{8}$/.exec(id)?.[1], Properties]));
  assert.deepEqual([...byName.keys()].sort(), [
    'AuthorizerOutages',
    'AuthorizerSlow',
    'AuthorizerThrottles',
    'KeyRotationFailed',
    'KeyRotationOverdue',
    'RefreshTokenReuse',
    'RefusedLogins',
    'TableThrottles',
    'TokenApiErrors',
    'TokenFailures',
    'TokenOutages',
    'TokenSlow',
    'TokenThrottles',
  ]);
  for (const [name, properties] of byName) {
    assert.ok(String(properties.AlarmDescription).length > 40, name);
    assert.equal(properties.TreatMissingData, name === 'KeyRotationOverdue' ? 'breaching' : 'notBreaching', name);
    assert.equal(properties.AlarmActions, undefined);
  }
  assert.equal(byName.get('TokenSlow')?.Threshold, 16_000);
  assert.equal(byName.get('AuthorizerSlow')?.Threshold, 8000);
});

test('a topic hears of every alarm and of its end', () => {
  const stack = new Stack(openApp(), 'Gatehouse');
  const alarmTopic = Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:us-east-1:123456789012:alarms');
  new Gatehouse(stack, 'Gatehouse', { observability: { alarmTopic } });
  for (const { Properties } of resourcesOf(Template.fromStack(stack), 'AWS::CloudWatch::Alarm')) {
    assert.deepEqual(Properties.AlarmActions, ['arn:aws:sns:us-east-1:123456789012:alarms']);
    assert.deepEqual(Properties.OKActions, Properties.AlarmActions);
  }
});

test('the dashboard is one page of valid JSON that queries the logs of both functions', () => {
  const [dashboard] = resourcesOf(template, 'AWS::CloudWatch::Dashboard');
  const body = JSON.parse(textOf(dashboard?.Properties.DashboardBody).replaceAll(/<[\w:.]+>/g, 'x')) as {
    widgets: { type: string; properties: { query?: string; title?: string } }[];
  };
  assert.ok(body.widgets.length >= 12);
  const queries = body.widgets.flatMap(({ properties }) => properties.query ?? []);
  assert.equal(queries.length, 3);
  for (const query of queries) assert.match(query, /^SOURCE 'x' \| filter .+\n\| stats count\(\*\)/);
});

test('all of it can be left out', () => {
  const bare = Template.fromStack(openGatehouseStack({ observability: false }));
  for (const type of ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::Dashboard', 'AWS::Logs::MetricFilter'])
    assert.equal(resourcesOf(bare, type).length, 0);
});
