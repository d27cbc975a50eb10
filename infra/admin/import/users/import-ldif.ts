// Users and their groups out of the LDIF of a directory.

import { comparableName } from '../../../../functions/keys/distinguished-name.ts';
import type { Item } from '../../../../functions/storage/aws/dynamodb.ts';
import { createImportReport, type Imported, type ImportReport, printable } from '../imported.ts';
import type { FindClaimName } from './claim-names.ts';
import { type ForeignPassword, type ForeignUser, type HashClearPassword, importUser } from './foreign-user.ts';
import { type LdifEntry, parseLdif } from './parse-ldif.ts';
import { tellRoles } from './tell-roles.ts';

export interface LdifOptions {
  readonly tenant: string;
  /** What users log in by. Default: the first of `uid`, `sAMAccountName`, `userPrincipalName`, `cn` that an entry has. */
  readonly usernameAttribute: string | undefined;
  readonly findClaimName: FindClaimName;
  readonly hashClear: HashClearPassword | undefined;
}

const USER_CLASSES: ReadonlySet<string> = new Set([
  'person',
  'organizationalperson',
  'inetorgperson',
  'user',
  'account',
  'posixaccount',
  'simplesecurityobject',
]);
const GROUP_CLASSES: ReadonlySet<string> = new Set(['groupofnames', 'groupofuniquenames', 'posixgroup', 'group', 'groupofmembers']);
const NAME_ATTRIBUTES = ['uid', 'samaccountname', 'userprincipalname', 'cn'];
const ID_ATTRIBUTES = ['entryuuid', 'nsuniqueid', 'ipauniqueid'];
/** Of the directory's own, and what is read here. */
const NO_CLAIMS =
  /^(objectclass|userpassword|memberof|dn|uid|samaccountname|userprincipalname|structuralobjectclass|entry.*|creat.*|modif.*|pwd.*|nsuniqueid|ipauniqueid|object(guid|sid|category)|useraccountcontrol|nsaccountlock|loginshell|gecos|(uid|gid)number|homedirectory|usn.*|when.*|changetype|control|jpegphoto|usercertificate.*|instancetype|dscorepropagationdata|distinguishedname|name|primarygroupid|samaccounttype|lastlog.*|logon.*|bad.*|accountexpires|codepage|countrycode)$/;

/** @throws NotImportable */
export async function importLdif(text: string, options: LdifOptions): Promise<Imported> {
  const report = createImportReport();
  const entries = parseLdif(text).filter((entry) => isAddition(entry, report));
  const groups = entries.filter(isGroup);
  const users = entries.filter(isUser);
  for (const { dn, line } of entries.filter((entry) => !isGroup(entry) && !isUser(entry)))
    report.lost(`entry ${dn}`, `line ${line}: is no user and no group`);
  const rolesOf = createRolesOf(groups);
  const unclaimed = new Map<string, number>();
  const items: Item[] = [];
  const seen = new Set<string>();
  for (const entry of users) {
    const user = readUser(entry, rolesOf(entry), options, unclaimed);
    if (user === undefined) {
      report.lost(
        `entry ${entry.dn}`,
        `line ${entry.line}: has no ${options.usernameAttribute ?? NAME_ATTRIBUTES.join(', ')} to log in by`,
      );
      continue;
    }
    if (seen.has(user.username.toLowerCase())) {
      report.lost(`user ${user.username}`, `line ${entry.line}: left out: another entry of the file has the name`);
      continue;
    }
    seen.add(user.username.toLowerCase());
    const item = await importUser(options.tenant, user, report, options.hashClear);
    if (item !== undefined) items.push(item);
  }
  for (const [attribute, count] of unclaimed)
    report.lost(`attribute ${attribute}`, `of ${count} users: no claim is named after it; --claim CLAIM=${attribute} keeps it`);
  tellRoles(items, report);
  return { items, fates: report.fates };
}

/** Changes and deletions say nothing of what a user is. */
function isAddition({ dn, line, attributes }: LdifEntry, report: ImportReport): boolean {
  const change = attributes.get('changetype')?.[0] ?? 'add';
  if (change === 'add') return true;
  report.lost(`entry ${dn}`, `line ${line}: a change of the kind ${printable(change, 20)}, and no entry`);
  return false;
}

