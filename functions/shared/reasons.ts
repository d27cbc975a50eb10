// Every reason that a refusal or an outage can have: the word in the log, in `explain` and in the tests. Types alone,
// which cost nothing at run time. A word that is added here has to be explained in `infra/admin/reasons/`, or nothing compiles.

/** A request to the token API that is no well-formed one: its developer is told in words. */
export type RequestFault =
  | 'no-such-endpoint'
  | 'method-not-allowed'
  | 'wrong-media-type'
  | 'body-too-large'
  | 'too-many-parameters'
  | 'repeated-parameter'
  | 'repeated-header'
  | 'bad-end-user-address'
  | 'parameters-in-url'
  | 'malformed-encoding'
  | 'two-client-authentications'
  | 'two-client-ids'
  | 'two-access-tokens'
  | AuthorizationRequestFault
  | MissingParameter;

/** A request to the sign-in page that is no good: shown as a page where nobody may be answered, else sent to the client. */
export type AuthorizationRequestFault =
  | 'unknown-client'
  | 'client-suspended'
  | 'grant-not-of-this-client'
  | 'tenant-not-active'
  | 'sign-in-off'
  | 'redirect-uri-not-registered'
  | 'state-too-long'
  | 'nonce-too-long'
  | 'unknown-response-mode'
  | 'unknown-prompt'
  | 'malformed-max-age'
  | 'code-challenge-method'
  | 'malformed-code-challenge'
  | 'sealed-request-unreadable'
  | 'foreign-origin';

export type MissingParameter =
  | 'missing-grant-type'
  | 'missing-username'
  | 'missing-password'
  | 'missing-refresh-token'
  | 'missing-assertion'
  | 'missing-token'
  | 'missing-client-id'
  | 'missing-client-assertion'
  | 'missing-client-assertion-type'
  | 'missing-code'
  | 'missing-code-verifier'
  | 'missing-code-challenge'
  | 'missing-redirect-uri'
  | 'missing-response-type';

/** A JWT that somebody else signed is no good: an assertion, or a token of a tenant's own issuer. */
export type JwtFault =
  | 'too-long'
  | 'not-compact'
  | 'not-canonical'
  | 'not-json'
  | 'encrypted'
  | 'extension'
  | 'algorithm'
  | 'kid-malformed'
  | 'kid-revoked'
  | 'type'
  | 'issuer'
  | 'audience'
  | 'claim-missing'
  | 'claim-malformed'
  | 'expired'
  | 'not-yet-valid'
  | 'issued-in-the-future'
  | 'lifetime'
  | 'unknown-kid'
  | 'ambiguous-kid'
  | 'certificate-expired'
  | 'signature';

/** No entry of the tenant answers for the issuer that a token or assertion names. */
export type IssuerFault = 'unknown-issuer' | 'disabled-issuer';

/** A client that does not prove who it is, by whatever method. */
export type ClientCredentialFault =
  | 'wrong-secret'
  | 'secret-expired'
  | 'no-client-keys'
  | `client-assertion-${JwtFault}`
  | 'client-assertion-replayed'
  | 'no-client-subject'
  | 'client-certificate-malformed'
  | 'client-certificate-expired'
  | 'client-certificate-subject';

/** `invalid_client`. */
export type ClientRefusal =
  | ClientCredentialFault
  | 'no-client-authentication'
  | 'unknown-client'
  | 'method-not-of-this-client'
  | 'client-suspended'
  | 'unknown-authorization-scheme'
  | 'malformed-basic'
  | 'unknown-client-assertion-type'
  | 'client-assertion-subject'
  | 'client-id-mismatch'
  | 'public-client';

/** `unauthorized_client` of RFC 6749 section 5.2: a client that is known, and may not do that. */
export type UnauthorizedClient = 'grant-not-of-this-client' | 'grant-not-for-public-clients' | 'token-of-another-client';

export type ScopeFault = 'scope-syntax' | 'too-many-scopes' | 'undefined-scope' | 'scope-not-granted';

/** An account that its directory says may not be used now. */
export type AccountFault =
  | 'account-disabled'
  | 'account-locked'
  | 'account-expired'
  | 'password-expired'
  | 'must-change-password'
  | 'account-state-not-readable';

/** Users table: what it says of a user who logged in earlier, at every use of a token. */
export type PresentUserFault =
  | 'must-change-password'
  | 'user-deleted'
  | 'user-replaced'
  | 'user-entry-wrong'
  | 'user-disabled'
  | PasswordFault;

/** The password may be another one than that of the login. */
export type PasswordFault = 'password-changed' | 'password-state-not-readable';

/** A store knows the user, and says no to the login: no other store is asked. */
export type StoreRefusal =
  | 'wrong-password'
  | 'empty-password'
  | 'user-disabled'
  | 'user-entry-wrong'
  | 'password-hash-unreadable'
  | 'ambiguous-user'
  | 'user-gone'
  | 'unknown-user'
  | 'no-password-set'
  | 'account-restricted'
  | 'outside-logon-hours'
  | 'workstation-not-allowed'
  | 'too-many-groups'
  | AccountFault;

