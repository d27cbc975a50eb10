// The secrets of a folder's tenants, from a file beside it: those that are not there are created, and no other is touched.

import { FolderNotReadable } from '../folders/entry-document.ts';
import { readSecretsFile, withStackName } from '../folders/secrets-file.ts';
import type { OperatorItem } from '../operator-item.ts';
import { CommandFailed, type Operator } from './command.ts';

/** Values by the names of secrets in this stack. */
export type SecretsToCreate = ReadonlyMap<string, string>;

/** @throws CommandFailed where the file can't be read, or has a secret of a tenant that the folder has not */
export function readSecretsToCreate(
  { pathOf, stackName, tenantSecretsPrefix }: Operator,
  file: string,
  entries: readonly OperatorItem[],
): SecretsToCreate {
  const values = readOrRefuse(pathOf(file));
  const prefixes = [...new Set(entries.map(({ item }) => `${tenantSecretsPrefix}${String(item.tenant)}/`))];
  const secrets = new Map(Object.entries(values).map(([name, value]) => [withStackName(name, stackName), value]));
  const others = [...secrets.keys()].filter((name) => !prefixes.some((prefix) => name.startsWith(prefix)));
  if (others.length > 0)
    throw new CommandFailed(
      `${others.map((name) => `${file}: ${name}: expected a secret below ${prefixes.join(' or ')}`).join('\n')}\nNothing was written.`,
    );
  return secrets;
}

function readOrRefuse(file: string): Readonly<Record<string, string>> {
  try {
    return readSecretsFile(file);
  } catch (error) {
    if (error instanceof FolderNotReadable) throw new CommandFailed(error.message);
    throw error;
  }
}

/** @returns the names of those that were created */
export async function createSecrets({ tenantSecrets, report }: Operator, secrets: SecretsToCreate): Promise<readonly string[]> {
  const created: string[] = [];
  for (const [name, value] of secrets) {
    if (await tenantSecrets.create(name, value)) created.push(name);
    else report(`there already, or deleted a few days ago, and left as it is: the secret ${name}`);
  }
  return created;
}
