// The command line on a local run, in this process.

import { createFindLocalOutputs } from '../../infra/admin/find-local-outputs.ts';
import { createRun } from '../infra/admin/support/run-gatehouse.ts';
import type { TestRun } from './local-run.ts';

export function openCommands(
  run: Pick<TestRun, 'url' | 'dynamoDbUrl' | 'secretsManagerUrl' | 'region'>,
  environment: Readonly<Record<string, string>> = {},
) {
  process.env.AWS_ENDPOINT_URL_DYNAMODB = run.dynamoDbUrl;
  process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = run.secretsManagerUrl;
  process.env.AWS_REGION = run.region;
  process.env.AWS_ACCESS_KEY_ID = 'any';
  process.env.AWS_SECRET_ACCESS_KEY = 'any';
  const findStackOutputs = createFindLocalOutputs(Number(new URL(run.url).port));
  // No function of this run has a request open that could write late.
  return createRun({ environment, findStackOutputs, wait: async () => {} });
}
