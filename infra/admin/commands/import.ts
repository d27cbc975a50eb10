// `import wso2|users|keycloak`: what another system has exported, as entries. A dry run, unless --out or --apply says where to.

import { hashByArgon2id } from '../../../functions/userstores/password-hashes/argon2.ts';
import { type Imported, NotImportable } from '../import/imported.ts';
import { importRealm } from '../import/keycloak/import-realm.ts';
import { parseDocument } from '../import/parse-document.ts';
import { readSource, type SourceFile } from '../import/read-source.ts';
import { createFindClaimName } from '../import/users/claim-names.ts';
import { importCsv } from '../import/users/import-csv.ts';
import { importLdif } from '../import/users/import-ldif.ts';
import { createItems, type WrittenEntry, writeFolder } from '../import/write-imported.ts';
import { isWso2File, importWso2 as readWso2 } from '../import/wso2/import-wso2.ts';
import { type Command, CommandFailed, listOption, type Operator, type Option, type Options, requireOption, textOption } from './command.ts';
import { counted } from './counted.ts';
import { EXIT } from './exit-codes.ts';
import { type Outcome, outcomeOf } from './outcome.ts';

const COMMON: Readonly<Record<string, Option>> = {
  tenant: { type: 'string', explains: 'the tenant that it is for' },
  out: { type: 'string', takes: 'FOLDER', explains: 'write the entries into a new folder, for plan and apply' },
  apply: { type: 'boolean', explains: 'create the entries that are not there yet; what is there stays as it is' },
};

const CLAIM: Option = {
  type: 'string',
  takes: 'CLAIM=ATTRIBUTE',
  multiple: true,
  explains: 'an attribute that becomes a claim of this name',
};

const effect = (options: Options) => (options.apply === true ? 'writes' : 'reads') as 'writes' | 'reads';

export const importWso2: Command = {
  words: 'import wso2',
  takes: ['PATH'],
  does: 'reads applications and APIs that apictl exported, deployment.toml of Identity Server, and UM_USER.csv and its kin, and says line by line what is kept, changed and lost; nothing is written without --out or --apply',
  options: {
    ...COMMON,
    scope: { type: 'string', multiple: true, explains: 'a scope that every application may ask for, where its APIs are not in the folder' },
    api: { type: 'string', takes: 'NAME', explains: 'the api# entry for the rules of deployment.toml; else imported' },
    stage: { type: 'string', explains: 'the stage of the APIs in API Gateway; else prod' },
    digest: {
      type: 'string',
      explains: 'PasswordDigest of the userstore: SHA-256 (default), SHA, SHA-384, SHA-512, PLAIN_TEXT, PBKDF2:ITERATIONS',
    },
    'wso2-tenant-id': { type: 'string', takes: 'ID', explains: 'UM_TENANT_ID of the rows to read, where the tables have several' },
    claim: CLAIM,
  },
  effect,
  run: (operator, [path = ''], options) =>
    runImport(operator, options, async (hashClear) =>
      readWso2(readSource(operator.pathOf(path), isWso2File), {
        tenant: requireOption(options, 'tenant'),
        scopes: listOption(options, 'scope'),
        apiName: textOption(options, 'api') ?? 'imported',
        stage: textOption(options, 'stage') ?? 'prod',
        tenantId: textOption(options, 'wso2-tenant-id'),
        digest: textOption(options, 'digest') ?? 'SHA-256',
        findClaimName: createFindClaimName(listOption(options, 'claim')),
        hashClear,
      }),
    ),
};

