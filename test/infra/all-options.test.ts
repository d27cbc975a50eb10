// Everything that the construct can make, at once, against the rules that the CDK checks templates by before it deploys.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Stack } from 'aws-cdk-lib/core';
import { Gatehouse } from '../../infra/gatehouse/gatehouse.ts';
import { openApp } from './support/synthesise-stack.ts';

const http = { kind: 'http', url: 'https://backend.example.com/{id}' } as const;

interface Report {
  readonly pluginReports: readonly {
    readonly violations?: readonly { readonly ruleName: string; readonly severity?: string; readonly description: string }[];
  }[];
}

test('all options together pass the rules of CloudFormation', (t) => {
  const outdir = mkdtempSync(join(tmpdir(), 'gatehouse-all-'));
  t.after(() => rmSync(outdir, { recursive: true }));
  process.env.CDK_VALIDATION = 'true';
  const app = openApp({ outdir });
  const stack = new Stack(app, 'Gatehouse');
  const arn = (service: string, rest: string) => `arn:aws:${service}:us-east-1:123456789012:${rest}`;
  const certificate = Certificate.fromCertificateArn(stack, 'Certificate', arn('acm', 'certificate/12345678-1234-1234-1234-123456789012'));
  const gatehouse = new Gatehouse(stack, 'Gatehouse', {
    webAcl: {},
    vpc: { vpc: new Vpc(stack, 'Vpc') as IVpc },
    tenantFunctionArns: [arn('lambda', 'function:users')],
    simpleResponseApiIds: ['abc123'],
    observability: { metricsPerTenant: true, alarmTopic: Topic.fromTopicArn(stack, 'Topic', arn('sns', 'alarms')) },
    domain: {
      name: 'login.example.com',
      certificate,
      truststore: { bucket: Bucket.fromBucketName(stack, 'Trust', 'truststores'), key: 'clients.pem' },
    },
    token: { reservedConcurrency: 100 },
  });
  const other = new Stack(app, 'Other');
  const restApi = new RestApi(other, 'Rest');
  const rest = gatehouse.protectRestApi('Gatehouse', restApi, { usagePlans: true });
  rest.protect(restApi.root.resourceForPath('/orders/{id}'), 'GET', http);
  rest.open(restApi.root.addResource('health'), 'GET', { kind: 'http', url: 'https://backend.example.com/health' });
  rest.addTier({ name: 'Gold', requests: 5000, seconds: 60 });
  rest.addTier({ name: 'Daily', requests: 5000, seconds: 86_400, keys: ['one', 'two'] });
  const httpRoutes = gatehouse.protectHttpApi('Gatehouse', new HttpApi(other, 'Http'));
  httpRoutes.protect('/orders/{id}', HttpMethod.GET, http);
  httpRoutes.open('/health', HttpMethod.GET, { kind: 'http', url: 'https://backend.example.com/health' });
  app.synth();
  const { pluginReports } = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')) as Report;
  const violations = pluginReports.flatMap(({ violations: found = [] }) =>
    found.map(({ ruleName, description }) => `${ruleName}: ${description}`),
  );
  assert.deepEqual(violations, []);
});
