// An app with everything that the construct can make, at once: every option, the demo, and APIs of somebody else.

import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { type App, type AppProps, Stack } from 'aws-cdk-lib/core';
import { GatehouseStack } from '../../../infra/gatehouse-stack.ts';
import { openApp } from './synthesise-stack.ts';

const http = { kind: 'http', url: 'https://backend.example.com/{id}' } as const;
const health = { kind: 'http', url: 'https://backend.example.com/health' } as const;

const arn = (service: string, rest: string) => `arn:aws:${service}:us-east-1:123456789012:${rest}`;

export function openAllOptions(props: AppProps = {}): { readonly app: App; readonly stacks: readonly [GatehouseStack, Stack] } {
  const app = openApp(props);
  const given = new Stack(app, 'Given');
  const stack = openStack(app, given);
  const { gatehouse } = stack;
  const other = new Stack(app, 'Other');
  const restApi = new RestApi(other, 'Rest');
  const rest = gatehouse.protectRestApi('Gatehouse', restApi, { usagePlans: true });
  rest.protect(restApi.root.resourceForPath('/orders/{id}'), 'GET', http);
  rest.open(restApi.root.addResource('health'), 'GET', health);
  rest.addTier({ name: 'Gold', requests: 5000, seconds: 60 });
  rest.addTier({ name: 'Daily', requests: 5000, seconds: 86_400, keys: ['one', 'two'] });
  const routes = gatehouse.protectHttpApi('Gatehouse', new HttpApi(other, 'Http'));
  routes.protect('/orders/{id}', HttpMethod.GET, http);
  routes.open('/health', HttpMethod.GET, health);
  return { app, stacks: [stack, other] };
}

function openStack(app: App, given: Stack): GatehouseStack {
  const certificate = Certificate.fromCertificateArn(given, 'Certificate', arn('acm', 'certificate/12345678-1234-1234-1234-123456789012'));
  return new GatehouseStack(app, 'Gatehouse', {
    demo: true,
    gatehouse: {
      webAcl: {},
      vpc: { vpc: new Vpc(given, 'Vpc') as IVpc },
      tenantFunctionArns: [arn('lambda', 'function:users')],
      simpleResponseApiIds: ['abc123'],
      deletionProtection: true,
      operatorFunction: true,
      observability: { metricsPerTenant: true, alarmTopic: Topic.fromTopicArn(given, 'Topic', arn('sns', 'alarms')) },
      domain: { name: 'login.example.com', certificate },
      mutualTlsDomain: {
        name: 'mtls.login.example.com',
        certificate,
        truststore: { bucket: Bucket.fromBucketName(given, 'Trust', 'truststores'), key: 'clients.pem' },
      },
      token: { reservedConcurrency: 100 },
    },
  });
}
