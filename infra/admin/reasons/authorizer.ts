// What the authorizer decides, and why.

import type { IssuerFault, JwtFault } from '../../../functions/shared/reasons/assertions.ts';
import type {
  AllowedReason,
  CredentialRefusal,
  ForbiddenReason,
  ThrottledReason,
  UnauthorizedReason,
} from '../../../functions/shared/reasons/authorizer.ts';
import type { BearerFault } from '../../../functions/shared/reasons/grants.ts';
import type { LoginRefusal, LookupRefusal } from '../../../functions/shared/reasons/users.ts';
import { type Explained, without } from './explanation.ts';
import { explainJwtFaults } from './jwt-faults.ts';

export const DECISIONS: Explained<AllowedReason | ForbiddenReason | ThrottledReason> = {
  'rule-met': {
    meaning: 'The caller is let in: the credential is good, and the rule that the log line names is met.',
    change: 'Nothing. Where nobody should be let in, look at resources of the api entry: the first rule that matches decides.',
  },
  open: {
    meaning: 'Everybody is let in: the rule that matches says "secure": false.',
    change: 'Nothing, if that was meant. Else take "secure": false out of the rule.',
  },
  'ambiguous-path': {
    meaning:
      'The path can be read in more than one way (encoded slashes, dots, double slashes, other characters), or API Gateway matched another resource than it says.',
    change: 'The caller must use a plain path. Names with such characters are better sent in the query or the body.',
  },
  'unsafe-resource': {
    meaning: 'The path would make the policy a wildcard (* or ?).',
    change: 'The caller must use another path; such characters are better sent in the query or the body.',
  },
  'path-too-long': {
    meaning:
      'With the path the ARN of the method has more than 512 characters, which no policy may name, and no wider one is as safe: the rule does not end in /*, or other rules about the same paths ask for something else.',
    change:
      'Send long values in the query or the body, or write one rule for the paths, such as /files/*, that asks the same as all others below it.',
  },
  'no-api-entry': {
    meaning: 'No tenant that may own the API has an entry api#<name> with this apiId and stage whose context the path begins with.',
    change:
      'Write the entry that the log line names under `expected`. If it is there, see whether `#apis / <apiId>/<stage>` says that the API is another tenant’s.',
  },
  'api-entry-wrong': {
    meaning: 'The api entry for this path is wrong, so that nobody gets in there; no other entry of its tenant answers in its place.',
    change: 'The line entry-refused in the log, and `gatehouse check`, say which attribute is wrong and what was expected.',
  },
  'api-claimed-twice': {
    meaning:
      'api entries of two tenants claim this path of one API and stage, so that nobody gets in: either could open what is the other’s.',
    change:
      'Delete the entry that does not belong there; or let the platform’s operator say whose the API is, with `api-owner put API_ID STAGE`.',
  },
  'path-differs-in-case': {
    meaning:
      'The path differs in small letters and capitals alone from what another rule or context names, and a backend may not tell them apart.',
    change:
      'The caller must write the path as the rules do; or, where the backend tells them apart, write "caseSensitivePaths": true into the api entry.',
  },
  'tenant-not-allowed': {
    meaning: 'The caller’s tenant is not among tenants of the api entry, or the tenant that owns the API is suspended.',
    change: 'Add the tenant to tenants of the api entry, if its users should call the API.',
  },
  'no-subscription': {
    meaning: 'The api entry says "requireSubscription": true, and the client’s entry has no subscription of this API.',
    change: 'Add the API’s name to subscriptions of the client entry, with its tier.',
  },
  'no-rule': {
    meaning: 'No rule under resources of the api entry matches method and path: what no rule names is refused.',
    change: 'Add a rule, or widen one. Paths are those after context, and a trailing /* covers all below.',
  },
  'scope-or-permission-missing': {
    meaning: 'The rule asks for scopes or permissions that the caller does not have.',
    change: 'The application must ask for the scopes; the user’s roles must have the permissions that their scope# entries need.',
  },
  'tier-used-up': {
    meaning: 'The requests that the tier of the application or of its subscription allows are used up for now.',
    change: 'Wait, or give the client another tier: applicationTier, or subscriptions, of its entry.',
  },
};