/** A store does not know the user, and has said more than that. */
export type UnknownUserReason = 'malformed-username' | 'empty-password' | 'unknown-user-or-wrong-password';

/** A directory or the Users table takes no new password of this kind. */
export type PasswordRejection =
  | 'password-too-short'
  | 'password-too-simple'
  | 'password-too-young'
  | 'password-in-history'
  | 'password-not-accepted'
  | 'password-change-not-permitted';

/** A login is refused before any store is asked. */
type LoginFault =
  | 'malformed-username'
  | 'no-tenant'
  | 'other-tenant'
  | 'unknown-tenant'
  | 'tenant-suspended'
  | 'empty-password'
  | 'password-too-long';

export type LoginRefusal = LoginFault | StoreRefusal | UnknownUserReason;

/** A user who logged in earlier gets no renewal. */
export type RecheckRefusal =
  | 'other-tenant'
  | 'tenant-suspended'
  | 'store-removed'
  | PresentUserFault
  | 'user-gone'
  | 'ambiguous-user'
  | AccountFault;

/** A user whom something else than a password has vouched for is not let in. */
export type LookupRefusal = RecheckRefusal | 'store-without-look-up';

/** A SAML assertion is no good, in the order in which it is checked. */
export type SamlFault =
  | 'unreadable'
  | 'too-large'
  | 'forbidden-markup'
  | 'nested-assertions'
  | 'not-an-assertion'
  | 'no-subject'
  | 'no-name-id'
  | 'no-issuer'
  | 'signature-profile'
  | IssuerFault
  | 'no-certificate'
  | 'signature'
  | 'no-conditions'
  | 'unknown-condition'
  | 'no-audience-restriction'
  | 'audience'
  | 'time-window'
  | 'no-subject-confirmation'
  | 'no-bearer-confirmation'
  | 'recipient'
  | 'no-expiry'
  | 'lifetime'
  | 'session'
  | 'username'
  | 'replayed';

export type SamlAssertionFault = `assertion-${SamlFault}`;
export type JwtAssertionFault = `assertion-${JwtFault | IssuerFault | 'username' | 'replayed' | 'not-an-assertion'}`;

type RefreshTokenFault =
  | 'not-a-refresh-token'
  | 'no-such-grant'
  | 'forged-refresh-token'
  | 'refresh-token-reused'
  | 'refresh-token-expired'
  | 'refresh-token-of-another-client'
  | 'refresh-token-of-another-tenant'
  | 'before-tokens-not-before';

/** A code of the sign-in page is not redeemed. */
export type AuthorizationCodeFault =
  | 'no-such-code'
  | 'forged-code'
  | 'code-reused'
  | 'code-of-another-client'
  | 'code-of-another-tenant'
  | 'another-redirect-uri'
  | 'malformed-code-verifier'
  | 'wrong-code-verifier'
  | 'session-ended';

/** `invalid_grant`: one answer outside for all of them. */
export type GrantRefusal =
  | 'tenant-not-active'
  | 'locked'
  | LoginRefusal
  | RecheckRefusal
  | RefreshTokenFault
  | AuthorizationCodeFault
  | JwtAssertionFault
  | SamlAssertionFault;

/** An access token of our own that no longer lives. */
export type TokenDeath =
  | 'too-long'
  | 'expired'
  | 'no-such-grant'
  | 'token-replaced'
  | 'issued-before-offline'
  | 'no-such-tenant'
  | 'tenant-suspended'
  | 'no-such-client'
  | 'client-suspended'
  | 'client-of-another-tenant'
  | 'before-tokens-not-before'
  | PresentUserFault;

/** Token that no key of ours signed. */
export type NotOurs = 'not-a-token-of-ours';

/** `{"active":false}` of the introspection endpoint. */
export type InactiveReason =
  | TokenDeath
  | NotOurs
  | 'client-may-not-introspect'
  | 'token-of-another-tenant'
  | 'refresh-token-of-another-client'
  | 'tenant-not-active';

/** `invalid_token` of RFC 6750 section 3.1. */
export type BearerFault = TokenDeath | NotOurs | 'no-access-token' | 'malformed-bearer';

export type InsufficientScope = 'no-openid-scope' | 'no-end-user';

/** The authorizer does not believe a credential: 401. */
export type CredentialRefusal =
  | 'malformed-basic'
  | 'locked'
  | LoginRefusal
  | 'client-certificate-malformed'
  | 'client-certificate-expired'
  | 'certificate-names-nobody'
  | 'no-certificates-here'
  | 'issuer-not-listed'
  | 'no-such-tenant'
  | LookupRefusal
  | 'function-refused'
  | 'no-such-client'
  | 'client-suspended'
  | 'unknown-token'
  | NotMineReason
  | TokenDeath
  | JwtFault
  | 'not-an-access-token'
  | 'no-username'
  | 'before-tokens-not-before';

