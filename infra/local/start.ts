// `npm start [-- OPTIONS]`, in the package `gatehouse start`: a CDK app with Gatehouse on this machine. `--help` explains.

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DEMO } from '../demo/demo-data.ts';
import { writeDemoEntries } from '../demo/write-demo-entries.ts';
import { type AppCommand, findApp } from './app-command.ts';
import { endWithSignals } from './end-with-signals.ts';
import { apiLines } from './local-apis.ts';
import { HELP, parseStartOptions, type StartOptions } from './local-options.ts';
import { openLog } from './log-lines.ts';
import { apisWithoutEntry, entryCommand } from './missing-entries.ts';
import { runSixSteps } from './six-steps.ts';
import { type LocalRun, type RunningApp, startLocal } from './start-local.ts';
import { type Watching, watchApp } from './watch-app.ts';

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const log = openLog(process.stderr, Date.now);
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function seed(local: LocalRun, { demo }: RunningApp): Promise<void> {
  if (demo === undefined) return;
  const common = { region: local.region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const dynamoDb = new DynamoDBClient({ ...common, endpoint: local.dynamoDbUrl });
  const secretsManager = new SecretsManagerClient({ ...common, endpoint: local.secretsManagerUrl });
  await writeDemoEntries({ dynamoDb, secretsManager }, demo);
  dynamoDb.destroy();
  secretsManager.destroy();
}

async function showSixSteps(url: string): Promise<void> {
  const steps: string[] = [];
  const results = await runSixSteps(url, (text) => steps.push(text));
  // What the functions wrote meanwhile comes first, so that the steps stand together.
  log.flow();
  print(`\nSix steps, from a login to a protected call:\n\n${steps.join('\n\n')}\n`);
  const failed = results.filter(({ step, status }) => status !== step.expected).length;
  if (failed > 0) print(`${failed} of the steps did not answer as expected: the log above says why.\n`);
}

async function showAddresses(local: LocalRun, running: RunningApp): Promise<void> {
  print(`APIs; all of them answer at ${local.url} too, without the stage:\n`);
  for (const line of apiLines(running.apis)) print(`  ${line}`);
  for (const api of await apisWithoutEntry(local, running)) {
    print(`\n  No entry names ${api.name} yet, so that every call of it is refused. This lets every user of a tenant in:`);
    print(`    ${entryCommand(api, running.prefix, local.url, running.demo === undefined ? 'TENANT' : DEMO.tenant)}`);
  }
  print(`\n  gateway           ${local.url}   (pages: ${local.url}/_gatehouse/)`);
  print(`  DynamoDB          ${local.dynamoDbUrl}`);
  print(`  Secrets Manager   ${local.secretsManagerUrl}   (region ${local.region}, any credentials)`);
  print(`  Lambda            ${local.lambdaUrl}`);
}

/** Runs the app anew after a change. What can't be run leaves what ran before. */
function followChanges(app: AppCommand, local: LocalRun): Watching {
  return watchApp(app, async (path) => {
    print(`\n${path} has changed: the app is synthesised again.`);
    try {
      const now = await local.reload();
      await seed(local, now);
      print('The app runs as it is now.');
      for (const line of apiLines(now.apis)) print(`  ${line}`);
    } catch (error) {
      print(`${messageOf(error)}\nWhat ran before runs on.`);
    }
  });
}

async function run(options: StartOptions, directory: string): Promise<void> {
  const startedAt = performance.now();
  const ending = new AbortController();
  let local: LocalRun | undefined;
  let watching: Watching | undefined;
  endWithSignals(async () => {
    print('\nGatehouse is shutting down.');
    watching?.close();
    ending.abort(new Error('It was ended.'));
    await local?.close();
  });
  const app = findApp(options.app, directory);
  print(`Gatehouse is starting: ${app.isOwn ? 'its own app with the demo' : app.command} is synthesised.`);
  log.hold();
  const { port, stacks, demo, dataDirectory } = options;
  const common = { port, app, stacks, demo, signal: ending.signal, writeLine: log.write };
  local = await startLocal({ ...common, ...(dataDirectory !== undefined && { dataDirectory }) });
  if (demo) await seed(local, local);
  if (demo && local.demo !== undefined) await showSixSteps(local.url);
  log.flow();
  await showAddresses(local, local);
  watching = followChanges(app, local);
  print(`Gatehouse is ready on ${local.url} after ${((performance.now() - startedAt) / 1000).toFixed(1)} s. Ctrl+C stops it.`);
}

/** Undefined: there is nothing to run. What can't be understood is one line. */
function parse(directory: string): StartOptions | undefined {
  try {
    const options = parseStartOptions(process.argv.slice(2), process.env, directory);
    if (options === undefined) print(HELP);
    return options;
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 2;
    return undefined;
  }
}

async function main(): Promise<void> {
  // npm runs scripts in the folder of the package, and says where it was called.
  const directory = process.env.INIT_CWD ?? process.cwd();
  const options = parse(directory);
  if (options === undefined) return;
  await run(options, options.app === undefined ? process.cwd() : directory);
}

main().catch((error: unknown) => {
  log.flow();
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(1);
});
