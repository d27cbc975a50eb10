// Users out of the tables of WSO2's JDBC userstore, each table as CSV under its own name: UM_USER, and where they are there
// UM_ROLE, UM_USER_ROLE, UM_USER_ATTRIBUTE, UM_PERMISSION and UM_ROLE_PERMISSION.

import type { Item } from '../../../../functions/storage/aws/dynamodb.ts';
import { createImportReport, type Imported, type ImportReport, NotImportable } from '../imported.ts';
import type { FindClaimName } from '../users/claim-names.ts';
import { type ForeignPassword, type HashClearPassword, importUser } from '../users/foreign-user.ts';
import { parseCsv } from '../users/parse-csv.ts';
import { importRolePermissions } from './import-role-permissions.ts';
import type { TableRow, Tables } from './tables.ts';

export interface UserTableOptions {
  readonly tenant: string;
  /** WSO2's number of the tenant. Undefined: the one that all rows have. */
  readonly tenantId: string | undefined;
  /** `PasswordDigest` of the userstore, such as `SHA-256`, or `PBKDF2:10000` with its iterations. */
  readonly digest: string;
  readonly findClaimName: FindClaimName;
  readonly hashClear: HashClearPassword | undefined;
}

/**
 * @param files by the name of the table, in capitals and without `.csv`
 * @throws NotImportable
 */
export async function importUserTable(files: ReadonlyMap<string, string>, options: UserTableOptions): Promise<Imported> {
  const report = createImportReport();
  const tables = readTables(files, options.tenantId);
  const users = tables.get('UM_USER');
  if (users === undefined) throw new NotImportable('expected a file UM_USER.csv');
  const toPassword = createToPassword(options.digest);
  const rolesOf = createRolesOf(tables);
  const claimsOf = createClaimsOf(tables, options.findClaimName, report);
  const items: Item[] = [];
  for (const row of users) {
    const user = {
      username: row.get('UM_USER_NAME') ?? '',
      id: row.get('UM_USER_ID') || undefined,
      password: toPassword(row.get('UM_USER_PASSWORD') ?? '', row.get('UM_SALT_VALUE') ?? ''),
      isDisabled: false,
      mustChangePassword: isTrue(row.get('UM_REQUIRE_CHANGE')),
      roles: rolesOf(row.get('UM_ID') ?? ''),
      claims: claimsOf(row.get('UM_ID') ?? ''),
    };
    const item = await importUser(options.tenant, user, report, options.hashClear);
    if (item !== undefined) items.push(item);
  }
  const roles = importRolePermissions(options.tenant, tables, report);
  return { items: [...roles, ...items], fates: report.fates };
}

function readTables(files: ReadonlyMap<string, string>, tenantId: string | undefined): Tables {
  const tables = new Map<string, readonly TableRow[]>();
  for (const [name, text] of files) {
    const rows = parseTable(name, text).map(({ values }) => new Map([...values].map(([column, value]) => [column.toUpperCase(), value])));
    tables.set(name, tenantId === undefined ? rows : rows.filter((row) => (row.get('UM_TENANT_ID') ?? tenantId) === tenantId));
  }
  const ids = new Set((tables.get('UM_USER') ?? []).map((row) => row.get('UM_TENANT_ID') ?? ''));
  if (ids.size > 1)
    throw new NotImportable(`UM_USER has rows of the tenants ${[...ids].slice(0, 20).join(', ')}: say which by --wso2-tenant-id`);
  return tables;
}

function parseTable(name: string, text: string) {
  try {
    return parseCsv(text);
  } catch (error) {
    if (error instanceof NotImportable) throw new NotImportable(`${name}: ${error.message}`);
    throw error;
  }
}

const isTrue = (text: string | undefined): boolean => text !== undefined && ['1', 't', 'true', 'y'].includes(text.toLowerCase());

/** WSO2's name of a digest → the scheme of the hash that has it with its salt. */
const SALTED: ReadonlyMap<string, string> = new Map([
  ['SHA', 'SHA'],
  ['SHA-1', 'SHA'],
  ['SHA-256', 'SHA256'],
  ['SHA-384', 'SHA384'],
  ['SHA-512', 'SHA512'],
]);

/** @throws NotImportable for a digest whose hashes nobody could log in with */
function createToPassword(digest: string): (password: string, salt: string) => ForeignPassword {
  const name = digest.toUpperCase();
  if (name === 'PLAIN_TEXT') return (password) => ({ kind: 'clear', password });
  const iterations = /^PBKDF2:([1-9]\d{0,6})$/.exec(name)?.[1];
  if (iterations !== undefined) return (password, salt) => ({ kind: 'hash', hash: `{PBKDF2-SHA256}${iterations}$${salt}$${password}` });
  const scheme = SALTED.get(name);
  if (scheme === undefined)
    throw new NotImportable('--digest: expected SHA, SHA-256, SHA-384, SHA-512, PLAIN_TEXT, or PBKDF2: and the iterations');
  // The digest is over the password and the salt's text, and not over what the salt decodes to.
  return (password, salt) => {
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(password))
      return { kind: 'none', says: `UM_USER_PASSWORD is no base64 of a ${name}: is --digest right?` };
    const bytes = Buffer.concat([Buffer.from(password, 'base64'), Buffer.from(salt)]);
    return { kind: 'hash', hash: `{${salt === '' ? '' : 'S'}${scheme}}${bytes.toString('base64')}` };
  };
}

function createRolesOf(tables: Tables): (userId: string) => readonly string[] {
  const names = new Map((tables.get('UM_ROLE') ?? []).map((row) => [row.get('UM_ID'), row.get('UM_ROLE_NAME') ?? '']));
  const byUser = Map.groupBy(tables.get('UM_USER_ROLE') ?? [], (row) => row.get('UM_USER_ID') ?? '');
  return (userId) => (byUser.get(userId) ?? []).flatMap((row) => names.get(row.get('UM_ROLE_ID')) || []);
}

function createClaimsOf(
  tables: Tables,
  findClaimName: FindClaimName,
  report: ImportReport,
): (userId: string) => Readonly<Record<string, string>> {
  const byUser = Map.groupBy(tables.get('UM_USER_ATTRIBUTE') ?? [], (row) => row.get('UM_USER_ID') ?? '');
  const named = new Set((tables.get('UM_USER_ATTRIBUTE') ?? []).map((row) => row.get('UM_ATTR_NAME') ?? ''));
  for (const name of named)
    if (findClaimName(name) === undefined && name !== 'uid')
      report.lost(`attribute ${name}`, `no claim is named after it; --claim CLAIM=${name} keeps it`);
  return (userId) =>
    Object.fromEntries(
      (byUser.get(userId) ?? []).flatMap((row) => {
        const claim = findClaimName(row.get('UM_ATTR_NAME') ?? '');
        const value = row.get('UM_ATTR_VALUE') ?? '';
        return claim === undefined || value === '' ? [] : [[claim, value] as const];
      }),
    );
}
