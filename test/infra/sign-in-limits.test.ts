// Limits and alarm of the sign-in page: there where the construct says so, and nothing of them where it doesn't.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import { openGatehouseStack, resourcesOf } from './support/synthesise-stack.ts';

function partsOf(props: Parameters<typeof openGatehouseStack>[0]) {
  const template = Template.fromStack(openGatehouseStack(props));
  const limited = resourcesOf(template, 'AWS::ApiGateway::Stage').flatMap(({ Properties }) =>
    (Properties.MethodSettings as Record<string, unknown>[]).filter(({ ResourcePath }) => ResourcePath !== '/*'),
  );
  const named = (type: string) => resourcesOf(template, type).filter(({ id }) => id.includes('SignInOutage'));
  return { limited, filters: named('AWS::Logs::MetricFilter'), alarms: named('AWS::CloudWatch::Alarm') };
}

test('each path of the pages has the limits, and logs no more than the others', () => {
  const { limited, filters, alarms } = partsOf({ signIn: { requestsPerSecond: 50, burst: 100 } });
  assert.deepEqual(
    limited
      .map(({ ResourcePath, HttpMethod }) => `${HttpMethod} ${String(ResourcePath).replaceAll('~1', '/').replace(/^\/\//, '/')}`)
      .sort(),
    ['ANY /authorize', 'ANY /oauth2/authorize', 'ANY /oauth2/logout'],
  );
  for (const settings of limited) {
    assert.deepEqual([settings.ThrottlingRateLimit, settings.ThrottlingBurstLimit], [50, 100]);
    assert.deepEqual([settings.LoggingLevel, settings.DataTraceEnabled], ['ERROR', false]);
  }
  assert.deepEqual([filters.length, alarms.length], [1, 1]);
  const pattern = String(filters[0]?.Properties.FilterPattern);
  for (const part of ['$.endpoint = "/oauth2/authorize"', '$.endpoint = "/oauth2/logout"', '$.status >= 500'])
    assert.ok(pattern.includes(part), pattern);
});

test('a deployment that does not say so pays for none of it', () => {
  const { limited, filters, alarms } = partsOf({});
  assert.deepEqual([limited, filters, alarms], [[], [], []]);
});
