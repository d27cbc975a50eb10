// Limits and alarm of the sign-in page: there where the construct says so, and nothing of them where it doesn't.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import { openGatehouseStack, resourcesOf, routesOf, textOf } from './support/synthesise-stack.ts';

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
    ['', '/t/{tenant}'].flatMap((issuer) => ['/authorize', '/oauth2/authorize', '/oauth2/logout'].map((path) => `ANY ${issuer}${path}`)),
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

test('what has limits is there, at tenants with an issuer of their own too, and leads where all else of them leads', () => {
  const template = Template.fromStack(openGatehouseStack({ signIn: { requestsPerSecond: 50, burst: 100 } }));
  const api = resourcesOf(template, 'AWS::ApiGateway::RestApi').find(({ Properties }) => Properties.Name === 'Gatehouse token API');
  const routes = routesOf(template, api?.id ?? '');
  const integration = (path: string) => textOf((routes.get(`ANY ${path}`)?.Integration as { readonly Uri?: unknown } | undefined)?.Uri);
  // The function reads the path out of the resource: the rest of `oauth2` must not fall between two resources.
  for (const path of ['authorize', 'oauth2/authorize', 'oauth2/logout', 'oauth2/{proxy+}', '{proxy+}'])
    assert.equal(integration(`/t/{tenant}/${path}`), integration('/oauth2/token'), path);
});

test('a deployment that does not say so pays for none of it', () => {
  const { limited, filters, alarms } = partsOf({});
  assert.deepEqual([limited, filters, alarms], [[], [], []]);
});
