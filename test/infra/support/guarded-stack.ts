// The deployed functions as bundles, behind the roles that the template gives them, on the local services.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { attributesOf } from '../../../functions/storage/aws/attribute-value.ts';
import type { Item } from '../../../functions/storage/aws/dynamodb.ts';
import { demoItems } from '../../../infra/demo/demo-data.ts';
import { writeDemoEntries } from '../../../infra/demo/write-demo-entries.ts';
import { createTables, localDynamoDbClient, openDynamoDb } from '../../../infra/emulator/dynamodb/open-dynamodb.ts';
import { openFunctionUrl } from '../../../infra/emulator/functions/function-url.ts';
import type { LocalFunction } from '../../../infra/emulator/functions/open-function.ts';
import { readFunctions } from '../../../infra/emulator/functions/read-functions.ts';
import { createSecrets } from '../../../infra/emulator/secrets-manager/create-secrets.ts';
import { openSecretsManager } from '../../../infra/emulator/secrets-manager/open-secrets-manager.ts';
import { readTemplate } from '../../../infra/emulator/template/read-template.ts';
import { ownApp } from '../../../infra/local/app-command.ts';
import { synthesise } from '../../../infra/local/synthesise.ts';
import { openGuardedServices } from './guarded-services.ts';

const REGION = 'us-east-1';
const ACCOUNT = '123456789012';
export const NAMES = ['Token', 'Authorizer', 'SigningKeys', 'Operator'] as const;
type Name = (typeof NAMES)[number];

/** The deployed functions with the roles of the template around them. */
export async function openGuardedStack(context: TestContext) {
  const gatehouse = '{"operatorFunction":true}';
  const assembly = await synthesise(ownApp(), { demo: true, issuer: 'https://issuer.example.com', gatehouse });
  context.after(() => assembly.close());
  const [stack] = assembly.stacks;
  assert.ok(stack !== undefined);
  const template = readTemplate(stack.template, { stackName: 'Gatehouse', region: REGION, accountId: ACCOUNT });
  const dynamoDb = await openDynamoDb(0, undefined);
  context.after(() => dynamoDb.close());
  const secrets = await openSecretsManager({ port: 0, region: REGION, accountId: ACCOUNT, file: undefined, clock: Date.now });
  context.after(() => secrets.listener.close());
  const client = localDynamoDbClient(dynamoDb.port, REGION);
  context.after(() => client.destroy());
  createSecrets(template, secrets.vault);
  await createTables(template, client);

  const roleOf = (name: Name) =>
    template.resources('AWS::IAM::Role').find(({ logicalId }) => logicalId.startsWith(`Gatehouse${name}FunctionRole`));
  const roles = new Map(NAMES.map((name) => [name as string, roleOf(name)?.ref ?? '']));
  const secretsManagerUrl = `http://127.0.0.1:${secrets.listener.port}`;
  const guard = await openGuardedServices(context, template, {
    roles,
    dynamoDbUrl: `http://127.0.0.1:${dynamoDb.port}`,
    secretsManagerUrl,
    secretArn: (name) => secrets.vault.secrets.get(name)?.arn ?? `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}-AbCdEf`,
  });
  const { assets } = stack;
  const lines: string[] = [];
  const open = (key: string, logicalId: string): LocalFunction => {
    const variables = { AWS_ACCESS_KEY_ID: key, AWS_ENDPOINT_URL_DYNAMODB: guard.url, AWS_ENDPOINT_URL_SECRETS_MANAGER: guard.url };
    const functions = readFunctions(template, assets, { variables, writeLine: (_, line) => void lines.push(line) });
    context.after(() => functions.close());
    const found = template.resources('AWS::Lambda::Function').find((resource) => resource.logicalId.startsWith(logicalId));
    const opened = functions.find(found?.ref ?? '');
    assert.ok(opened !== undefined, logicalId);
    return opened;
  };
  const functions = Object.fromEntries(NAMES.map((name) => [name, open(name, `Gatehouse${name}Function`)])) as Record<Name, LocalFunction>;

  const userService = await openFunctionUrl(open('Demo', 'DemoUserService'), template.deployment, () => {});
  context.after(() => userService.close());
  const apiId = template.resources('AWS::ApiGateway::RestApi').find(({ properties }) => properties.Name === 'PizzaShack')?.ref ?? '';
  const target = { stackName: 'Gatehouse', apiId, stage: 'prod', userServiceUrl: `http://127.0.0.1:${userService.port}/`, isLocal: true };
  const operator = { region: REGION, endpoint: secretsManagerUrl, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const secretsManager = new SecretsManagerClient(operator);
  context.after(() => secretsManager.destroy());
  await writeDemoEntries({ dynamoDb: client, secretsManager }, target);
  const put = (table: string, item: Item) => client.send(new PutItemCommand({ TableName: `Gatehouse-${table}`, Item: attributesOf(item) }));
  const api = demoItems(target, { id: '', passwordHash: '' }).find(({ item }) => item.entry === 'api#pizzashack');
  return { template, vault: secrets.vault, put, functions, guard, roles, api: { ...api?.item, apiId }, apiId, lines };
}

/** The answer, or `error` with what was thrown. */
export async function call(handler: LocalFunction, event: unknown): Promise<Record<string, unknown>> {
  const result = await handler.invoke(event);
  if (result.kind === 'error') return { error: result.error.errorMessage };
  return JSON.parse(result.payload) as Record<string, unknown>;
}
