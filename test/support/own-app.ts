// A CDK app as a stranger writes one, in a folder of its own: Gatehouse in one stack, an API with its function in another.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const INDEX = new URL('../../infra/index.ts', import.meta.url).href;

/** @param routes of the API, as code */
const appSource = (routes: string): string => `
import { Gatehouse } from ${JSON.stringify(INDEX)};
import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { App, Stack } from 'aws-cdk-lib/core';

const app = new App();
const platform = new Stack(app, 'Platform');
const gatehouse = new Gatehouse(platform, 'Gatehouse', { issuer: 'https://login.example.org' });
const orders = new Stack(app, 'Orders');
const bucket = new Bucket(orders, 'Bucket');
const backend = new LambdaFunction(orders, 'Backend', {
  runtime: Runtime.NODEJS_22_X,
  handler: 'index.handler',
  code: Code.fromAsset('backend'),
  environment: { BUCKET: bucket.bucketName, ISSUER: gatehouse.issuer },
});
new LambdaFunction(orders, 'Report', { runtime: Runtime.PYTHON_3_12, handler: 'index.handler', code: Code.fromInline('x = 1') });
const api = new RestApi(orders, 'OrdersApi', { cloudWatchRole: false });
const routes = gatehouse.protectRestApi('Gatehouse', api, { cacheSeconds: 0 });
${routes}
`;

const BACKEND = `
exports.handler = async (event) => ({
  statusCode: 200,
  body: JSON.stringify({ jwt: event.requestContext.authorizer.endUserJwt, issuer: process.env.ISSUER, bucket: process.env.BUCKET }),
});
`;

const ORDER_ROUTE =
  "routes.protect(api.root.addResource('order'), 'GET', { kind: 'lambda', handler: backend, readsJwtFrom: 'requestContext' });";

export interface OwnApp {
  readonly folder: string;
  /** Writes the app anew. @param more code at its end */
  write(more: string): void;
  close(): void;
}

export function openOwnApp(): OwnApp {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-own-app-'));
  mkdirSync(join(folder, 'backend'));
  mkdirSync(join(folder, 'node_modules'));
  for (const peer of ['aws-cdk-lib', 'constructs']) symlinkSync(join(ROOT, 'node_modules', peer), join(folder, 'node_modules', peer));
  writeFileSync(join(folder, 'backend/index.js'), BACKEND);
  const write = (more: string): void => writeFileSync(join(folder, 'app.mjs'), appSource(`${ORDER_ROUTE}\n${more}`));
  write('');
  return { folder, write, close: () => rmSync(folder, { recursive: true, force: true }) };
}
