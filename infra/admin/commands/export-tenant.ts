// `export`: a tenant as a folder that `apply` takes, here or in another stack, or as one document of the same entries.

import { type Exported, exportTenant } from '../folders/export-tenant.ts';
import { withStackName, writeSecretsFile } from '../folders/secrets-file.ts';
import { type FolderFormat, FolderNotWritable, writeExport } from '../folders/write-export.ts';
import { type Command, CommandFailed, type Operator, textOption } from './command.ts';
import { counted } from './counted.ts';
import { EXIT } from './exit-codes.ts';
import { outcomeOf } from './outcome.ts';

export const exportCommand: Command = {
  words: 'export',
  takes: ['TENANT'],
  does: 'prints a tenant whole, entries, clients and users, as one JSON document, or with --out writes a folder of it that apply takes; secrets are named, and their values are not in it',
  options: {
    out: { type: 'string', takes: 'FOLDER', explains: 'a folder, new or empty, to write to; else standard output' },
    'with-secrets': {
      type: 'string',
      takes: 'FILE',
      explains: 'a new file, for your eyes alone, to write the values of its secrets to; apply --secrets takes it',
    },
    format: { type: 'string', choices: ['json', 'yaml'], explains: 'how the files of the folder are written; else json' },
  },
  effect: 'reads',
  async run(operator, [tenant = ''], options) {
    const { tables, tenantSecretsPrefix, stackName, findStackOutputs, report } = operator;
    const outputs = (await findStackOutputs()) ?? {};
    const exported = await exportTenant(tables, tenant, { tenantSecretsPrefix, stackName, outputs });
    const { document, leftOut } = exported;
    if (document.entries.length + leftOut.length === 0) throw new CommandFailed(`${tenant}: there is no such tenant.`);
    for (const line of leftOut) report(`left out, since it is wrong: ${line}`);
    for (const line of notesOf(exported)) report(line);
    const secretsFile = textOption(options, 'with-secrets');
    const areSecretsWhole = secretsFile === undefined || (await writeSecrets(operator, secretsFile, exported));
    const exitCode = leftOut.length === 0 && areSecretsWhole ? EXIT.done : EXIT.refused;
    const out = textOption(options, 'out');
    if (out === undefined) return outcomeOf(document, (value) => [JSON.stringify(value, null, 2)], { exitCode });
    const files = await write(operator.pathOf(out), exported, textOption(options, 'format') === 'yaml' ? 'yaml' : 'json');
    return outcomeOf({ folder: out, files, entries: document.entries.length, secrets: document.secrets }, (value) => value.files, {
      summary: `${counted(document.entries.length, 'entry', 'entries')} in ${counted(files.length, 'file')} of ${out}`,
      exitCode,
    });
  },
};

/** @returns whether every one could be read */
async function writeSecrets(
  { tenantSecrets, pathOf, report, stackName }: Operator,
  file: string,
  { document }: Exported,
): Promise<boolean> {
  const values: Record<string, string> = {};
  for (const name of document.secrets) {
    const value = await tenantSecrets.read(withStackName(name, stackName));
    if (value === undefined) report(`not in ${file}: ${name}, which is not there, is no text, or may not be read by you`);
    else values[name] = value;
  }
  await refuseOr(async () => writeSecretsFile(pathOf(file), values));
  report(`${counted(Object.keys(values).length, 'secret')} in clear in ${file}: delete it when it has been applied`);
  return Object.keys(values).length === document.secrets.length;
}

/** What whoever gets the export must know. */
function notesOf({ document: { secrets, entries } }: Exported): string[] {
  const users = entries.filter(({ passwordHash }) => passwordHash !== undefined).length;
  return [
    ...secrets.map((name) => `not in it: the value of the secret ${name}`),
    ...(users === 0 ? [] : [`in it: the password hashes of ${counted(users, 'user')}; keep it as you keep the table`]),
  ];
}

const write = (folder: string, exported: Exported, format: FolderFormat): Promise<readonly string[]> =>
  refuseOr(() => writeExport(folder, exported, format));

async function refuseOr<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof FolderNotWritable) throw new CommandFailed(error.message);
    throw error;
  }
}
