// Requests to the token API that are not well formed.

import type { InsufficientScope } from '../../../functions/shared/reasons/grants.ts';
import type { ReasonsOfCode } from '../../../functions/shared/reasons/index.ts';
import type { AuthorizationRequestFault, RequestFault, ResourceFault, ScopeFault } from '../../../functions/shared/reasons/requests.ts';
import type { Explained } from './explanation.ts';

const SEND_IT = 'The application must send it in the form of the request’s body.';

/** `invalid_request`: the response says in words what is wrong. */
export const REQUEST_FAULTS: Explained<Exclude<RequestFault, AuthorizationRequestFault>> = {
  'no-such-endpoint': {
    meaning: 'The token API has no endpoint at this path.',
    change: 'The application should read the paths from /.well-known/openid-configuration; the token endpoint is /oauth2/token.',
  },
  'no-protected-resource': {
    meaning:
      'A client asked an HTTP API for its document (/.well-known/oauth-protected-resource), and no api# entry of that API and stage says it, or entries of several tenants do.',
    change:
      'An operator must write resource and discovery into the api# entry of the API and stage, or the deployment must say resource with tenant where it protects the API.',
  },
  'method-not-allowed': {
    meaning: 'The endpoint is there, but does not take this HTTP method.',
    change: 'The application must use a method that the response names under Allow; tokens are asked for by POST.',
  },
  'wrong-media-type': {
    meaning: 'The body is not declared as a form in UTF-8: Content-Type is missing, is another type, or names another charset.',
    change: 'The application must send Content-Type: application/x-www-form-urlencoded, and not JSON.',
  },
  'body-too-large': {
    meaning: 'The body of the request has more than 64 KiB.',
    change: 'The application should send a shorter assertion; nothing else that the endpoints read comes near the limit.',
  },
  'too-many-parameters': {
    meaning: 'The form has more than 100 parameters.',
    change: 'The application must leave out what the endpoint does not read.',
  },
  'repeated-parameter': {
    meaning: 'A parameter that the endpoint reads stands in the form more than once, so that nobody can say which one counts.',
    change: 'The application must send every parameter once.',
  },
  'repeated-header': {
    meaning: 'Authorization, Content-Type or Origin was sent more than once.',
    change: 'The application, or the proxy in front of it, must send each of these headers once.',
  },
  'bad-end-user-address': {
    meaning: 'The entry of the client has sendsEndUserAddress, and the header Gatehouse-End-User-Address is not one IPv4 or IPv6 address.',
    change: 'The application must send the address of its user once, as its own connection shows it, without port, zone or list.',
  },
  'parameters-in-url': {
    meaning: 'A parameter that the endpoint reads stands in the URL, where access logs keep it. It may be a password or a token.',
    change: 'The application must send it in the body. What stood in the URL is to be changed: treat that password or secret as known.',
  },
  'malformed-encoding': {
    meaning: 'The form is not UTF-8, or has a % that is not followed by two hex digits.',
    change: 'The application must encode names and values as application/x-www-form-urlencoded in UTF-8; its HTTP library can.',
  },
  'two-client-authentications': {
    meaning: 'The client authenticates in two ways at once, such as by an Authorization header and by client_secret in the body.',
    change: 'The application must use one way (RFC 6749 section 2.3). Many libraries have a setting for it.',
  },
  'two-client-ids': {
    meaning: 'client_id in the body is another client than the one that authenticates.',
    change: 'The application must leave client_id out, or send that of its own.',
  },
  'two-access-tokens': {
    meaning: 'The access token was sent both in the Authorization header and in the form.',
    change: 'The application must send it in the header alone.',
  },
  'missing-grant-type': { meaning: 'The parameter grant_type is missing or empty.', change: SEND_IT },
  'missing-username': { meaning: 'The password grant was asked for without a username.', change: SEND_IT },
  'missing-password': {
    meaning: 'The password grant was asked for without a password, or with an empty one, which no userstore is ever asked about.',
    change: SEND_IT,
  },
  'missing-refresh-token': { meaning: 'A renewal was asked for without a refresh_token.', change: SEND_IT },
  'missing-assertion': { meaning: 'An assertion grant was asked for without an assertion.', change: SEND_IT },
  'missing-token': { meaning: 'The token to revoke or to introspect is missing.', change: SEND_IT },
  'missing-client-id': {
    meaning:
      'There is a client_secret in the body, and no client_id that it belongs to; or a user was sent to the sign-in page without one.',
    change: 'The application must send its client_id.',
  },
  'missing-code': { meaning: 'The code of the sign-in page was to be redeemed, and is missing.', change: SEND_IT },
  'missing-code-verifier': {
    meaning: 'A code was to be redeemed without code_verifier. PKCE is required of every client.',
    change: 'Switch PKCE with S256 on in the application’s library.',
  },
  'missing-subject-token': { meaning: 'A token was to be exchanged, and subject_token is missing.', change: SEND_IT },
  'missing-subject-token-type': { meaning: 'A token was to be exchanged, and subject_token_type is missing.', change: SEND_IT },
  'unknown-token-type': {
    meaning: 'A token exchange names a type of token that is not known here.',
    change:
      'The application must send urn:ietf:params:oauth:token-type:access_token as subject_token_type and actor_token_type (the first may also be …:jwt), and no other requested_token_type.',
  },
  'subject-token-not-live': {
    meaning: 'The token that was to be exchanged is not good: the log line says why under subjectToken.',
    change:
      'The service must exchange the token that it was called with, while that is good; a token of another issuer needs token-exchange in use of its entry.',
  },
  'subject-token-of-another-tenant': {
    meaning: 'The token that was to be exchanged belongs to another tenant than the client.',
    change: 'Client and token must be of one tenant.',
  },
  'subject-token-without-user': {
    meaning: 'The token that was to be exchanged is an application’s own. There is nobody to act for.',
    change: 'The application must get a token of its own with client_credentials.',
  },
  'subject-user-refused': {
    meaning: 'The user of the token may get no new one, as at a renewal: the log line says why under subjectUser.',
    change: 'See the reason that stands under subjectUser.',
  },
  'actor-token-not-live': {
    meaning: 'The token that says who acts is not good: the log line says why under actorToken.',
    change: 'The service must send a live access token of ours, or none: then it acts itself.',
  },
  'actor-token-of-another-tenant': {
    meaning: 'The token that says who acts belongs to another tenant than the client.',
    change: 'Client, subject and actor must be of one tenant.',
  },
  'too-many-actors': {
    meaning:
      'Four act for the user already, or the new token would hang on more than eight others. A longer chain of services is most likely a loop.',
    change: 'Let the services call each other in a shorter chain.',
  },
  'missing-code-challenge': {
    meaning: 'A user was sent to the sign-in page without code_challenge. PKCE is required of every client.',
    change: 'Switch PKCE with S256 on in the application’s library.',
  },
  'missing-redirect-uri': {
    meaning: 'A user was sent to the sign-in page without redirect_uri, and the client has not exactly one, or is described by a document.',
    change: 'The application must send it, as redirectUris of its client entry or redirect_uris of its document list it.',
  },
  'missing-response-type': {
    meaning: 'A user was sent to the sign-in page without response_type.',
    change: 'The application must send response_type=code.',
  },
  'missing-client-assertion': { meaning: 'There is a client_assertion_type, and no client_assertion.', change: SEND_IT },
  'missing-client-assertion-type': {
    meaning: 'There is a client_assertion, and no client_assertion_type.',
    change: 'The application must send client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer with it.',
  },
};

