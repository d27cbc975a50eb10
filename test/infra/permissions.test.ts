// The roles of the template under the functions that are deployed: each call to DynamoDB and Secrets Manager is allowed,
// and no permission is there that nothing uses.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { attributeMap } from '../../infra/demo/attribute-map.ts';
import { DEMO, demoItems } from '../../infra/demo/demo-data.ts';
import { writeDemoEntries } from '../../infra/demo/write-demo-entries.ts';
import { createTables, localDynamoDbClient, openDynamoDb } from '../../infra/local/dynamodb/open-dynamodb.ts';
import { openFunctionUrl } from '../../infra/local/functions/function-url.ts';
import type { LocalFunction } from '../../infra/local/functions/open-function.ts';
import { readAssets, readFunctions } from '../../infra/local/functions/read-functions.ts';
import { createSecrets } from '../../infra/local/secrets-manager/create-secrets.ts';
import { openSecretsManager } from '../../infra/local/secrets-manager/open-secrets-manager.ts';
import { synthesise } from '../../infra/local/synthesise.ts';
import { readTemplate } from '../../infra/local/template/read-template.ts';
import { restRequest } from '../functions/authorizer/authorizer-world.ts';
import { basic, type TokenCall, tokenEvent } from '../support/token-events.ts';
import { openGuardedServices, permissionsOf } from './support/guarded-services.ts';

const REGION = 'us-east-1';
const ACCOUNT = '123456789012';
const NAMES = ['Token', 'Authorizer', 'SigningKeys'] as const;
type Name = (typeof NAMES)[number];

/** The deployed functions with the roles of the template around them. */
async function openGuardedStack(context: TestContext) {
  const assembly = await synthesise('Gatehouse', { demo: true, issuer: 'https://issuer.example.com' });
  context.after(() => assembly.close());
  const template = readTemplate(assembly.template, { stackName: 'Gatehouse', region: REGION, accountId: ACCOUNT });
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
  const assets = readAssets(assembly.directory, 'Gatehouse');
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
  const put = (table: string, item: Readonly<Record<string, unknown>>) =>
    client.send(new PutItemCommand({ TableName: `Gatehouse-${table}`, Item: attributeMap(item) }));
  const api = demoItems(target, { id: '', passwordHash: '' }).find(({ item }) => item.entry === 'api#pizzashack');
  return { template, put, functions, guard, roles, api: { ...api?.item, apiId }, apiId, lines };
}

async function call(handler: LocalFunction, event: unknown): Promise<Record<string, unknown>> {
  const result = await handler.invoke(event);
  if (result.kind === 'error') return { error: result.error.errorMessage };
  return JSON.parse(result.payload) as Record<string, unknown>;
}

test('every call that the deployed functions make is allowed by their roles, and every permission is used', async (t) => {
  const { template, put, functions, guard, roles, api, apiId, lines } = await openGuardedStack(t);
  const { opaqueClient, jwtClient, primaryUser, externalUser, tenant } = DEMO;
  const why = (answer: unknown): string => JSON.stringify([answer, guard.denied, lines.slice(-3)]);
  const asClient = basic(opaqueClient.id, opaqueClient.secret);
  const ask = async (request: TokenCall): Promise<Record<string, unknown>> => {
    const { statusCode, body } = await call(functions.Token, tokenEvent({ headers: asClient, ...request }));
    return { statusCode, ...(typeof body === 'string' && body.startsWith('{') ? (JSON.parse(body) as object) : {}) };
  };
  const token = (form: Readonly<Record<string, string>>, headers = asClient) => ask({ path: '/oauth2/token', form, headers });
  const password = (username: string, typed: string) =>
    ({ grant_type: 'password', username: `${username}@${tenant}`, password: typed, scope: DEMO.scope }) as const;
  const authorize = (authorization: string) =>
    call(functions.Authorizer, restRequest({ apiId, stage: 'prod', path: '/pizzashack/1.0.0/menu', authorization }));
  const authorizeUser = (username: string, typed: string) => authorize(basic(`${username}@${tenant}`, typed).Authorization);
  const assertAllowed = (answer: unknown): void => assert.match(JSON.stringify(answer), /"Effect":"Allow"/, why(answer));
  // A hash from elsewhere is replaced at the first login; `userx` is copied to the primary store.
  const oldUser = { tenant, username: 'old', id: 'o-1', passwordHash: '{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=', roles: [] };
  await put('Tenants', { tenant, entry: 'tenant', migrateUsers: true });
  await put('Tenants', { ...api, resources: [{ path: '/*', handlers: ['oauth2', 'basic'] }] });
  await put('Users', oldUser);

  await call(functions.SigningKeys, { source: 'aws.events' });

  assertAllowed(await authorizeUser(externalUser.username, externalUser.password));
  assertAllowed(await authorizeUser(primaryUser.username, primaryUser.password));
  assertAllowed(await authorizeUser('old', 'password'));
  assert.deepEqual(await authorizeUser(primaryUser.username, 'wrong'), { error: 'Unauthorized' });

  await put('Users', oldUser);
  for (const [username, typed] of [
    [primaryUser.username, primaryUser.password],
    ['old', 'password'],
  ] as const) {
    const login = await token(password(username, typed));
    assert.equal(login.statusCode, 200, why(login));
  }
  assert.equal((await token(password(primaryUser.username, 'wrong'))).statusCode, 400);
  const external = await token(password(externalUser.username, externalUser.password));
  assert.equal(external.statusCode, 200, why(external));
  const renewed = await token({ grant_type: 'refresh_token', refresh_token: String(external.refresh_token) });
  assert.equal(renewed.statusCode, 200, why(renewed));
  const jwt = await token({ grant_type: 'client_credentials' }, basic(jwtClient.id, jwtClient.secret));
  assert.equal(jwt.statusCode, 200, why(jwt));
  assert.equal((await ask({ path: '/oauth2/introspect', form: { token: String(renewed.access_token) } })).statusCode, 200);
  assert.equal((await ask({ path: '/oauth2/jwks', method: 'GET', headers: {} })).statusCode, 200);

  for (const { access_token } of [renewed, jwt]) assertAllowed(await authorize(`Bearer ${String(access_token)}`));
  assert.deepEqual(await authorize('Bearer nonsense'), { error: 'Unauthorized' });
  assert.equal((await ask({ path: '/oauth2/revoke', form: { token: String(renewed.refresh_token) } })).statusCode, 200);

  assert.deepEqual(guard.denied, []);
  const unused = NAMES.flatMap((name) => {
    const patterns = permissionsOf(template, roles.get(name));
    const made = [...(guard.used.get(name) ?? [])];
    return patterns.filter((pattern) => !made.some((use) => matches(pattern, use))).map((pattern) => `${name}: ${pattern}`);
  });
  assert.deepEqual(unused, []);
});

/** The one wildcard among the permissions is at the end. */
function matches(pattern: string, use: string): boolean {
  return pattern.endsWith('*') ? use.startsWith(pattern.slice(0, -1)) : use === pattern;
}
