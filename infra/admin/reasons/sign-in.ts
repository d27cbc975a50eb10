// The sign-in page and the codes that it issues.

import type { ClientRefusal, UnauthorizedClient } from '../../../functions/shared/reasons/clients.ts';
import type { AuthorizationCodeFault, GrantRefusal } from '../../../functions/shared/reasons/grants.ts';
import type { ReasonsOfCode } from '../../../functions/shared/reasons/index.ts';
import type { AuthorizationRequestFault } from '../../../functions/shared/reasons/requests.ts';
import type { Explained } from './explanation.ts';

const START_AGAIN = 'The user has to begin again in the application.';

/** What is told beside other endpoints. */
type Elsewhere = ClientRefusal | UnauthorizedClient | Exclude<GrantRefusal, AuthorizationCodeFault>;

const REQUEST_FAULTS: Explained<Exclude<AuthorizationRequestFault, Elsewhere>> = {
  'sign-in-off': {
    meaning: 'A user was sent to the sign-in page, and the tenant’s entry has no signIn.',
    change: 'Write "signIn": {} into the tenant entry to switch the page on.',
  },
  'redirect-uri-not-registered': {
    meaning:
      'redirect_uri is none of redirectUris of the client entry, or of redirect_uris of its document where its id is a URL. They are compared character by character; for loopback addresses the port is free.',
    change:
      'Add the URI to redirectUris of the client entry as the application sends it; a document is its publisher’s to correct. The user saw a page: nobody is redirected to it.',
  },
  'state-too-long': {
    meaning: 'The parameter state has more than 2,048 characters.',
    change: 'The application must keep its state itself, and send a reference.',
  },
  'request-too-long': {
    meaning: 'The parameters of a request to the sign-in page are too long, all together: some 6,000 characters by POST, 15,000 by GET.',
    change: 'The application must ask for less: a shorter state, fewer scopes and resources.',
  },
  'nonce-too-long': {
    meaning: 'The parameter nonce has more than 2,048 characters.',
    change: 'The application must send a shorter random text.',
  },
  'unknown-response-mode': {
    meaning: 'The application asks for an answer by another response_mode than query and form_post.',
    change: 'The application must ask for one of these, or leave response_mode out.',
  },
  'unknown-prompt': {
    meaning: 'prompt has a word other than none, login, consent and select_account, or none together with another.',
    change: 'The application must send prompt as in OpenID Connect Core section 3.1.2.1.',
  },
  'malformed-max-age': {
    meaning: 'max_age is no whole number of seconds.',
    change: 'The application must send digits alone, or leave it out.',
  },
  'code-challenge-method': {
    meaning: 'code_challenge_method is not S256. PKCE is required of every client, and plain protects nothing.',
    change: 'Switch PKCE with S256 on in the application’s library.',
  },
  'malformed-code-challenge': {
    meaning: 'code_challenge is not the base64url of a SHA-256 digest: 43 characters.',
    change: 'The application must hash its code_verifier as in RFC 7636 section 4.2.',
  },
  'sealed-request-unreadable': {
    meaning:
      'The form of the sign-in page came back with a request that none of our keys has sealed: of another deployment, of long ago, or made up.',
    change: START_AGAIN,
  },
  'foreign-origin': {
    meaning: 'The form of the sign-in page was sent by a page of another site.',
    change: 'Nothing, where somebody tried to log a user in as somebody else. Else look at proxies that change Origin.',
  },
};

const CODE_FAULTS: Explained<AuthorizationCodeFault> = {
  'no-such-code': {
    meaning: 'There is no such authorization code: never issued, its grant ended, or issued more than 60 seconds ago.',
    change: 'The application must redeem a code at once. Where it does, the user has to begin again.',
  },
  'forged-code': {
    meaning: 'The code names a grant, and is not the one that was issued for it: somebody made it up. The grant lives on.',
    change: 'Nothing. Where it comes often, look at the source address in the log.',
  },
  'code-reused': {
    meaning: 'The code was redeemed a second time. The grant of the first time has ended, since somebody else may have it.',
    change: 'The application must redeem a code once: look for a page that is loaded twice. The user has to sign in again.',
  },
  'code-of-another-client': {
    meaning: 'The code was issued to another client than the one that redeems it.',
    change: 'Look who got hold of it: a code goes to the redirect URI of its own client alone.',
  },
  'code-of-another-tenant': {
    meaning: 'The grant of the code is of another tenant than the client: its entry was moved.',
    change: START_AGAIN,
  },
  'another-redirect-uri': {
    meaning: 'redirect_uri of the token request is not that of the authorization request.',
    change: 'The application must send the same text both times.',
  },
  'malformed-code-verifier': {
    meaning: 'code_verifier is not of 43 to 128 characters out of those that RFC 7636 section 4.1 allows.',
    change: 'The application’s library has to make it as the RFC says.',
  },
  'wrong-code-verifier': {
    meaning: 'code_verifier does not fit the code_challenge of the authorization request: whoever redeems the code did not ask for it.',
    change: 'Where it is the application’s own mistake, it must keep one verifier for each sign-in.',
  },
  'session-ended': {
    meaning: 'The session at the sign-in page that the code or refresh token hangs on is over: signed out, idle for too long, or ended.',
    change: 'The user has to sign in again. With the scope offline_access, refresh tokens outlive the session.',
  },
};

type AnswerCode =
  | 'access_denied'
  | 'unsupported_response_type'
  | 'login_required'
  | 'consent_required'
  | 'request_not_supported'
  | 'request_uri_not_supported';

const ANSWERS: Explained<ReasonsOfCode[AnswerCode]> = {
  'consent-denied': {
    meaning: 'The user was asked whether the application may have access, and said no (access_denied).',
    change: 'Nothing. "firstParty": true in the client entry leaves the question out, for applications of one’s own.',
  },
  'unknown-response-type': {
    meaning: 'The application asks for another response_type than code: the implicit and hybrid flows are not offered.',
    change: 'Switch the application’s library to the authorization code flow with PKCE.',
  },
  'no-session': {
    meaning: 'The application sent prompt=none, and nobody is signed in in this browser, or too long ago for max_age (login_required).',
    change: 'The application must send the user again without prompt=none.',
  },
  'other-user-than-hint': {
    meaning: 'The application expects a user, by id_token_hint, and somebody else has signed in (login_required).',
    change: 'The user signs in under the name that the application expects, or the application leaves out id_token_hint.',
  },
  'no-consent': {
    meaning: 'The application sent prompt=none, and the user has not yet said that it may have these scopes (consent_required).',
    change: 'The application must send the user again without prompt=none; "firstParty": true in the client entry asks for no consent.',
  },
  'request-object': {
    meaning: 'The application sent its request as a JWT (request or request_uri), which is not supported.',
    change: 'The application must send plain parameters.',
  },
};

export const SIGN_IN_FAULTS = { ...REQUEST_FAULTS, ...CODE_FAULTS, ...ANSWERS };
