// An app whose Gatehouse is that of another stack or account, on this machine: one of the run takes its place, and the rules
// that the app says with its routes are its entry.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DEMO } from '../../infra/demo/demo-data.ts';
import { commandIn } from '../../infra/local/app-command.ts';
import { eventually } from '../support/eventually.ts';
import { askForToken, callApi, passwordGrant, startTestRun } from '../support/local-run.ts';

const INDEX = new URL('../../infra/index.ts', import.meta.url).href;

const SOURCE = `
import { Gatehouse } from ${JSON.stringify(INDEX)};
import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { App, Stack } from 'aws-cdk-lib/core';

const stack = new Stack(new App(), 'Orders');
const gatehouse = Gatehouse.fromAttributes(stack, 'Platform', {
  authorizerFunctionArn: 'arn:aws:lambda:us-east-1:210987654321:function:platform-authorizer',
  apiEntriesFunctionArn: 'arn:aws:lambda:us-east-1:210987654321:function:platform-api-entries',
});
const handler = new LambdaFunction(stack, 'Backend', {
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromInline("exports.handler = async () => ({ statusCode: 200, body: '{}' })"),
});
const api = new RestApi(stack, 'OrdersApi', { cloudWatchRole: false });
const routes = gatehouse.protectRestApi('Orders', api, { tenant: '${DEMO.tenant}', cacheSeconds: 0 });
routes.protect(api.root.addResource('order'), 'POST', { kind: 'lambda', handler, readsJwtFrom: 'requestContext' }, { scopes: ['${DEMO.scope}'] });
`;

test('an app that uses a Gatehouse of elsewhere runs with one of the run, and its own rules count', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-imported-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'app.mjs'), SOURCE);
  const run = await startTestRun({ app: commandIn(folder, `"${process.execPath}" --disable-warning=ExperimentalWarning app.mjs`) });
  context.after(() => run.close());
  const user = passwordGrant(`${DEMO.externalUser.username}@${DEMO.tenant}`, DEMO.externalUser.password);
  const post = async (scope: string): Promise<number> => {
    const { body } = await askForToken(run.url, { ...user, scope });
    return (await callApi(run.url, '/order', body.access_token, { method: 'POST' })).status;
  };
  await eventually(30, async () => assert.equal(await post(DEMO.scope), 200));
  assert.equal(await post('openid'), 403);
  assert.equal((await fetch(`${run.url}${DEMO.context}/health`)).status, 200, 'the demo is beside it');
});
