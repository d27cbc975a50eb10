// `npm start [-- --port N] [--data DIR]`: Gatehouse and its demo on this machine.

import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { writeDemoEntries } from '../demo/write-demo-entries.ts';
import { runSixSteps } from './six-steps.ts';
import { type LocalRun, startLocal } from './start-local.ts';

const DEFAULT_PORT = 3000;

const print = (text: string): void => void process.stdout.write(`${text}\n`);

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_532) throw new Error(`--port must be a number up to 65532, not ${text}.`);
  return port;
}

function parseOptions() {
  const { values } = parseArgs({ options: { port: { type: 'string' }, data: { type: 'string' } } });
  const port = parsePort(values.port ?? process.env.PORT ?? String(DEFAULT_PORT));
  return { port, ...(values.data !== undefined && { dataDirectory: values.data }) };
}

async function seed(local: LocalRun): Promise<void> {
  const common = { region: local.region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const dynamoDb = new DynamoDBClient({ ...common, endpoint: local.dynamoDbUrl });
  const secretsManager = new SecretsManagerClient({ ...common, endpoint: local.secretsManagerUrl });
  await writeDemoEntries({ dynamoDb, secretsManager }, local.demo);
  dynamoDb.destroy();
  secretsManager.destroy();
}

/** The first signal closes all; a second one ends the process at once. */
function closeOnSignal(local: LocalRun): void {
  let closing = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (closing) process.exit(1);
      closing = true;
      print('\nGatehouse is shutting down.');
      void local.close().then(() => process.exit(0));
    });
  }
}

async function main(): Promise<void> {
  const startedAt = performance.now();
  const options = parseOptions();
  print('Gatehouse is starting: the stack is synthesised and its functions are bundled.');
  const local = await startLocal({ ...options, writeLine: (source, line) => print(`[${source}] ${line}`) });
  closeOnSignal(local);
  await seed(local);
  print('');
  const results = await runSixSteps(local.url, (text) => print(`${text}\n`));
  const failed = results.filter(({ step, status }) => status !== step.expected).length;
  if (failed > 0) print(`${failed} of the steps did not answer as expected: the lines above say why.\n`);
  print(`  gateway           ${local.url}   (in a browser: a console page)`);
  print(`  DynamoDB          ${local.dynamoDbUrl}`);
  print(`  Secrets Manager   ${local.secretsManagerUrl}   (region ${local.region}, any credentials)`);
  print(`  Lambda            ${local.lambdaUrl}`);
  print(`Gatehouse is ready on ${local.url} after ${((performance.now() - startedAt) / 1000).toFixed(1)} s. Ctrl+C stops it.`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
