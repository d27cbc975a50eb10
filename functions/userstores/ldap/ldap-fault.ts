// LDAP faults: what a directory server can do wrong, and the result codes of RFC 4511 section 4.1.9 by name.

import type { DirectoryFault, RequestResult, ServerResult } from '../../shared/reasons/directories.ts';

/** Fault of one server, which can't answer; another one of the same store might. The flow turns the last of them into `Unavailable`. */
export class ServerFault extends Error {
  readonly reason: DirectoryFault;

  constructor(reason: DirectoryFault, options: { cause?: unknown } = {}) {
    super(reason, options);
    this.name = 'ServerFault';
    this.reason = reason;
  }
}

/** The connection was there, and went away before an answer came: what a socket does that did not survive a freeze. */
export const CONNECTION_LOST = 'connection-lost' satisfies DirectoryFault;

/** All connections were in use for as long as could be waited. */
export const NO_TURN = 'too-many-logins' satisfies DirectoryFault;

/** Faults that one user's entry can bring about, and a busy hour: no reason to leave a server alone. */
export const SAYS_NOTHING_OF_THE_SERVER: ReadonlySet<DirectoryFault> = new Set<DirectoryFault>([NO_TURN, 'too-large']);

export const SUCCESS = 0;
export const INVALID_CREDENTIALS = 49;

/** Codes that speak of this server at this moment, and not of the entry or of what was asked. */
const SERVER_RESULTS: ReadonlyMap<number, ServerResult> = new Map([
  [1, 'operations-error'],
  [2, 'protocol-error'],
  [3, 'time-limit-exceeded'],
  [51, 'busy'],
  [52, 'unavailable'],
  [80, 'other'],
]);

const REQUEST_RESULTS: ReadonlyMap<number, RequestResult> = new Map([
  [4, 'size-limit-exceeded'],
  [7, 'auth-method-not-supported'],
  [8, 'stronger-auth-required'],
  [10, 'referral'],
  [11, 'admin-limit-exceeded'],
  [13, 'confidentiality-required'],
  [19, 'constraint-violation'],
  [32, 'no-such-object'],
  [34, 'invalid-dn-syntax'],
  [48, 'inappropriate-authentication'],
  [INVALID_CREDENTIALS, 'invalid-credentials'],
  [50, 'insufficient-access-rights'],
  [53, 'unwilling-to-perform'],
]);

/** Result code as a cause, for the log: it tells `error.name` of causes. */
export class LdapResultCode extends Error {
  constructor(code: number) {
    super();
    this.name = `LDAP result ${code}`;
  }
}

/** @throws ServerFault where the code speaks of the server: another one of the store may answer better */
export function requireRequestResult(code: number): RequestResult {
  const ofServer = SERVER_RESULTS.get(code);
  if (ofServer !== undefined) throw new ServerFault(ofServer, { cause: new LdapResultCode(code) });
  return REQUEST_RESULTS.get(code) ?? 'unnamed-result';
}