/** `invalid_target` (RFC 8707 section 2). */
export const RESOURCE_FAULTS: Explained<ResourceFault> = {
  'malformed-resource': {
    meaning: 'resource is no URI of an API: https, with no user, query or fragment, at most 512 characters.',
    change: 'The application must send the URI that resource of the api entry names, as the API’s own documents do.',
  },
  'too-many-resources': {
    meaning: 'More than ten resources are asked for at once.',
    change: 'The application must ask for fewer; one token for each API is best.',
  },
  'unknown-resource': {
    meaning: 'No entry api# of the client’s tenant has this URI as its resource, or that entry is wrong and counts for nothing.',
    change:
      'Write resource into the api entry, or let the application send the URI that stands there; a slash at the end of a path counts.',
  },
  'resource-not-of-this-client': {
    meaning:
      'The API has this resource, but its entry does not let this tenant in, or asks for a subscription that the client does not have.',
    change: 'Add the tenant to tenants of the api entry, or the API to subscriptions of the client entry.',
  },
  'not-one-resource': {
    meaning: 'A token exchange names no resource, or several.',
    change: 'The application must send the resource of the one API that it is going to call.',
  },
  'resource-not-exchanged': {
    meaning: 'The client may not exchange tokens for this resource.',
    change: 'List the resource under exchange in the client entry.',
  },
  'resource-not-granted': {
    meaning: 'A renewal, or the redemption of a code, asks for a resource that the grant was not made for.',
    change: 'The application must ask for it when the user signs in; what was granted can be narrowed and never widened.',
  },
};

export const SCOPE_FAULTS: Explained<ScopeFault> = {
  'scope-syntax': {
    meaning: 'The parameter scope has characters that no scope may have (RFC 6749 section 3.3), or more than 4,096 in all.',
    change: 'The application must send scope names with single blanks between them, with no quotes, commas or line breaks.',
  },
  'too-many-scopes': {
    meaning: 'More than 100 scopes were asked for at once.',
    change: 'The application should ask for what it uses; scope=SYSTEM stands for all that the user may have.',
  },
  'undefined-scope': {
    meaning: 'A scope was asked for that the tenant has no scope#<name> entry for. The user’s password was not looked at.',
    change:
      'Write the entry scope#<name> in the tenant, list the scope under legacyScopes of the tenant entry where it has no meaning here, or have the application no longer ask for it.',
  },
  'scope-not-granted': {
    meaning:
      'A renewal asks for a scope that the grant does not have. A renewal can narrow what was granted at the login, and never widen it.',
    change: 'The application must ask for it at a new login, or leave scope out at the renewal.',
  },
};

export const INSUFFICIENT_SCOPE: Explained<InsufficientScope> = {
  'no-openid-scope': {
    meaning: 'The userinfo endpoint was asked with a token that does not have the scope openid.',
    change: 'The application must ask for openid among the scopes of its token.',
  },
  'no-end-user': {
    meaning: 'The userinfo endpoint was asked with an application’s own token, behind which there is no user.',
    change: 'The application must use a token of a user; one of client_credentials has none.',
  },
};

export const UNKNOWN_GRANT_TYPE: Explained<ReasonsOfCode['unsupported_grant_type']> = {
  'unknown-grant-type': {
    meaning: 'The token endpoint knows no grant_type of this name.',
    change: 'The application must use one that grant_types_supported of /.well-known/openid-configuration lists.',
  },
};
