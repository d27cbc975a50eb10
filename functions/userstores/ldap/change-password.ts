// Changes a password that a directory says must be changed or has expired. Active Directory: the old value of `unicodePwd`
// is deleted and the new one added in one modify (MS-ADTS 3.1.1.3.1.5), so that history and minimum age count, as a reset
// would not. Others: the Password Modify operation (RFC 3062), by the user where the directory lets the user in for that.

import { Attribute, BindRequest, Change, ExtendedRequest, ModifyRequest, PasswordPolicyControl } from 'ldapts';
import type { PasswordRejection } from '../../shared/reasons/users.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { SUCCESS } from './ldap-fault.ts';
import { BIND_RESPONSE, EXTENDED_RESPONSE, type LdapResult, MODIFY_RESPONSE, parsePasswordPolicyError } from './ldap-message.ts';

/** Result of a change. */
export type PasswordChangeResult = { readonly kind: 'changed' } | { readonly kind: 'rejected'; readonly reason: PasswordRejection };

interface Passwords {
  readonly dn: string;
  readonly password: string;
  readonly newPassword: string;
}

const PASSWORD_MODIFY = '1.3.6.1.4.1.4203.1.11.1';

/** Errors of draft-behera-ldap-password-policy-10 section 6.2 that are about a change. */
const POLICY_ERRORS: ReadonlyMap<number, PasswordRejection> = new Map<number, PasswordRejection>([
  [3, 'password-change-not-permitted'],
  [4, 'password-change-not-permitted'],
  [5, 'password-too-simple'],
  [6, 'password-too-short'],
  [7, 'password-too-young'],
  [8, 'password-in-history'],
]);

/** Words of directories that have no code for it. The first that fits counts. */
const WORDS: readonly (readonly [RegExp, PasswordRejection])[] = [
  [/history|already (been )?used|previously used|was used before/i, 'password-in-history'],
  [/too short|at least \d+ char|minimum length|equal or longer than/i, 'password-too-short'],
  [/too young|too recent|minimum age|min_pwd_age|within .*age|recently changed/i, 'password-too-young'],
  [/complexity|syntax|quality|trivial|too simple|dictionary|character (class|categor)/i, 'password-too-simple'],
  [
    /insufficient|not allowed|no right|access|\bacl\b|read-?only|operation restricted|unwilling to verify/i,
    'password-change-not-permitted',
  ],
];

const INSUFFICIENT_ACCESS_RIGHTS = 50;
const REFERRAL = 10;

/** On the connection of the service account. */
export async function changeInActiveDirectory(
  connection: LdapConnection,
  { dn, password, newPassword }: Passwords,
  timeoutMs: number,
): Promise<PasswordChangeResult> {
  const change = (operation: 'delete' | 'add', value: string): Change =>
    new Change({ operation, modification: new Attribute({ type: 'unicodePwd', values: [Buffer.from(`"${value}"`, 'utf16le')] }) });
  const request = (messageId: number): ModifyRequest =>
    new ModifyRequest({ messageId, dn, changes: [change('delete', password), change('add', newPassword)] });
  const { result } = await connection.send(MODIFY_RESPONSE, request, timeoutMs);
  return resultOf(result);
}

/** On a connection for logins: undefined where the directory doesn't let the user in, even for this. */
export async function changeAsUser(
  connection: LdapConnection,
  passwords: Passwords,
  timeoutMs: number,
): Promise<PasswordChangeResult | undefined> {
  const { dn, password } = passwords;
  const bind = (messageId: number): BindRequest => new BindRequest({ messageId, dn, password, controls: [new PasswordPolicyControl()] });
  const { result } = await connection.send(BIND_RESPONSE, bind, timeoutMs);
  return result.code === SUCCESS ? modifyPassword(connection, passwords, timeoutMs) : undefined;
}

/** On the connection of the service account, for a user who can't bind any more. */
export async function changeAsService(connection: LdapConnection, passwords: Passwords, timeoutMs: number): Promise<PasswordChangeResult> {
  return modifyPassword(connection, passwords, timeoutMs);
}

async function modifyPassword(connection: LdapConnection, passwords: Passwords, timeoutMs: number): Promise<PasswordChangeResult> {
  const value = passwordModifyValue(passwords);
  const request = (messageId: number): ExtendedRequest =>
    new ExtendedRequest({ messageId, oid: PASSWORD_MODIFY, value, controls: [new PasswordPolicyControl()] });
  const { result } = await connection.send(EXTENDED_RESPONSE, request, timeoutMs);
  return resultOf(result);
}

/** PasswdModifyRequestValue (RFC 3062 section 2). */
function passwordModifyValue({ dn, password, newPassword }: Passwords): Buffer {
  const parts = [dn, password, newPassword].map((text, tag) => element(0x80 | tag, Buffer.from(text)));
  return element(0x30, Buffer.concat(parts));
}

/** BER with a definite length (X.690 section 8.1.3). */
function element(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function resultOf(result: LdapResult): PasswordChangeResult {
  if (result.code === SUCCESS) return { kind: 'changed' };
  const control = result.controls.get(PasswordPolicyControl.type);
  const error = control === undefined ? undefined : parsePasswordPolicyError(control);
  const byPolicy = error === undefined ? undefined : POLICY_ERRORS.get(error);
  if (byPolicy !== undefined) return { kind: 'rejected', reason: byPolicy };
  // A replica that can't write names the server that can, and is not followed (A15).
  if (result.code === INSUFFICIENT_ACCESS_RIGHTS || result.code === REFERRAL)
    return { kind: 'rejected', reason: 'password-change-not-permitted' };
  const byWords = WORDS.find(([words]) => words.test(result.diagnostic))?.[1];
  return { kind: 'rejected', reason: byWords ?? 'password-not-accepted' };
}
