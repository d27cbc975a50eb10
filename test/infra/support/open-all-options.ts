// An app with everything that the construct can make, at once: every option, the demo, and APIs of somebody else.

import { ApiDefinition, AuthorizationType, AwsIntegration, RestApi, SpecRestApi } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, WebSocketApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
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
  openMoreApis(stack, other);
  return { app, stacks: [stack, other] };
}

/** From a document, with other integrations than HTTP, by WebSocket, and with entries that the deployment keeps. */
function openMoreApis({ gatehouse }: GatehouseStack, other: Stack): void {
  const tenant = 'my_company';
  const integration = { type: 'http_proxy', httpMethod: 'GET', uri: 'https://backend.example.com/' };
  const paths = { '/order': { get: { 'x-amazon-apigateway-integration': integration } } };
  const document = gatehouse.protectDocument(
    { openapi: '3.0.1', info: { title: 'Spec', version: '1' }, paths },
    { routes: { 'GET /order': { scopes: ['order'] } } },
  );
  const spec = new SpecRestApi(other, 'Spec', { apiDefinition: ApiDefinition.fromInline(document) });
  gatehouse.protectRestApi('Spec', spec, { tenant });
  const files = new RestApi(other, 'Files');
  const routes = gatehouse.protectRestApi('Files', files, { tenant, entry: { version: '1.0', tenants: '*' } });
  const role = new Role(other, 'FilesRole', { assumedBy: new ServicePrincipal('apigateway.amazonaws.com') });
  const s3 = () =>
    new AwsIntegration({ service: 's3', path: 'files/key', integrationHttpMethod: 'GET', options: { credentialsRole: role } });
  routes.protect(files.root.addResource('{proxy+}'), 'ANY', { kind: 'integration', open: s3 }, { permissions: ['/permission/files'] });
  const left = files.root.addMethod('POST', s3(), { authorizationType: AuthorizationType.IAM });
  routes.leave(left, 'IAM: the archive writes here');
  const handler = LambdaFunction.fromFunctionAttributes(other, 'Chat', {
    functionArn: arn('lambda', 'function:chat'),
    sameEnvironment: true,
  });
  const chat = new WebSocketApi(other, 'ChatApi');
  gatehouse
    .protectWebSocketApi('Chat', chat, { tenant, stage: 'prod' })
    .protectConnect(new WebSocketLambdaIntegration('Connect', handler), { readsJwtFrom: 'requestContext' });
}

function openStack(app: App, given: Stack): GatehouseStack {
  const certificate = Certificate.fromCertificateArn(given, 'Certificate', arn('acm', 'certificate/12345678-1234-1234-1234-123456789012'));
  return new GatehouseStack(app, 'Gatehouse', {
    demo: true,
    gatehouse: {
      webAcl: {},
      signIn: { requestsPerSecond: 50, burst: 100 },
      vpc: { vpc: new Vpc(given, 'Vpc') as IVpc },
      tenantFunctionArns: [arn('lambda', 'function:users')],
      simpleResponseApiIds: ['abc123'],
      authorizerAccounts: ['444455556666'],
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
