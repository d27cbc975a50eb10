// What CloudFormation would answer to Ref and Fn::GetAtt of a resource, for the resource types that the local run knows.

import { createHash } from 'node:crypto';
import { type JsonRecord, requireText, TemplateError } from './json.ts';

/** Where the stack pretends to be. */
export interface Deployment {
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
}

/** What only the running services know of a resource: a URL, an ARN with random characters, a custom resource's answer. */
export interface LiveResource {
  readonly ref?: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface PhysicalResource {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A name such as CloudFormation makes it: the same on every start, so that entries that name it live on. */
export function physicalName(deployment: Deployment, logicalId: string): string {
  return `${deployment.stackName}-${logicalId.slice(0, 40)}-${digest(deployment, logicalId).slice(0, 12).toUpperCase()}`.slice(0, 64);
}

/** Ten characters, as API Gateway writes its ids. */
const physicalId = (deployment: Deployment, logicalId: string): string => digest(deployment, logicalId).slice(0, 10);

const digest = (deployment: Deployment, logicalId: string): string =>
  BigInt(`0x${createHash('sha256').update(`${deployment.stackName} ${logicalId}`).digest('hex')}`).toString(36);

type Describe = (properties: JsonRecord, logicalId: string, deployment: Deployment) => PhysicalResource;

/** Named by a property, else by CloudFormation; with an ARN of this service and form. */
const named =
  (property: string, service: string, form: (name: string) => string): Describe =>
  (properties, logicalId, deployment) => {
    const given = properties[property];
    const name = given === undefined ? physicalName(deployment, logicalId) : requireText(given, `${logicalId}.${property}`);
    const region = service === 'iam' ? '' : deployment.region;
    return { ref: name, attributes: { Arn: `arn:aws:${service}:${region}:${deployment.accountId}:${form(name)}` } };
  };

const idOnly =
  (...attributes: readonly string[]): Describe =>
  (_, logicalId, deployment) => {
    const id = physicalId(deployment, logicalId);
    return { ref: id, attributes: Object.fromEntries(attributes.map((attribute) => [attribute, id])) };
  };

const versionOf: Describe = (properties) => {
  const functionName = requireText(properties.FunctionName, 'FunctionName');
  return { ref: `${functionName}:1`, attributes: { Version: '1', FunctionArn: `${functionName}:1` } };
};

const aliasOf: Describe = (properties) => {
  const ref = `${requireText(properties.FunctionName, 'FunctionName')}:${requireText(properties.Name, 'Name')}`;
  return { ref, attributes: { AliasArn: ref } };
};

const table = named('TableName', 'dynamodb', (name) => `table/${name}`);
const restApi: Describe = (_, logicalId, deployment) => ({
  ref: physicalId(deployment, logicalId),
  attributes: { RestApiId: physicalId(deployment, logicalId), RootResourceId: physicalId(deployment, `${logicalId} root`) },
});
const httpApi: Describe = (_, logicalId, deployment) => {
  const id = physicalId(deployment, logicalId);
  return { ref: id, attributes: { ApiId: id, ApiEndpoint: `https://${id}.execute-api.${deployment.region}.amazonaws.com` } };
};
const stage: Describe = (properties) => ({ ref: requireText(properties.StageName, 'StageName'), attributes: {} });

const DESCRIBED: ReadonlyMap<string, Describe> = new Map([
  ['AWS::ApiGateway::ApiKey', idOnly('APIKeyId')],
  ['AWS::ApiGateway::Authorizer', idOnly('AuthorizerId')],
  ['AWS::ApiGateway::Deployment', idOnly('DeploymentId')],
  ['AWS::ApiGateway::RequestValidator', idOnly('RequestValidatorId')],
  ['AWS::ApiGateway::Resource', idOnly('ResourceId')],
  ['AWS::ApiGateway::RestApi', restApi],
  ['AWS::ApiGateway::Stage', stage],
  ['AWS::ApiGateway::UsagePlan', idOnly('Id')],
  ['AWS::ApiGatewayV2::Api', httpApi],
  ['AWS::ApiGatewayV2::Authorizer', idOnly('AuthorizerId')],
  ['AWS::ApiGatewayV2::Integration', idOnly('IntegrationId')],
  ['AWS::ApiGatewayV2::Route', idOnly('RouteId')],
  ['AWS::ApiGatewayV2::Stage', stage],
  ['AWS::DynamoDB::GlobalTable', table],
  ['AWS::DynamoDB::Table', table],
  ['AWS::IAM::ManagedPolicy', named('ManagedPolicyName', 'iam', (name) => `policy/${name}`)],
  ['AWS::IAM::Role', named('RoleName', 'iam', (name) => `role/${name}`)],
  ['AWS::KMS::Key', named('Id', 'kms', (name) => `key/${name}`)],
  ['AWS::Lambda::Alias', aliasOf],
  ['AWS::Lambda::Function', named('FunctionName', 'lambda', (name) => `function:${name}`)],
  ['AWS::Lambda::Version', versionOf],
  ['AWS::Logs::LogGroup', named('LogGroupName', 'logs', (name) => `log-group:${name}:*`)],
  ['AWS::SNS::Topic', named('TopicName', 'sns', (name) => name)],
  ['AWS::SQS::Queue', named('QueueName', 'sqs', (name) => name)],
]);

interface ResourcePlace {
  readonly logicalId: string;
  readonly deployment: Deployment;
  /** Absent: nothing runs behind it. */
  readonly live?: LiveResource;
  /** A type that is not known has a name and an ARN that look like one. */
  readonly isLenient: boolean;
}

/** `AWS::S3::Bucket` → an ARN of s3. Real ones of many services look otherwise; nothing here reads them. */
const unknownResource = (type: string): Describe => {
  const [, service = 'unknown', kind = 'resource'] = type.toLowerCase().split('::');
  return named('Name', service, (name) => `${kind}/${name}`);
};

/**
 * Describes a resource. What runs answers first; what the type alone says follows.
 *
 * @throws TemplateError for a type that the local run does not know
 */
export function describeResource(type: string, properties: JsonRecord, place: ResourcePlace): PhysicalResource {
  const { logicalId, deployment, live, isLenient } = place;
  const describe = DESCRIBED.get(type) ?? (isLenient ? unknownResource(type) : undefined);
  const described = describe?.(properties, logicalId, deployment);
  const ref = live?.ref ?? described?.ref;
  if (ref === undefined) throw new TemplateError(logicalId, `a reference to a resource of type ${type} is not known to the local run`);
  return { ref, attributes: { ...described?.attributes, ...live?.attributes } };
}
