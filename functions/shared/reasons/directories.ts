// What a directory answers when it does not answer: result codes of RFC 4511, connections, entries.

/** Result codes of RFC 4511 that speak of a directory server at this moment: another server may answer better. */
export type ServerResult = 'operations-error' | 'protocol-error' | 'time-limit-exceeded' | 'busy' | 'unavailable' | 'other';

/** Result codes of RFC 4511 that speak of what was asked. */
export type RequestResult =
  | 'size-limit-exceeded'
  | 'auth-method-not-supported'
  | 'stronger-auth-required'
  | 'referral'
  | 'admin-limit-exceeded'
  | 'confidentiality-required'
  | 'constraint-violation'
  | 'no-such-object'
  | 'invalid-dn-syntax'
  | 'inappropriate-authentication'
  | 'invalid-credentials'
  | 'insufficient-access-rights'
  | 'unwilling-to-perform'
  | 'unnamed-result';

/** Results of a bind that say something of the user, and so are refusals. */
type BindRefusal = 'constraint-violation' | 'no-such-object' | 'inappropriate-authentication' | 'invalid-credentials';

/** The store could not say whether the password is right. */
export type BindFault = `bind-${Exclude<RequestResult, BindRefusal>}`;

export type SearchFaultReason = `search-${RequestResult}`;

export type ServiceBindFault = `service-bind-${Exclude<RequestResult, 'invalid-credentials'>}` | 'service-bind-refused';

/** One directory server does not answer; another one of the store might. */
export type DirectoryFault =
  | 'connection-failed'
  | 'tls-failed'
  | 'timeout'
  | 'start-tls-refused'
  | 'connection-lost'
  | 'too-large'
  | 'malformed-answer'
  | 'too-many-logins'
  | ServerResult;

/** The entry of a user in a directory, or the store's right to read it, lacks what a user must have. */
export type UnusableUser = 'no-dn' | 'name-not-readable' | 'unique-id-not-readable';