/** A bearer token that one kind of check does not know as its own. */
export type NotMineReason = NotOurs | JwtFault | IssuerFault;

/** 401 of the authorizer. */
export type UnauthorizedReason = CredentialRefusal | 'no-credential' | 'several-credentials';

/** 403 of the authorizer. */
export type ForbiddenReason =
  | 'ambiguous-path'
  | 'unsafe-resource'
  | 'path-too-long'
  | 'no-api-entry'
  | 'api-entry-wrong'
  | 'api-claimed-twice'
  | 'path-differs-in-case'
  | 'tenant-not-allowed'
  | 'no-subscription'
  | 'no-rule'
  | 'scope-or-permission-missing';

export type ThrottledReason = 'tier-used-up';
export type AllowedReason = 'rule-met' | 'open';

/** A call to a service of AWS that failed. */
export type AwsOutage =
  | 'timeout'
  | 'throttled'
  | 'overloaded'
  | 'not-found'
  | 'access-denied'
  | 'no-credentials'
  | 'bad-request'
  | 'decryption-failed'
  | 'request-failed'
  | 'too-many-items'
  | 'not-text'
  | 'function-error'
  | 'too-large';

/** The platform lacks what it is documented to have. */
export type PlatformOutage = 'argon2-not-supported';

/** Tables and secrets of our own that hold what we do not write there. */
export type MalformedState =
  | 'grant-malformed'
  | 'session-malformed'
  | 'attempts-malformed'
  | 'places-malformed'
  | 'signing-keys-malformed'
  | 'no-signing-key'
  | 'no-end-user-jwt-key'
  | 'end-user-jwt-too-long';

/** An HTTP call that was not made, or has no reply that may be believed. */
export type HttpFault = 'timeout' | 'connection-failed' | 'tls-failed' | 'bad-request' | 'redirect' | 'too-large' | 'bad-reply';

/** An HTTP call to where an entry points, which was not made or not answered. */
export type OutboundFault = 'bad-url' | 'plaintext' | 'refused-port' | 'refused-address' | 'name-not-resolved' | HttpFault;

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

/** Reply of a web service or function that can't be understood. */
export type ReplyFault = 'overloaded' | 'credentials-refused' | 'error-reply' | 'unexpected-status' | 'bad-reply';

/** A reply that is about somebody else, or about nobody. */
type ReplyUserFault = 'other-user' | 'no-username' | 'no-unique-id';

/** The secret of a userstore, which its entry names. */
type StoreSecretFault =
  | 'secret-of-others'
  | 'no-secret'
  | 'bad-secret'
  | 'secret-of-another-service'
  | 'secret-incomplete'
  | 'secret-timeout'
  | 'url-not-in-secret';

/** A userstore can't say whether it knows the user; `wrong-entry` also of a tier that can't be counted by. */
export type StoreOutage =
  | 'wrong-entry'
  | 'unsupported-type'
  | 'circuit-open'
  | 'search-base-unknown'
  | 'bind-not-answered'
  | 'password-change-not-answered'
  | DirectoryFault
  | SearchFaultReason
  | BindFault
  | ServiceBindFault
  | UnusableUser
  | ReplyFault
  | ReplyUserFault
  | StoreSecretFault;

/** A function that a rule names as its handler. */
export type HandlerOutage = 'no-such-handler' | 'bad-reply' | 'bad-username';

/** Keys of a client or an issuer that can't be had. */
export type KeySetOutage = 'bad-status' | 'bad-key-set';

/** `Unavailable`: something that we depend on does not answer, or answers what can't be. */
export type OutageReason = AwsOutage | PlatformOutage | MalformedState | OutboundFault | StoreOutage | HandlerOutage | KeySetOutage;

/** Reasons that each error code of the token API can have. */
export interface ReasonsOfCode {
  readonly invalid_request: RequestFault;
  readonly invalid_client: ClientRefusal;
  readonly invalid_grant: GrantRefusal;
  readonly unauthorized_client: UnauthorizedClient;
  readonly unsupported_grant_type: 'unknown-grant-type';
  readonly invalid_scope: ScopeFault;
  readonly invalid_token: BearerFault;
  readonly insufficient_scope: InsufficientScope;
  readonly access_denied: 'consent-denied';
  readonly unsupported_response_type: 'unknown-response-type';
  readonly login_required: 'no-session' | 'other-user-than-hint';
  readonly consent_required: 'no-consent';
  readonly request_not_supported: 'request-object';
  readonly request_uri_not_supported: 'request-object';
  readonly temporarily_unavailable: OutageReason | 'renewed-at-once-too-often';
  readonly server_error: 'bug' | 'access-token-too-long';
}

export type TokenApiReason = ReasonsOfCode[keyof ReasonsOfCode];

type AuthorizerReason = AllowedReason | UnauthorizedReason | ForbiddenReason | ThrottledReason;

/** All of them. */
export type Reason = TokenApiReason | InactiveReason | AuthorizerReason | OutageReason;
