// The functions inside a VPC, with the endpoints that they need there.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import { type IVpc, SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Stack } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { GatehouseVpc } from '../../infra/gatehouse/functions/placement.ts';
import { Gatehouse } from '../../infra/gatehouse/gatehouse.ts';
import type { GatehouseProps } from '../../infra/gatehouse/settings.ts';
import { openApp, resourcesOf, textOf } from './support/synthesise-stack.ts';

function openInVpc(options: (vpc: IVpc, stack: Stack) => Omit<GatehouseVpc, 'vpc'> = () => ({}), props: GatehouseProps = {}) {
  const stack = new Stack(openApp(), 'Gatehouse');
  const isolated = { name: 'isolated', subnetType: SubnetType.PRIVATE_ISOLATED };
  const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 0, subnetConfiguration: [isolated] }) as IVpc;
  const gatehouse = new Gatehouse(stack, 'Gatehouse', { ...props, vpc: { vpc, ...options(vpc, stack) } });
  return { stack, gatehouse, template: Template.fromStack(stack) };
}

const functionsOf = (template: Template) =>
  new Map(resourcesOf(template, 'AWS::Lambda::Function').map(({ Properties }) => [Properties.Description, Properties]));

function vpcConfigOf(properties: Record<string, unknown> | undefined) {
  assert.ok(properties !== undefined);
  return properties.VpcConfig as { readonly SubnetIds: readonly unknown[]; readonly SecurityGroupIds: readonly unknown[] };
}

test('token function and authorizer are in the VPC; the signing-keys function, which speaks to no store, is not', () => {
  const { template } = openInVpc();
  const functions = functionsOf(template);
  for (const name of ['Gatehouse: token API.', 'Gatehouse: authorizer for API Gateway.']) {
    const { SubnetIds, SecurityGroupIds } = vpcConfigOf(functions.get(name));
    assert.equal(SubnetIds.length, 2);
    assert.match(textOf(SecurityGroupIds[0]), /FunctionsSecurityGroup/);
  }
  assert.deepEqual(
    [...functions].filter(([, { Environment }]) => JSON.stringify(Environment ?? {}).includes('"AWS_ACCOUNT_ID_ENDPOINT_MODE":"disabled"'))
      .length,
    2,
  );
  assert.equal(functions.get('Gatehouse: makes and rotates the signing keys.')?.VpcConfig, undefined);
});

test('in subnets with IPv6 alone the functions have addresses of it', () => {
  const { template } = openInVpc(() => ({}), { awsEndpoints: { dualStack: true } });
  const config = vpcConfigOf(functionsOf(template).get('Gatehouse: token API.'));
  assert.partialDeepStrictEqual(config, { Ipv6AllowedForDualStack: true });
});

test('DynamoDB is reached by a gateway endpoint, Secrets Manager by an interface that takes calls from the functions alone', () => {
  const { template } = openInVpc();
  const endpoints = resourcesOf(template, 'AWS::EC2::VPCEndpoint').map(({ Properties }) => [
    Properties.VpcEndpointType,
    textOf(Properties.ServiceName).split('.').at(-1),
  ]);
  assert.deepEqual(endpoints.sort(), [
    ['Gateway', 'dynamodb'],
    ['Interface', 'secretsmanager'],
  ]);
  const [ingress, ...others] = resourcesOf(template, 'AWS::EC2::SecurityGroupIngress');
  assert.equal(others.length, 0);
  assert.deepEqual([ingress?.Properties.FromPort, ingress?.Properties.ToPort], [443, 443]);
  assert.match(textOf(ingress?.Properties.SourceSecurityGroupId), /FunctionsSecurityGroup/);
  for (const { Properties } of resourcesOf(template, 'AWS::EC2::SecurityGroup')) assert.equal(Properties.SecurityGroupIngress, undefined);
});

test('functions of tenants need an endpoint of Lambda as well', () => {
  const { template } = openInVpc(() => ({}), { tenantFunctionArns: ['arn:aws:lambda:us-east-1:123456789012:function:users'] });
  const services = resourcesOf(template, 'AWS::EC2::VPCEndpoint').map(({ Properties }) => textOf(Properties.ServiceName).split('.').at(-1));
  assert.deepEqual(services.sort(), ['dynamodb', 'lambda', 'secretsmanager']);
});

test('a VPC that has endpoints gets none, and a security group of its own is used', () => {
  const { template } = openInVpc((vpc, stack) => ({ endpoints: false, securityGroup: new SecurityGroup(stack, 'Mine', { vpc }) }));
  assert.equal(resourcesOf(template, 'AWS::EC2::VPCEndpoint').length, 0);
  const { SecurityGroupIds } = vpcConfigOf(functionsOf(template).get('Gatehouse: token API.'));
  assert.match(textOf(SecurityGroupIds[0]), /Mine/);
});

test('cdk-nag has nothing against it that is not reasoned', () => {
  const { gatehouse } = openInVpc();
  const findings = [new AwsSolutionsChecks(gatehouse), new ServerlessChecks(gatehouse)].flatMap(
    (pack) => pack.validateScope(gatehouse).violations,
  );
  assert.deepEqual(
    findings.map(({ ruleName }) => ruleName),
    [],
  );
});
