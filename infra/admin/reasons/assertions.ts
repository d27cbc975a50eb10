// Assertions by which an issuer of the tenant vouches for a user: JWT (RFC 7523) and SAML (RFC 7522).

import type {
  IssuerFault,
  JwtAssertionFault,
  JwtFault,
  SamlAssertionFault,
  SamlFault,
} from '../../../functions/shared/reasons/assertions.ts';
import { type Explained, withPrefix } from './explanation.ts';
import { explainJwtFaults } from './jwt-faults.ts';

export const ISSUER_FAULTS: Explained<IssuerFault> = {
  'unknown-issuer': {
    meaning: 'The tenant has no entry issuer#<iss or entityId> for who issued it, of the right type and for this use.',
    change: 'Write the entry, named exactly as iss or Issuer says; `use` of a JWT issuer must list gateway or jwt-bearer.',
  },
  'disabled-issuer': {
    meaning: 'The tenant’s entry for this issuer says "enabled": false.',
    change: 'Write "enabled": true into the issuer entry where that is over.',
  },
};

const IN_THE_ASSERTION = 'The identity provider must write it into its assertions; look at its settings for this service.';

/** What a SAML assertion shares with a JWT one by its name is told once, of both. */
type SharedFault = JwtFault | IssuerFault | 'username' | 'replayed';

const OF_THE_FORM: Explained<
  | 'unreadable'
  | 'too-large'
  | 'forbidden-markup'
  | 'nested-assertions'
  | 'not-an-assertion'
  | 'no-subject'
  | 'no-name-id'
  | 'no-issuer'
  | 'signature-profile'
> = {
  unreadable: {
    meaning: 'The SAML assertion is not base64 of well-formed XML in UTF-8, or one of its times or ids can’t be read.',
    change: 'The application must send the Assertion element alone, in base64url, unchanged since it was signed.',
  },
  'too-large': {
    meaning: 'The SAML assertion has more than 64 KiB, more than 2,000 elements, or elements more than 50 deep.',
    change: 'The identity provider must put fewer attributes into it.',
  },
  'forbidden-markup': {
    meaning: 'The SAML assertion has a DTD, a comment, CDATA or a processing instruction, by which one text can be read in two ways.',
    change: 'The identity provider must write plain elements, attributes and text.',
  },
  'nested-assertions': {
    meaning: 'There is a second Assertion inside the SAML assertion: a known way to have another one read than was signed.',
    change: 'The identity provider must send one Assertion. Where it does, somebody has tampered with it.',
  },
  'not-an-assertion': {
    meaning: 'The root of the document is no SAML 2.0 Assertion. It may be the whole Response.',
    change: 'The application must take the Assertion element out of the Response, as it stands there.',
  },
  'no-subject': { meaning: 'The SAML assertion has no Subject, or more than one.', change: IN_THE_ASSERTION },
  'no-name-id': { meaning: 'The Subject has no NameID with a text in it, or more than one.', change: IN_THE_ASSERTION },
  'no-issuer': { meaning: 'The SAML assertion has no Issuer, or more than one.', change: IN_THE_ASSERTION },
  'signature-profile': {
    meaning:
      'The signature is not the one enveloped signature over the whole assertion with RSA and SHA-256 or SHA-512 and exclusive canonicalization that is asked for.',
    change: 'The identity provider must sign the assertion itself, not only the Response, and with these algorithms.',
  },
};

const OF_THE_CONDITIONS: Explained<Exclude<SamlFault, SharedFault | keyof typeof OF_THE_FORM>> = {
  'no-certificate': {
    meaning: 'None of the certificates of the issuer entry is valid today.',
    change: 'Write the certificate that the identity provider signs with now under certificates of the issuer entry.',
  },
  'no-conditions': { meaning: 'The SAML assertion has no Conditions.', change: IN_THE_ASSERTION },
  'unknown-condition': {
    meaning: 'The Conditions have one that is not understood, so that nobody can say whether it is met.',
    change: 'The identity provider must leave it out for this service.',
  },
  'no-audience-restriction': {
    meaning: 'The Conditions have no AudienceRestriction: the assertion is for anybody.',
    change: 'The identity provider must name `audience` of the issuer entry as Audience.',
  },
  'time-window': {
    meaning: 'The SAML assertion, or its SubjectConfirmation, is not valid yet or no longer, 30 seconds for clocks included.',
    change: 'The application must get a new assertion. Where it is new, look at the identity provider’s clock.',
  },
  'no-subject-confirmation': { meaning: 'The Subject has no SubjectConfirmation.', change: IN_THE_ASSERTION },
  'no-bearer-confirmation': {
    meaning: 'No SubjectConfirmation has the method urn:oasis:names:tc:SAML:2.0:cm:bearer.',
    change: IN_THE_ASSERTION,
  },
  recipient: {
    meaning: 'Recipient of the SubjectConfirmationData is not `recipient` of the issuer entry.',
    change: 'Write the same URL on both sides: the token endpoint, or what the identity provider calls this service.',
  },
  'no-expiry': {
    meaning: 'Neither the Conditions nor the SubjectConfirmationData say when the assertion ends.',
    change: 'The identity provider must write NotOnOrAfter into one of them.',
  },
  session: {
    meaning: 'SessionNotOnOrAfter of the assertion is over: the identity provider’s session has ended.',
    change: 'The user has to sign in there anew.',
  },
};

export const SAML_ASSERTION_FAULTS: Explained<Exclude<SamlAssertionFault, JwtAssertionFault>> = withPrefix('assertion-', {
  ...OF_THE_FORM,
  ...OF_THE_CONDITIONS,
});

export const JWT_ASSERTION_FAULTS: Explained<JwtAssertionFault> = withPrefix('assertion-', {
  ...explainJwtFaults({
    subject: 'assertion',
    signer: 'issuer',
    keys: 'jwksUri or certificates of the issuer entry',
    types: 'JWT, authorization-grant+jwt, or no typ at all; an access token or ID token is no assertion',
    algorithms: 'one that algorithms of the issuer entry lists',
    audience:
      'one of audiences of the issuer entry, and nobody else (of a SAML assertion: audience); where the entry is for gateway as well, our issuer or the URL of the token endpoint',
    claims: 'iss, aud, exp, sub and iat',
    lifetime: '24 hours',
  }),
  ...ISSUER_FAULTS,
  username: {
    meaning:
      'The claim that names the user (usernameClaim of the issuer entry, the NameID of SAML) is missing, or could be taken for another name.',
    change:
      'Write the right claim as usernameClaim, or have the issuer send a name without blanks at its ends and without characters that do not show.',
  },
  'not-an-assertion': {
    meaning:
      'The JWT is good, but was made for something else: an access token (typ, scope and azp, scp, token_use), an ID token (nonce, at_hash, auth_time, sid), a refresh or logout token, a client’s own assertion (iss is sub), or a token of ours.',
    change:
      'The issuer must make an assertion for the token endpoint: iss, sub, aud, iat and exp, best with the typ authorization-grant+jwt. To call an API with the issuer’s access token, write `gateway` as use of its entry.',
  },
  replayed: {
    meaning: 'This assertion was used before. Each works once.',
    change: 'The application must get a new assertion for every token. Where it does, somebody else has sent one of its own again.',
  },
});