export const importUsers: Command = {
  words: 'import users',
  takes: ['FILE'],
  does: 'reads users with their hashes, roles and claims out of an LDIF or a CSV file, and says line by line what is kept, changed and lost; nothing is written without --out or --apply',
  options: {
    ...COMMON,
    format: { type: 'string', choices: ['ldif', 'csv'], explains: 'what the file is; else by the ending of its name' },
    'username-attribute': {
      type: 'string',
      takes: 'NAME',
      explains: 'of LDIF, what users log in by; else uid, sAMAccountName, userPrincipalName or cn',
    },
    claim: CLAIM,
  },
  effect,
  run: (operator, [path = ''], options) =>
    runImport(operator, options, async (hashClear) => {
      const [file] = readSource(operator.pathOf(path), () => true);
      if (file === undefined) throw new NotImportable(`${path}: expected a file`);
      const common = {
        tenant: requireOption(options, 'tenant'),
        findClaimName: createFindClaimName(listOption(options, 'claim')),
        hashClear,
      };
      const isLdif = (textOption(options, 'format') ?? endingOf(file)) === 'ldif';
      return isLdif
        ? importLdif(file.text, { ...common, usernameAttribute: textOption(options, 'username-attribute') })
        : importCsv(file.text, common);
    }),
};

export const importKeycloak: Command = {
  words: 'import keycloak',
  takes: ['FILE'],
  does: 'reads the clients of a realm export of Keycloak, and says line by line what is kept, changed and lost; nothing is written without --out or --apply',
  options: COMMON,
  effect,
  run: (operator, [path = ''], options) =>
    runImport(operator, options, async () => {
      const [file] = readSource(operator.pathOf(path), (name) => name.endsWith('.json'));
      if (file === undefined) throw new NotImportable(`${path}: expected a .json file`);
      return importRealm(parseDocument(file)[0], { tenant: requireOption(options, 'tenant') });
    }),
};

/** @throws NotImportable */
function endingOf({ name }: SourceFile): string {
  const ending = /\.(ldif|csv)$/i.exec(name)?.[1];
  if (ending === undefined) throw new NotImportable(`${name}: is it --format ldif or csv?`);
  return ending.toLowerCase();
}

interface ImportAnswer {
  readonly fates: Imported['fates'];
  /** How many there are to write. */
  readonly entries: number;
  /** With --out. */
  readonly files?: readonly string[];
  /** With --apply. */
  readonly written?: readonly WrittenEntry[];
}

async function runImport(
  operator: Operator,
  options: Options,
  read: (hashClear: ((password: string) => Promise<string>) | undefined) => Promise<Imported>,
): Promise<Outcome> {
  const folder = textOption(options, 'out');
  if (folder !== undefined && options.apply === true) throw new CommandFailed('--out or --apply, and not both.', EXIT.usage);
  const isDry = folder === undefined && options.apply !== true;
  const { items, fates } = await orFail(read(isDry ? undefined : hashByArgon2id));
  const answer: ImportAnswer = {
    fates,
    entries: items.length,
    ...(folder !== undefined && { files: await writeFolder(operator.pathOf(folder), items) }),
    ...(options.apply === true && { written: await createItems(operator, items) }),
  };
  return outcomeOf(answer, linesOf, { summary: summaryOf(answer, folder), exitCode: items.length === 0 ? EXIT.refused : EXIT.done });
}

async function orFail(reading: Promise<Imported>): Promise<Imported> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof NotImportable) throw new CommandFailed(error.message);
    throw error;
  }
}

function linesOf({ fates, files = [], written = [] }: ImportAnswer): readonly string[] {
  return [
    ...fates.map(({ kind, of, says }) => `${kind.padEnd(7)}  ${of}: ${says}`),
    ...files.map((file) => `written: ${file}`),
    ...written.map(({ label, outcome }) => `${outcome}: ${label}`),
  ];
}

function summaryOf({ fates, entries, files, written }: ImportAnswer, folder: string | undefined): string {
  const count = (kind: string): number => fates.filter((fate) => fate.kind === kind).length;
  const told = `${count('kept')} kept, ${count('changed')} changed, ${count('lost')} lost; ${counted(entries, 'entry', 'entries')}`;
  if (files !== undefined) return `${told} in ${folder}. Hashes of passwords and secrets are in it. Next: plan ${folder}`;
  if (written === undefined) return `${told}. Nothing was written: --out FOLDER writes them for plan and apply, --apply creates them`;
  const created = written.filter(({ outcome }) => outcome === 'created').length;
  return `${told}, of which ${created} were created`;
}
