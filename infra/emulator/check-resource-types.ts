// Every type of resource in the template is either obeyed by the local run or known to mean nothing on one machine.

import { TemplateError } from './template/json.ts';
import type { Template } from './template/read-template.ts';

const OBEYED = new Set([
  'AWS::ApiGateway::ApiKey',
  'AWS::ApiGateway::Authorizer',
  'AWS::ApiGateway::GatewayResponse',
  'AWS::ApiGateway::Method',
  'AWS::ApiGateway::RequestValidator',
  'AWS::ApiGateway::Resource',
  'AWS::ApiGateway::RestApi',
  'AWS::ApiGateway::Stage',
  'AWS::ApiGateway::UsagePlan',
  'AWS::ApiGateway::UsagePlanKey',
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::CloudFormation::CustomResource',
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::Lambda::Function',
  'AWS::Lambda::Url',
  'AWS::SecretsManager::Secret',
]);

/** Permissions, logs, alarms, schedules, throttles: nothing of them decides what a caller gets from one machine. */
const WITHOUT_MEANING = [
  'AWS::ApiGateway::Account',
  'AWS::ApiGateway::Deployment',
  'AWS::ApiGatewayV2::Deployment',
  'AWS::CDK::',
  'AWS::CloudWatch::',
  'AWS::Events::',
  'AWS::IAM::',
  'AWS::KMS::',
  'AWS::Lambda::Alias',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::Permission',
  'AWS::Lambda::Version',
  'AWS::Logs::',
  'AWS::SNS::',
  'AWS::SQS::',
  'AWS::SecretsManager::ResourcePolicy',
  'AWS::WAFv2::',
];

/** Types of the template that nothing here stands in for. */
export function unknownResourceTypes(template: Template): readonly string[] {
  return template.types.filter(
    (type) => !OBEYED.has(type) && !type.startsWith('Custom::') && !WITHOUT_MEANING.some((prefix) => type.startsWith(prefix)),
  );
}

/** @throws TemplateError that names every type that is not known */
export function checkResourceTypes(template: Template): void {
  const unknown = unknownResourceTypes(template);
  if (unknown.length > 0) throw new TemplateError('template', `resources that are not known to the local run: ${unknown.join(', ')}`);
}
