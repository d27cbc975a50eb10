// Where the tables are: of a deployed stack, or of the system that `npm start` runs.

import { type Option, type Options, textOption, UsageFailed } from './commands/command.ts';

/** Taken by every command. */
export const COMMON_OPTIONS = {
  local: { type: 'boolean', explains: 'work on the system that npm start runs on this machine, and not on AWS' },
  port: { type: 'string', takes: 'N', explains: 'the port of that system, where it is not 3000; only with --local' },
  stack: {
    type: 'string',
    takes: 'NAME',
    explains: 'the deployed stack, where it is not Gatehouse: what the names of its tables begin with',
  },
  region: {
    type: 'string',
    takes: 'REGION',
    explains: 'the region of the stack; else AWS_REGION, AWS_DEFAULT_REGION, or that of the profile',
  },
  profile: {
    type: 'string',
    takes: 'NAME',
    explains: 'the profile of the AWS CLI to work with; else AWS_PROFILE, or the credentials of the environment',
  },
  'token-url': {
    type: 'string',
    takes: 'URL',
    explains: 'the token endpoint, for the requests that are printed as examples; else that of the stack',
  },
  json: { type: 'boolean', explains: 'print the result as one JSON document' },
  help: { type: 'boolean', explains: 'explain the command, and do nothing' },
} as const satisfies Readonly<Record<string, Option>>;

export type Target =
  | { readonly kind: 'local'; readonly stackName: string; readonly port: number; readonly tokenUrl: string }
  | {
      readonly kind: 'aws';
      readonly stackName: string;
      /** Undefined: of the environment or the profile. */
      readonly region: string | undefined;
      /** Undefined: of the environment. */
      readonly profile: string | undefined;
      /** Undefined: the stack's outputs say it. */
      readonly tokenUrl: string | undefined;
    };

const DEFAULT_PORT = 3000;

/** Three ports follow the gateway's own: tables, secrets, functions. */
const MAX_PORT = 65_532;

/** @throws UsageFailed */
export function parseTarget(values: Options, environment: NodeJS.ProcessEnv): Target {
  const stackName = textOption(values, 'stack') ?? 'Gatehouse';
  if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(stackName))
    throw new UsageFailed('--stack must be the name of a stack: letters, digits and "-".');
  const [region, profile, tokenUrl] = ['region', 'profile', 'token-url'].map((name) => textOption(values, name));
  if (values.local !== true) {
    // Not taken to mean --local: a slip must not decide where something is written.
    if (values.port !== undefined) throw new UsageFailed('--port is of the local run: add --local, or leave it out to work on AWS.');
    return { kind: 'aws', stackName, region, profile, tokenUrl };
  }
  if (region !== undefined || profile !== undefined)
    throw new UsageFailed('--region and --profile are of AWS: leave them out, or --local.');
  const typed = textOption(values, 'port') ?? environment.PORT ?? String(DEFAULT_PORT);
  const port = /^\d{1,5}$/.test(typed) ? Number(typed) : 0;
  if (port < 1 || port > MAX_PORT) throw new UsageFailed(`--port must be the port of the local gateway, from 1 to ${MAX_PORT}.`);
  return { kind: 'local', stackName, port, tokenUrl: tokenUrl ?? `http://127.0.0.1:${port}/oauth2/token` };
}

/** In the environment of this process, where every client of AWS looks for it. */
export function useTarget(target: Target, environment: NodeJS.ProcessEnv): void {
  if (target.kind === 'local') {
    useLocalRun(target.port, environment);
    return;
  }
  // The AWS CLI reads the second name where the first is not there; the SDK does not.
  const region = target.region ?? (environment.AWS_REGION || environment.AWS_DEFAULT_REGION);
  if (region) environment.AWS_REGION = region;
  if (target.profile !== undefined) environment.AWS_PROFILE = target.profile;
}

/** As `npm start` prints them; the emulators take any credentials. */
function useLocalRun(port: number, environment: NodeJS.ProcessEnv): void {
  environment.AWS_ENDPOINT_URL_DYNAMODB = `http://127.0.0.1:${port + 1}`;
  environment.AWS_ENDPOINT_URL_SECRETS_MANAGER = `http://127.0.0.1:${port + 2}`;
  environment.AWS_ENDPOINT_URL_LAMBDA = `http://127.0.0.1:${port + 3}`;
  environment.AWS_REGION = 'us-east-1';
  environment.AWS_ACCESS_KEY_ID = 'local';
  environment.AWS_SECRET_ACCESS_KEY = 'local';
  delete environment.AWS_PROFILE;
  delete environment.AWS_SESSION_TOKEN;
}