function hasClass({ attributes }: LdifEntry, classes: ReadonlySet<string>): boolean {
  return (attributes.get('objectclass') ?? []).some((name) => classes.has(name.trim().toLowerCase()));
}

const isGroup = (entry: LdifEntry): boolean => hasClass(entry, GROUP_CLASSES);
const isUser = (entry: LdifEntry): boolean => !isGroup(entry) && hasClass(entry, USER_CLASSES);

/** Groups of a user: by the group's members, by DN or by `uid`, and by `memberOf` of the user. */
function createRolesOf(groups: readonly LdifEntry[]): (user: LdifEntry) => readonly string[] {
  const byMember = new Map<string, Set<string>>();
  const add = (member: string, name: string): void => void byMember.set(member, (byMember.get(member) ?? new Set()).add(name));
  for (const { attributes } of groups) {
    const [name] = attributes.get('cn') ?? [];
    if (name === undefined) continue;
    for (const dn of [...(attributes.get('member') ?? []), ...(attributes.get('uniquemember') ?? [])]) add(comparableName(dn) ?? dn, name);
    for (const uid of attributes.get('memberuid') ?? []) add(`uid ${uid}`, name);
  }
  return ({ dn, attributes }) => {
    const named = (attributes.get('memberof') ?? []).flatMap((group) => /^cn=([^,+]{1,128})(?:[,+]|$)/i.exec(group)?.[1] ?? []);
    const members = [comparableName(dn) ?? dn, ...(attributes.get('uid') ?? []).map((uid) => `uid ${uid}`)];
    return [...new Set([...members.flatMap((member) => [...(byMember.get(member) ?? [])]), ...named])];
  };
}

function readUser(
  { attributes }: LdifEntry,
  roles: readonly string[],
  { usernameAttribute, findClaimName }: LdifOptions,
  unclaimed: Map<string, number>,
): ForeignUser | undefined {
  const names = usernameAttribute === undefined ? NAME_ATTRIBUTES : [usernameAttribute.toLowerCase()];
  const username = names.map((name) => attributes.get(name)?.[0]).find((value) => value !== undefined);
  if (username === undefined) return undefined;
  const claims: Record<string, string | readonly string[]> = {};
  for (const [name, values] of attributes) {
    const claim = findClaimName(name);
    if (claim === undefined) {
      if (!NO_CLAIMS.test(name)) unclaimed.set(name, (unclaimed.get(name) ?? 0) + 1);
    } else if (!Object.hasOwn(claims, claim)) claims[claim] = values.length === 1 && values[0] !== undefined ? values[0] : values;
  }
  return {
    username,
    id: ID_ATTRIBUTES.map((name) => attributes.get(name)?.[0]).find((value) => value !== undefined),
    password: readPassword(attributes.get('userpassword') ?? []),
    isDisabled: isDisabled(attributes),
    mustChangePassword: attributes.get('pwdreset')?.[0]?.toUpperCase() === 'TRUE',
    roles,
    claims,
  };
}

/** Several values are alternatives (RFC 4519 section 2.41): the first that has a scheme. */
function readPassword(values: readonly string[]): ForeignPassword {
  const hash = values.find((value) => /^\{[A-Za-z0-9_-]{1,24}\}./.test(value));
  const clear = /^\{(?:CLEAR|CLEARTEXT|PLAIN)\}(.*)$/is.exec(hash ?? '')?.[1];
  if (clear !== undefined) return { kind: 'clear', password: clear };
  if (hash !== undefined) return { kind: 'hash', hash };
  const [bare] = values;
  if (bare === undefined) return { kind: 'none', says: 'the file has no userPassword of this user: export it as a user who may read it' };
  return { kind: 'clear', password: bare };
}

/** Active Directory's ACCOUNTDISABLE, 389's lock, and OpenLDAP's lock for good. */
function isDisabled(attributes: LdifEntry['attributes']): boolean {
  const control = Number(attributes.get('useraccountcontrol')?.[0] ?? 0);
  return (
    (control & 2) !== 0 ||
    attributes.get('nsaccountlock')?.[0]?.toLowerCase() === 'true' ||
    attributes.get('pwdaccountlockedtime')?.[0]?.startsWith('000001010000') === true
  );
}
