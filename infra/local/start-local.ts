// A CDK app on one machine: synthesised, resolved, and run behind a gateway that obeys it. Gatehouse's own with its demo, or
// anybody's that has the construct.

import type { DemoEntriesTarget } from '../demo/write-demo-entries.ts';
import { type Closers, openClosers } from '../emulator/closers.ts';
import type { Terminal } from '../emulator/deploy-stack.ts';
import { usageKeyValue } from '../emulator/gateway/rest-api/read-usage-plans.ts';
import { openServices, type Services } from '../emulator/open-services.ts';
import { addOurs } from './add-ours.ts';
import { type AppCommand, ownApp } from './app-command.ts';
import { chooseStacks } from './choose-stacks.ts';
import { type DeployedApp, deployApp } from './deploy-app.ts';
import type { LocalApi } from './local-apis.ts';
import { type LogPage, openLogPage } from './log-page.ts';
import { type ServedApis, serveApis } from './serve-apis.ts';
import { LOCAL_ENVIRONMENT, synthesise } from './synthesise.ts';

export interface LocalOptions {
  /** Of the gateway; DynamoDB and Secrets Manager take the two that follow. 0: three free ones. */
  readonly port: number;
  /** Where tables and secrets are kept. Absent: in memory. */
  readonly dataDirectory?: string;
  /** Absent: Gatehouse's own. */
  readonly app?: AppCommand;
  /** Names of the app's stacks to run. Absent: all. */
  readonly stacks?: readonly string[];
  /** With the demo: in Gatehouse's own app, or beside another. Default: true. */
  readonly demo?: boolean;
  /** Context of the app, on top of that of cdk.json. */
  readonly context?: Readonly<Record<string, string>>;
  /** Gets every line that a function or the gateway writes. */
  readonly writeLine?: (source: string, line: string) => void;
  /** Ends a synthesis that is under way. */
  readonly signal?: AbortSignal;
}

/** What runs now; a reload makes another. */
export interface RunningApp {
  readonly outputs: Readonly<Record<string, string>>;
  /** What the demo entries need to know of the stack. Undefined: the app has no demo. */
  readonly demo: DemoEntriesTarget | undefined;
  /** What the names of tables and secrets begin with: `--stack` of the command line. */
  readonly prefix: string;
  readonly apis: readonly LocalApi[];
  /** Values of usage keys by the id of the key, as `aws apigateway get-api-key --include-value` says them. */
  readonly usageKeys: Readonly<Record<string, string>>;
}

export interface LocalRun extends RunningApp {
  readonly url: string;
  readonly dynamoDbUrl: string;
  readonly secretsManagerUrl: string;
  /** The Invoke operation of Lambda. */
  readonly lambdaUrl: string;
  readonly region: string;
  /** FlushStageAuthorizersCache of every API. */
  flushAuthorizerCaches(): void;
  /**
   * Synthesises the app again and runs what came out in the place of what ran; tables and secrets stay.
   *
   * @throws Error where it can't be, and what ran before goes on
   */
  reload(): Promise<RunningApp>;
  close(): Promise<void>;
}

/** @throws Error, with everything closed again that was opened */
export async function startLocal(options: LocalOptions): Promise<LocalRun> {
  const closers = openClosers();
  try {
    return await start(options, closers);
  } catch (error) {
    await closers.close();
    throw error;
  }
}

/** What outlives a reload. */
interface RunSurroundings {
  readonly services: Services;
  readonly terminal: Terminal;
  readonly logPage: LogPage;
}

interface Generation {
  readonly running: RunningApp;
  readonly served: ServedApis;
  readonly functions: DeployedApp['functions'];
  readonly closers: Closers;
}

async function start(options: LocalOptions, closers: Closers): Promise<LocalRun> {
  const { port, dataDirectory } = options;
  const logPage = openLogPage((line) => options.writeLine?.('operator', line));
  const writeLine = (source: string, line: string): void => {
    logPage.keep(line);
    options.writeLine?.(source, line);
  };
  const terminal: Terminal = { writeLine, report: (line) => writeLine('gateway', line) };
  const deployment = { stackName: 'local', ...LOCAL_ENVIRONMENT };
  const services = await openServices({ port, dataDirectory, deployment, clock: Date.now, report: terminal.report }, closers);
  const surroundings = { services, terminal, logPage };
  let current = await run(options, surroundings);
  closers.keep({ close: () => current.closers.close() });
  return {
    ...current.running,
    url: services.gatewayUrl,
    dynamoDbUrl: services.endpoints.AWS_ENDPOINT_URL_DYNAMODB,
    secretsManagerUrl: services.endpoints.AWS_ENDPOINT_URL_SECRETS_MANAGER,
    lambdaUrl: services.endpoints.AWS_ENDPOINT_URL_LAMBDA,
    region: LOCAL_ENVIRONMENT.region,
    flushAuthorizerCaches: () => current.served.flushAuthorizerCaches(),
    async reload() {
      const earlier = current;
      try {
        current = await run(options, surroundings);
      } catch (error) {
        services.offer(earlier.functions);
        throw error;
      }
      await earlier.closers.close();
      return current.running;
    },
    close: closers.close,
  };
}

/** @throws Error, with everything closed again that was opened */
async function run(options: LocalOptions, { services, terminal, logPage }: RunSurroundings): Promise<Generation> {
  const { app = ownApp(), demo = true, stacks = [], signal } = options;
  const closers = openClosers();
  try {
    const context = { ...options.context, ...(app.isOwn && { demo, issuer: services.gatewayUrl, demoUrl: services.gatewayUrl }) };
    const assembly = closers.keep(await synthesise(app, context, signal));
    const chosen = chooseStacks(assembly.stacks, stacks);
    if (!app.isOwn) await addOurs(chosen, { demo, gatewayUrl: services.gatewayUrl, signal, closers });
    const deployed = await deployApp({ stacks: chosen, services, terminal, isLenient: !app.isOwn }, closers);
    const target = demoTarget(deployed);
    const { template, functions } = deployed;
    const served = serveApis({
      template,
      services,
      findFunction: functions.find,
      hasDemo: target !== undefined,
      isLenient: !app.isOwn,
      prefix: deployed.gatehouse.prefix,
      report: terminal.report,
      logPage,
    });
    return { running: describe(deployed, target, served), served, functions, closers };
  } catch (error) {
    await closers.close();
    throw error;
  }
}

function describe({ template, outputs, gatehouse }: DeployedApp, demo: DemoEntriesTarget | undefined, { apis }: ServedApis): RunningApp {
  const keys = template.resources('AWS::ApiGateway::ApiKey');
  return { outputs, demo, prefix: gatehouse.prefix, apis, usageKeys: Object.fromEntries(keys.map((key) => [key.ref, usageKeyValue(key)])) };
}

/** What the outputs of the stacks say of the demo; undefined where they say nothing. */
function demoTarget({ outputs, gatehouse }: DeployedApp): DemoEntriesTarget | undefined {
  const output = (ending: string): string | undefined => {
    const key = Object.keys(outputs).find((candidate) => candidate.startsWith('Demo') && candidate.includes(ending));
    return key === undefined ? undefined : outputs[key];
  };
  const [apiId, userServiceUrl] = [output('ApiId'), output('UserServiceUrl')];
  if (apiId === undefined || userServiceUrl === undefined) return undefined;
  return { stackName: gatehouse.prefix, apiId, stage: 'prod', userServiceUrl, isLocal: true };
}
