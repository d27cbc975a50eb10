// Refresh tokens, access tokens and the lock of guesses: what `invalid_grant`, `invalid_token` and `{"active":false}` stand for.

import type { JwtAssertionFault, SamlAssertionFault } from '../../../functions/shared/reasons/assertions.ts';
import type { AuthorizationCodeFault, BearerFault, GrantRefusal, InactiveReason } from '../../../functions/shared/reasons/grants.ts';
import type { LoginRefusal, PresentUserFault, RecheckRefusal } from '../../../functions/shared/reasons/users.ts';
import type { Explained } from './explanation.ts';

type GrantReason = Exclude<GrantRefusal, AuthorizationCodeFault | LoginRefusal | RecheckRefusal | JwtAssertionFault | SamlAssertionFault>;

export const GRANT_REFUSALS: Explained<GrantReason> = {
  locked: {
    meaning:
      'Too many wrong passwords for this name, or from this address; lockedBy in the log says which, and the answer is 429. It is the same for names that do not exist. Places where its user has signed in within 30 days have counts of their own.',
    change:
      'Wait until Retry-After is over, or make an end of it with `gatehouse unlock NAME`. lockout of the tenant entry sets the limits.',
  },
  'tenant-not-active': {
    meaning: 'The tenant of the client has no usable tenant entry, or is suspended.',
    change: 'Check the tenant entry with `gatehouse check`; "status" has to be "active".',
  },
  'not-a-refresh-token': {
    meaning: 'What was sent as refresh_token has not the form of one of ours. It may be an access token.',
    change: 'The application must send the refresh_token of the last token response.',
  },
  'no-such-grant': {
    meaning: 'The grant of this token is over: revoked, ended, expired, or of another deployment.',
    change: 'The user has to log in anew, or the application has to ask for a new token.',
  },
  'forged-refresh-token': {
    meaning: 'A refresh token that names a grant, and was never one of it: somebody made it up. The grant lives on.',
    change: 'Nothing. Where it comes often, look at the source address in the log.',
  },
  'refresh-token-reused': {
    meaning:
      'A refresh token was used that a renewal had replaced, after its grace: application and thief have the same one. The grant has ended, and all its tokens with it.',
    change:
      'The user has to log in anew. Where nobody stole anything, the application does not keep the new refresh token, or renews twice: see refreshGraceSeconds.',
  },
  'refresh-token-expired': {
    meaning: 'The refresh token has expired: refreshTokenSeconds after the last renewal, and at the latest 90 days after the login.',
    change: 'The user has to log in anew. refreshTokenSeconds of the tenant entry sets the time.',
  },
  'refresh-token-of-another-client': {
    meaning: 'The refresh token belongs to another client than the one that sends it.',
    change: 'Each application must use its own refresh tokens. Where it does, one was stolen: revoke the grant.',
  },
  'refresh-token-of-another-tenant': {
    meaning: 'The grant of this refresh token is of another tenant than the client: the client’s entry was moved.',
    change: 'The user has to log in anew.',
  },
  'before-tokens-not-before': {
    meaning:
      'The grant began before tokensNotBefore of the tenant or the client entry, or before the moment of the client’s URL in clientTokensNotBefore: an operator has revoked all that is older.',
    change: 'The user has to log in anew. tokensNotBefore is set by `gatehouse revoke client` and `revoke tenant`.',
  },
};

type TokenReason = Exclude<BearerFault | InactiveReason, GrantReason | LoginRefusal | PresentUserFault | 'client-suspended'>;

export const TOKEN_FAULTS: Explained<TokenReason> = {
  'parent-ended': {
    meaning: 'The token was exchanged for another one, and that one has been revoked, or its client or tenant has declared it dead.',
    change: 'The user has to get a new token, and the service must exchange that.',
  },
  'no-access-token': {
    meaning: 'The userinfo endpoint was asked without an access token.',
    change: 'The application must send Authorization: Bearer and its access token.',
  },
  'malformed-bearer': {
    meaning: 'The Authorization header says Bearer, and what follows is no token (RFC 6750 section 2.1).',
    change: 'The application must send the access token as it got it, with one blank before it and nothing behind it.',
  },
  'too-long': {
    meaning:
      'The token is longer than any that is issued or accepted here: 8,192 characters for our own, 16,384 for those of other issuers.',
    change: 'The application must send the token as it got it. An issuer must put less into its tokens.',
  },
  expired: {
    meaning: 'The token has expired.',
    change: 'The application must renew it or get a new one. Where it is new, look at the clock of its issuer.',
  },
  'not-a-token-of-ours': {
    meaning: 'No key of this deployment signed it, and it is no opaque token of ours: another deployment’s, an end-user JWT, or made up.',
    change: 'The application must send the access_token of a token response of this deployment.',
  },
  'token-replaced': {
    meaning: 'A renewal has replaced this token, and its grace is over.',
    change: 'The application must use the token of the last response.',
  },
  'issued-before-offline': {
    meaning:
      'The tenant’s JWTs are believed without a look at the Tokens table ("jwtRevocation": "offline"), and this one is of before: it lacks what says who the user is.',
    change: 'The application must get a new token.',
  },
  'no-such-tenant': {
    meaning: 'There is no usable tenant entry for the tenant that the token or certificate names.',
    change: 'Check the tenant entry with `gatehouse check`: a wrong one counts as none.',
  },
  'no-such-client': {
    meaning:
      'There is no usable entry in the Clients table for the client that the token, or a handler’s answer, names. Where the client is a URL: the tenant’s clientDocuments do not allow it any more.',
    change: 'Check the client entry with `gatehouse check`: a wrong one counts as none.',
  },
  'client-of-another-tenant': {
    meaning: 'The client’s entry now names another tenant than when the token was issued.',
    change: 'The application must get a new token.',
  },
  'client-may-not-introspect': {
    meaning: 'The client’s entry says "introspection": false.',
    change: 'Write "introspection": true into the client entry of the resource server.',
  },
  'token-of-another-tenant': {
    meaning: 'The token is of another tenant than the client that asks about it; it is told nothing of it.',
    change: 'Each tenant’s resource servers need a client of that tenant.',
  },
};