type Elsewhere =
  | BearerFault
  | LoginRefusal
  | LookupRefusal
  | IssuerFault
  | 'malformed-basic'
  | 'client-certificate-malformed'
  | 'client-certificate-expired'
  | 'locked'
  | 'client-suspended'
  | 'no-username';

/** Tokens of a tenant's own issuer. */
const ISSUER_TOKEN_FAULTS: Explained<Exclude<JwtFault, Elsewhere>> = without(
  explainJwtFaults({
    subject: 'bearer token',
    signer: 'issuer',
    keys: 'jwksUri or certificates of the issuer entry',
    types: 'at+jwt, JWT, or no typ at all',
    algorithms: 'one that algorithms of the issuer entry lists',
    audience:
      'one of audiences of the issuer entry; where that has clientIds, no aud at all and one of them as client_id (or the claim that clientIdClaim names)',
    claims: 'iss, aud, exp and iat',
    lifetime: 'the issuer’s own affair here',
  }),
  'expired',
  'too-long',
);

const OTHER_CREDENTIALS: Explained<Exclude<UnauthorizedReason, Elsewhere | JwtFault>> = {
  'no-credential': {
    meaning: 'The request carries no credential of a kind that the rule takes.',
    change: 'The caller must send Authorization: Bearer and a token, or what handlers of the rule name.',
  },
  'several-credentials': {
    meaning: 'The request has more than one Authorization header. API Gateway’s cache may have chosen the other one, so that none counts.',
    change: 'The caller, or the proxy in front of it, must send one.',
  },
  'unknown-token': {
    meaning: 'The bearer token is of no kind that is known here.',
    change: 'The application must send the access_token of a token response.',
  },
  'not-an-access-token': {
    meaning:
      'The issuer’s token is good, but no access token: an ID token (at_hash, typ, token_use), a logout token (events), or a refresh token of Keycloak.',
    change: 'The application must send the access token that it got beside it.',
  },
  'token-for-another-resource': {
    meaning: 'The token is good, and for other APIs: it was asked for with a resource, and the api entry here names another one, or none.',
    change: 'The application must ask for a token with the resource of this API; the api entry says which, under resource.',
  },
  'token-for-no-resource': {
    meaning: 'The token is good, and for no resource. The api entry here has one, and takes tokens for it alone.',
    change: 'The application must send resource when it asks for the token; or write "audience": "any" into the api entry.',
  },
  'certificate-names-nobody': {
    meaning:
      'The client certificate has no CN, more than one, or one that is no user name: letters in full width and the like count as none, since they would become another name.',
    change: 'The certificate’s CN must be a user name: john, SECONDARY/john, john@tenant or SECONDARY/john@tenant.',
  },
  'no-certificates-here': {
    meaning: 'The api entry that counts for this tenant says nothing of certificates, so that it takes none.',
    change: 'Write certificates into the api entry, if callers with a client certificate should be let in.',
  },
  'issuer-not-listed': {
    meaning: 'The CN of the certificate’s issuer is not among certificates.issuerCns of the api entry.',
    change: 'Add it, or write "validateIssuer": false where every CA of the domain’s truststore will do.',
  },
  'function-refused': {
    meaning: 'The function that the rule names as its handler (lambda:<name>) has refused the caller.',
    change: 'Look at the log of that function.',
  },
};

export const CREDENTIAL_REFUSALS: Explained<Exclude<UnauthorizedReason | CredentialRefusal, Elsewhere>> = {
  ...ISSUER_TOKEN_FAULTS,
  ...OTHER_CREDENTIALS,
};
