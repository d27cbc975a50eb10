// Rights of the store's account: whether it may read the attributes that say whether an account may be used. Where a directory
// leaves out what it has nothing to say of, absence tells nothing; but a comparison is refused for want of a right, whether
// the attribute is there or not (RFC 4511 section 4.10). For operators: it costs an operation for each attribute.

import { unreadableState } from './active-directory-state.ts';
import { buildFilter, withoutName } from './build-filter.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { COMPARE_RESPONSE, type LdapEntry } from './ldap-message.ts';
import { searchOne } from './ldap-search.ts';
import type { LdapSettings } from './ldap-settings.ts';
import { OTHER_STATE } from './other-directory-state.ts';

const INSUFFICIENT_ACCESS_RIGHTS = 50;

/** `no-user`: nobody was found whose entry could be tried. */
export type StateRights = { readonly kind: 'no-user' } | { readonly kind: 'tried'; readonly unreadable: readonly string[] };

/**
 * Tries the entry of any user that the filter of the store finds.
 *
 * @throws ServerFault, SearchFault
 */
export async function tryStateRights(connection: LdapConnection, settings: LdapSettings, timeoutMs: number): Promise<StateRights> {
  const { userSearchBase: base, userFilter, userAttributes: attributes } = settings;
  const entry = await searchOne(connection, { base, filter: buildFilter(withoutName(userFilter), {}), attributes, timeoutMs });
  if (entry === undefined) return { kind: 'no-user' };
  return { kind: 'tried', unreadable: await tryStateOf(connection, settings, entry, timeoutMs) };
}

/**
 * What of the state in this entry the store's account may not read.
 *
 * @throws ServerFault
 */
export async function tryStateOf(
  connection: LdapConnection,
  { isActiveDirectory, isGlobalCatalog }: Pick<LdapSettings, 'isActiveDirectory' | 'isGlobalCatalog'>,
  entry: LdapEntry,
  timeoutMs: number,
): Promise<readonly string[]> {
  if (isActiveDirectory) return unreadableState(entry, isGlobalCatalog);
  const unreadable: string[] = [];
  for (const attribute of OTHER_STATE) {
    const request = (messageId: number) => ({ write: () => compareRequest(messageId, entry.dn, attribute) });
    const { result } = await connection.send(COMPARE_RESPONSE, request, timeoutMs);
    if (result.code === INSUFFICIENT_ACCESS_RIGHTS) unreadable.push(attribute);
  }
  return unreadable;
}

function element(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const length =
    content.length < 0x80 ? [content.length] : [0x83, content.length >> 16, (content.length >> 8) & 0xff, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

/** Values that the syntax of an attribute allows: slapd looks at it before it looks at the right. All others are moments. */
const VALUES: Readonly<Record<string, string>> = {
  pwdReset: 'TRUE',
  nsAccountLock: 'TRUE',
  passwordGraceUserTime: '1',
  pwdPolicySubentry: 'cn=none',
};
const A_MOMENT = '20200101000000Z';

function compareRequest(messageId: number, dn: string, attribute: string): Buffer {
  const id = Buffer.alloc(4);
  id.writeInt32BE(messageId);
  const assertion = element(0x30, element(0x04, Buffer.from(attribute)), element(0x04, Buffer.from(VALUES[attribute] ?? A_MOMENT)));
  return element(0x30, element(0x02, id), element(0x6e, element(0x04, Buffer.from(dn)), assertion));
}
