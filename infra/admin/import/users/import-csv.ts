// Users out of a CSV file of one's own: a line of names, then one user a line.

import type { Item } from '../../../../functions/storage/aws/dynamodb.ts';
import { createImportReport, type Imported, NotImportable } from '../imported.ts';
import type { FindClaimName } from './claim-names.ts';
import { type ForeignPassword, type HashClearPassword, importUser } from './foreign-user.ts';
import { type CsvRow, parseCsv } from './parse-csv.ts';
import { tellRoles } from './tell-roles.ts';

export interface CsvOptions {
  readonly tenant: string;
  readonly findClaimName: FindClaimName;
  readonly hashClear: HashClearPassword | undefined;
}

/** Columns with a meaning of their own, in small letters; every other one is a claim. */
const OWN_COLUMNS: ReadonlySet<string> = new Set(['username', 'id', 'password', 'passwordhash', 'status', 'roles', 'mustchangepassword']);

/** @throws NotImportable */
export async function importCsv(text: string, options: CsvOptions): Promise<Imported> {
  const report = createImportReport();
  const rows = parseCsv(text);
  const columns = new Set([...(rows[0]?.values.keys() ?? [])].map((name) => name.toLowerCase()));
  if (!columns.has('username')) throw new NotImportable('line 1: expected a column username');
  if (!columns.has('password') && !columns.has('passwordhash'))
    throw new NotImportable('line 1: expected a column passwordHash, or password');
  const items: Item[] = [];
  const seen = new Set<string>();
  for (const row of rows) {
    const find = finderOf(row);
    const username = find('username') ?? '';
    if (seen.has(username.toLowerCase())) {
      report.lost(`user ${username}`, `line ${row.line}: left out: another line has the name`);
      continue;
    }
    seen.add(username.toLowerCase());
    const user = {
      username,
      id: find('id'),
      password: readPassword(find('passwordhash'), find('password')),
      isDisabled: readStatus(find('status'), row.line),
      mustChangePassword: find('mustchangepassword')?.toLowerCase() === 'true',
      roles: (find('roles') ?? '')
        .split(/[;|,]/)
        .map((role) => role.trim())
        .filter((role) => role !== ''),
      claims: readClaims(row, options.findClaimName),
    };
    const item = await importUser(options.tenant, user, report, options.hashClear);
    if (item !== undefined) items.push(item);
  }
  tellRoles(items, report);
  return { items, fates: report.fates };
}

/** Empty is as good as absent. */
function finderOf({ values }: CsvRow): (column: string) => string | undefined {
  const byName = new Map([...values].map(([name, value]) => [name.toLowerCase(), value]));
  return (column) => {
    const value = byName.get(column);
    return value === undefined || value === '' ? undefined : value;
  };
}

function readPassword(hash: string | undefined, clear: string | undefined): ForeignPassword {
  if (hash !== undefined) return { kind: 'hash', hash };
  return clear === undefined ? { kind: 'none', says: 'has neither passwordHash nor password' } : { kind: 'clear', password: clear };
}

/** A word that nobody knows might be the one that was to keep somebody out. */
function readStatus(status: string | undefined, line: number): boolean {
  const word = status?.trim().toLowerCase();
  if (word === undefined || ['active', 'enabled', 'true', '1'].includes(word)) return false;
  if (['disabled', 'inactive', 'locked', 'false', '0'].includes(word)) return true;
  throw new NotImportable(`line ${line}: status: expected active or disabled`);
}

function readClaims({ values }: CsvRow, findClaimName: FindClaimName): Readonly<Record<string, string>> {
  const claims = [...values]
    .filter(([name, value]) => value !== '' && !OWN_COLUMNS.has(name.toLowerCase()))
    .map(([name, value]) => [findClaimName(name) ?? name, value] as const);
  return Object.fromEntries(claims);
}
