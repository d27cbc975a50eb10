// What a directory server can do wrong, and the result codes of RFC 4511 section 4.1.9 by name.

/** This server can't answer; another one of the same store might. The flow turns the last of them into `Unavailable`. */
export class ServerFault extends Error {
  /** Stable, kebab-case: `timeout`, `connection-lost`, `busy`. */
  readonly reason: string;

  constructor(reason: string, options: { cause?: unknown } = {}) {
    super(reason, options);
    this.name = 'ServerFault';
    this.reason = reason;
  }
}

/** The connection was there, and went away before an answer came: what a socket does that did not survive a freeze. */
export const CONNECTION_LOST = 'connection-lost';

/** All connections were in use for as long as could be waited. */
export const NO_TURN = 'too-many-logins';

/** What one user's entry can bring about, and a busy hour: no reason to leave a server alone. */
export const SAYS_NOTHING_OF_THE_SERVER: ReadonlySet<string> = new Set([NO_TURN, 'too-large']);

export const SUCCESS = 0;
export const NO_SUCH_OBJECT = 32;
export const INVALID_CREDENTIALS = 49;

const NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'operations-error'],
  [2, 'protocol-error'],
  [3, 'time-limit-exceeded'],
  [4, 'size-limit-exceeded'],
  [7, 'auth-method-not-supported'],
  [8, 'stronger-auth-required'],
  [10, 'referral'],
  [11, 'admin-limit-exceeded'],
  [13, 'confidentiality-required'],
  [NO_SUCH_OBJECT, 'no-such-object'],
  [34, 'invalid-dn-syntax'],
  [48, 'inappropriate-authentication'],
  [INVALID_CREDENTIALS, 'invalid-credentials'],
  [50, 'insufficient-access-rights'],
  [51, 'busy'],
  [52, 'unavailable'],
  [53, 'unwilling-to-perform'],
  [80, 'other'],
]);

/** The name of a result code: `busy`; `result-71` where it has none here. */
export function resultName(code: number): string {
  return NAMES.get(code) ?? `result-${code}`;
}

/** Codes that speak of this server at this moment, and not of the entry or of what was asked. */
const OF_THE_SERVER: ReadonlySet<number> = new Set([1, 2, 3, 51, 52, 80]);

/** Whether another server of the store may answer better. */
export function isOfTheServer(code: number): boolean {
  return OF_THE_SERVER.has(code);
}
