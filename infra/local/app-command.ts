// Which CDK app is run: the one that `--app` names, that of the cdk.json of the folder, or Gatehouse's own with its demo.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isRecord } from '../emulator/template/json.ts';

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const texts = (value: unknown): readonly string[] => [value].flat().filter((each) => typeof each === 'string');

export interface AppCommand {
  /** For a shell, as the CDK's own command line runs it. */
  readonly command: string;
  /** Where it runs. */
  readonly directory: string;
  /** Of its cdk.json. */
  readonly context: Readonly<Record<string, unknown>>;
  /** `watch` of its cdk.json: what a change of is worth a look, by globs. */
  readonly watch: { readonly include: readonly string[]; readonly exclude: readonly string[] };
  /** It is the app of Gatehouse, which takes `issuer` and `demo` as context. */
  readonly isOwn: boolean;
}

/** Undefined: there is no such file. @throws Error where it is no JSON object */
function readObject(file: string): Readonly<Record<string, unknown>> | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (isRecord(parsed)) return parsed;
  } catch {
    // Said below.
  }
  throw new Error(`${file} is not a JSON object.`);
}

const readCdkJson = (directory: string) => readObject(join(directory, 'cdk.json'));

/** Values that the CDK's command line has looked up once, and keeps beside cdk.json. */
function lookedUp(directory: string): Readonly<Record<string, unknown>> {
  return readObject(join(directory, 'cdk.context.json')) ?? {};
}

export function commandIn(directory: string, command: string, configuration: Readonly<Record<string, unknown>> = {}): AppCommand {
  const { context, watch } = configuration;
  const globs = isRecord(watch) ? watch : {};
  return {
    command,
    directory,
    context: { ...lookedUp(directory), ...(isRecord(context) && context) },
    watch: { include: texts(globs.include ?? '**'), exclude: texts(globs.exclude ?? []) },
    isOwn: false,
  };
}

/** This repository, or in the package the folder of its chunks. */
const HERE = fileURLToPath(new URL('.', import.meta.url));
/** The package has chunks; the repository has sources. */
export const IS_PACKAGED = import.meta.url.endsWith('.mjs');

/** Of this very Node. */
const node = `"${process.execPath}" --disable-warning=ExperimentalWarning`;

/** An app of this repository by the name of its file; the package has it built. */
function appOfOurs(name: 'app' | 'demo-app'): AppCommand {
  if (IS_PACKAGED) return { ...commandIn(join(HERE, '..'), `${node} ${name}.js`), isOwn: true };
  const root = join(HERE, '../..');
  return { ...commandIn(root, `${node} infra/${name}.ts`, readCdkJson(root)), isOwn: true };
}

/** Gatehouse's own app. */
export const ownApp = (): AppCommand => appOfOurs('app');

/** The demo beside somebody else's app. */
export const demoApp = (): AppCommand => appOfOurs('demo-app');

/**
 * @param app of `--app`
 * @param directory where the command was given
 */
export function findApp(app: string | undefined, directory: string): AppCommand {
  const configuration = readCdkJson(directory);
  if (app !== undefined) return commandIn(directory, app, configuration ?? {});
  // The repository's own folder has a cdk.json too.
  if (configuration === undefined || (!IS_PACKAGED && join(directory, '.') === join(HERE, '../..').replace(/\/$/, ''))) return ownApp();
  const command = text(configuration.app);
  if (command === undefined) throw new Error(`${join(directory, 'cdk.json')} names no app. Say which: --app "npx tsx bin/app.ts"`);
  return commandIn(directory, command, configuration);
}
