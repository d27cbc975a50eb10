// DynamoDB and Secrets Manager behind IAM: each call of a function is held against its role's policies in the template,
// as AWS would, and remembered.

import { createServer, type IncomingMessage } from 'node:http';
import type { TestContext } from 'node:test';
import { matchesWildcard } from '../../../infra/emulator/gateway/policy.ts';
import type { Template } from '../../../infra/emulator/template/read-template.ts';
import { listen } from '../../support/listen.ts';

/** What a call does, as IAM names it. */
interface Access {
  readonly action: string;
  readonly resource: string;
  /** Condition keys of IAM, of a Scan alone: "Using IAM policy conditions for fine-grained access control". */
  readonly conditionKeys?: Readonly<Record<string, readonly string[]>>;
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface GuardedServices {
  readonly url: string;
  /** `action resource` of every call by the caller's access key id. */
  readonly used: ReadonlyMap<string, ReadonlySet<string>>;
  readonly denied: readonly string[];
}

export interface GuardedServicesOptions {
  /** Access key ids, with the role of each. */
  readonly roles: ReadonlyMap<string, string>;
  readonly dynamoDbUrl: string;
  readonly secretsManagerUrl: string;
  /** ARN of the secret with this name. */
  readonly secretArn: (name: string) => string;
}

export async function openGuardedServices(
  context: TestContext,
  template: Template,
  options: GuardedServicesOptions,
): Promise<GuardedServices> {
  const used = new Map([...options.roles.keys()].map((key) => [key, new Set<string>()]));
  const denied: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await readText(request);
    const [service = '', operation = ''] = String(request.headers['x-amz-target']).split('.');
    const key = /Credential=(\w+)\//.exec(String(request.headers.authorization))?.[1] ?? '';
    const isDynamoDb = service.startsWith('DynamoDB');
    const accesses = isDynamoDb ? dynamoDbAccesses(template, operation, body) : secretAccesses(operation, body, options.secretArn);
    for (const { action, resource } of accesses) used.get(key)?.add(`${action} ${resource}`);
    const refused = accesses.filter((access) => !isAllowed(statementsOf(template, options.roles.get(key)), access));
    if (refused.length > 0) {
      denied.push(...refused.map(({ action, resource }) => `${key}: ${action} ${resource}`));
      response.writeHead(400, { 'Content-Type': 'application/x-amz-json-1.0', 'x-amzn-errortype': 'AccessDeniedException' });
      response.end(JSON.stringify({ __type: 'com.amazon.coral.service#AccessDeniedException', Message: 'not authorized' }));
      return;
    }
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
    const upstream = isDynamoDb ? options.dynamoDbUrl : options.secretsManagerUrl;
    const reply = await fetch(upstream, { method: 'POST', headers: headers as Record<string, string>, body });
    response.writeHead(reply.status, Object.fromEntries(reply.headers));
    response.end(Buffer.from(await reply.arrayBuffer()));
  });
  return { url: `http://127.0.0.1:${await listen(context, server)}`, used, denied };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function dynamoDbAccesses(template: Template, operation: string, body: string): readonly Access[] {
  const { TableName, IndexName, RequestItems, Select, ExpressionAttributeNames } = JSON.parse(body) as DynamoDbInput;
  const conditionKeys = {
    'dynamodb:Attributes': Object.values(ExpressionAttributeNames ?? {}),
    'dynamodb:Select': [Select ?? 'ALL_ATTRIBUTES'],
  };
  const { region, accountId } = template.deployment;
  return (TableName === undefined ? Object.keys(RequestItems ?? {}) : [TableName]).map((table) => ({
    action: `dynamodb:${operation}`,
    resource: `arn:aws:dynamodb:${region}:${accountId}:table/${table}${IndexName === undefined ? '' : `/index/${IndexName}`}`,
    conditionKeys,
  }));
}

interface DynamoDbInput {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly RequestItems?: object;
  readonly Select?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
}

function secretAccesses(operation: string, body: string, secretArn: (name: string) => string): readonly Access[] {
  const { SecretId } = JSON.parse(body) as { SecretId: string };
  return [{ action: `secretsmanager:${operation}`, resource: SecretId.startsWith('arn:') ? SecretId : secretArn(SecretId) }];
}

/** `action resource` of every permission of a role, but those for logs. */
export function permissionsOf(template: Template, role: string | undefined): readonly string[] {
  return statementsOf(template, role).flatMap(({ Action, Resource }) =>
    [Action]
      .flat()
      .filter((action) => !action.startsWith('logs:'))
      .flatMap((action) => [Resource].flat().map((resource) => `${action} ${resource}`)),
  );
}

function statementsOf(template: Template, role: string | undefined): readonly Statement[] {
  return template
    .resources('AWS::IAM::Policy')
    .filter(({ properties }) => (properties.Roles as readonly unknown[]).includes(role))
    .flatMap(({ properties }) => (properties.PolicyDocument as unknown as { Statement: Statement[] }).Statement);
}

function isAllowed(statements: readonly Statement[], access: Access): boolean {
  const { action, resource } = access;
  return statements.some(
    ({ Effect, Action, Resource, Condition }) =>
      Effect === 'Allow' &&
      [Action].flat().includes(action) &&
      [Resource].flat().some((pattern) => matchesWildcard(pattern, resource)) &&
      isMet(Condition, access),
  );
}

/** Every value that a key has must be listed, and a key that must be there has one. */
function isMet(condition: Statement['Condition'] = {}, { conditionKeys = {} }: Access): boolean {
  return Object.entries(condition).every(([operator, keys]) => {
    if (operator !== 'StringEquals' && operator !== 'ForAllValues:StringEquals')
      throw new Error(`No test knows the condition ${operator}.`);
    return Object.entries(keys).every(([key, listed]) => {
      const values = conditionKeys[key] ?? [];
      return (operator.startsWith('ForAll') || values.length > 0) && values.every((value) => [listed].flat().includes(value));
    });
  });
}
