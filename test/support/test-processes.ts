// Which test files run in one process, and in which order. A process costs a fifth of a second before its first test, and
// some two hundred files are over sooner: those that touch nothing but what they import share one. The longest come
// first: one that begins last leaves a core idle.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A process of the run: one file, or several that run in it one after the other. */
export interface TestProcess {
  /** Of the only file its path; of several their folder. */
  readonly name: string;
  /** From the top of the repository. */
  readonly files: readonly string[];
}

/**
 * Folders whose files start nothing, or close it themselves: a process for each, without the folders named before it.
 * Elsewhere each file has a process of its own.
 */
const SHARED_FOLDERS = ['attacks', 'functions/authorizer', 'functions/token', 'functions', 'infra/admin', 'infra', 'pages'];

/**
 * What a file has that its neighbours would notice: the environment, hooks of the whole process, mocks, a second copy of a
 * package, processes and parts of others.
 */
const NEEDS_A_PROCESS =
  /\bprocess\.|^(?:before|after|beforeEach|afterEach)\(|\bmock\.|\bglobalThis\b|\brequire\.cache\b|child_process|worker_threads|skipWithout|useT(?:ablesAt|estCredentials)|startDynamoDb/m;

/** By time on an idle machine, the longest first, each in a process of its own. Most of them wait, so that one that computes, of shared files, comes after each. */
export const LONGEST: readonly string[] = [
  'test/flows/one-local-run.test.ts',
  'test/infra/settle-on-aws.test.ts',
  'test/contracts/password-change.test.ts',
  'test/contracts/userstore-ldap-faults.test.ts',
  'test/contracts/userstore-389ds.test.ts',
  'test/infra/all-options.test.ts',
  'test/contracts/stores.test.ts',
  'test/functions/userstores/login-gate.test.ts',
  'test/infra/package/package.test.ts',
  'test/flows/customer-app.test.ts',
  'test/pages/commands.test.ts',
  'test/infra/admin/shell-completion.test.ts',
  'test/contracts/refresh-races.test.ts',
  'test/infra/cdk.test.ts',
  'test/flows/own-app.test.ts',
  'test/attacks/login-timing.test.ts',
];

/** @param files from the top of the repository, with what is in them */
export function planProcesses(files: ReadonlyMap<string, string>): readonly TestProcess[] {
  const isAlone = (path: string, source: string) =>
    LONGEST.includes(path) || sharedFolder(path) === undefined || NEEDS_A_PROCESS.test(source);
  const apart = [...files].filter(([path, source]) => isAlone(path, source)).map(([path]) => path);
  const together = Map.groupBy(
    [...files.keys()].filter((path) => !apart.includes(path)),
    (path) => sharedFolder(path) ?? path,
  );
  const shared = [...together].map(([name, own]) => ({ name, files: own.toSorted() }));
  const alone = (paths: readonly string[]) => paths.map((path) => ({ name: path, files: [path] }));
  const longest = alone(LONGEST.filter((path) => apart.includes(path)));
  shared.sort((one, other) => other.files.length - one.files.length);
  const first = Array.from({ length: Math.max(longest.length, shared.length) }, (_, at) => [longest[at], shared[at]]).flat();
  return [...first.filter((each) => each !== undefined), ...alone(apart.filter((path) => !LONGEST.includes(path)).sort())];
}

/** `functions/token` of `test/functions/token/saml/bundled.test.ts`; undefined where nobody shares. */
const sharedFolder = (path: string): string | undefined => SHARED_FOLDERS.find((folder) => path.startsWith(`test/${folder}/`));

/**
 * Writes for each process the file that node is to run; that of a single test file is the file itself.
 *
 * @param folder made anew
 * @returns absolute paths, in the order of the processes
 */
export function writeEntryFiles(processes: readonly TestProcess[], root: string, folder: string): readonly string[] {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return processes.map(({ name, files }) => {
    const [only = '', ...more] = files;
    if (more.length === 0) return join(root, only);
    const file = join(folder, `${name.replaceAll('/', '-')}.mjs`);
    writeFileSync(file, entryOf(files.map((path) => pathToFileURL(join(root, path)).href)));
    return file;
  });
}

/** A file that can't be loaded fails alone, as it would in a process of its own. */
const entryOf = (urls: readonly string[]): string => `import { test } from 'node:test';
for (const url of ${JSON.stringify(urls, undefined, 2)}) {
  try {
    await import(url);
  } catch (error) {
    test(\`\${url} is loaded\`, () => {
      throw error;
    });
  }
}
`;
