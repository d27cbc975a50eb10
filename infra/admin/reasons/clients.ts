// Clients that do not prove who they are, and clients that may not do what they ask.

import type { IssuerFault, JwtFault } from '../../../functions/shared/reasons/assertions.ts';
import type { ClientRefusal, UnauthorizedClient } from '../../../functions/shared/reasons/clients.ts';
import { type Explained, withPrefix } from './explanation.ts';
import { explainJwtFaults } from './jwt-faults.ts';

const CLIENT_ASSERTION_FAULTS: Explained<`client-assertion-${JwtFault}`> = withPrefix(
  'client-assertion-',
  explainJwtFaults({
    subject: 'client assertion',
    signer: 'application',
    keys: 'jwks or jwksUri of its client entry',
    types: 'JWT, client-authentication+jwt, or no typ at all',
    algorithms: 'an asymmetric algorithm for which its key is made',
    audience:
      'our issuer, as one string and not as a list; the URL of the token endpoint is taken where the client entry has "legacyAssertionAudience": true',
    claims: 'iss, aud, exp, sub and jti',
    lifetime: 'an hour',
  }),
);

const WORKLOAD_FAULTS: Explained<`workload-${JwtFault | IssuerFault}`> = {
  ...withPrefix(
    'workload-',
    explainJwtFaults({
      subject: 'token of the workload',
      signer: 'platform',
      keys: 'the issuer entry that the client’s workload names',
      types: 'JWT, JOSE, client-authentication+jwt, or no typ at all',
      algorithms: 'one of those that algorithms of the issuer entry lists; AWS STS and EKS sign with RS256, AWS STS also with ES384',
      audience:
        'our issuer and nothing else, as one string or a list of that one: at a tenant’s own endpoints it is <issuer>/t/<tenant>. Ask the platform for a token with this one audience',
      claims: 'aud, exp and sub',
      lifetime: 'a day',
    }),
  ),
  'workload-unknown-issuer': {
    meaning:
      'The client’s entry is right about issuer and subject, and its tenant has no issuer entry of type jwt of that name; or the issuer is Gatehouse itself, which is no platform.',
    change: 'Write the entry issuer#<iss> for the client’s own tenant, with "use": [] where it is for workloads alone.',
  },
  'workload-disabled-issuer': {
    meaning: 'The issuer entry that the client’s workload names has "enabled": false.',
    change: 'Set enabled, or take it away, if the issuer is to be believed again.',
  },
};

export const CLIENT_REFUSALS: Explained<ClientRefusal> = {
  ...CLIENT_ASSERTION_FAULTS,
  ...WORKLOAD_FAULTS,
  'no-client-authentication': {
    meaning:
      'The request does not say which client it comes from, or says so and proves nothing where the client’s entry asks for a proof.',
    change: 'The application must send its id and secret (or assertion). A public client needs "none" under authMethods of its entry.',
  },
  'unknown-client': {
    meaning:
      'The Clients table has no usable entry with this client id. A wrong entry counts as none: the log reports it as entry-refused.',
    change: 'Check the id that the application sends, and its entry with `gatehouse check`.',
  },
  'method-not-of-this-client': {
    meaning: 'The client proved who it is, but by a method that its entry does not list.',
    change: 'Add the method to authMethods of the client entry, or change how the application authenticates.',
  },
  'client-suspended': {
    meaning: 'The client’s entry says "status": "suspended": it gets no tokens, and those that it has are refused.',
    change: 'Write "status": "active" into the client entry where that is over.',
  },
  'unknown-authorization-scheme': {
    meaning: 'The Authorization header is neither Basic nor of any other kind by which a client can authenticate.',
    change: 'The application must send Basic with its id and secret, or no Authorization header at all.',
  },
  'malformed-basic': {
    meaning: 'The Authorization header says Basic, and what follows is not base64 of a name, a colon and a secret or password.',
    change: 'The caller must encode name and secret as in RFC 7617, in UTF-8.',
  },
  'wrong-secret': {
    meaning: 'The secret is none of those whose digests stand under secrets of the client entry.',
    change: 'Give the application the right secret, or add the SHA-256 of the one that it has to secrets.',
  },
  'secret-expired': {
    meaning: 'The secret is right, and its expiresAt in the client entry is over.',
    change: 'Give the application a newer secret, or move expiresAt of this one.',
  },
  'no-client-keys': {
    meaning: 'A client assertion was sent, and the client’s entry has neither jwks nor jwksUri; or there is no such client.',
    change: 'Write the application’s public keys as jwks into the client entry, or where it publishes them as jwksUri.',
  },
  'unknown-client-assertion-type': {
    meaning: 'client_assertion_type is neither the one for JWTs nor that of SPIFFE.',
    change:
      'The application must send urn:ietf:params:oauth:client-assertion-type:jwt-bearer, or with a JWT-SVID urn:ietf:params:oauth:client-assertion-type:jwt-spiffe.',
  },
  'client-assertion-subject': {
    meaning:
      'The client assertion does not say whose it is. Of a client with keys of its own, iss and sub are both the client id. Of a workload they are those of its client’s entry; a JWT-SVID has a SPIFFE ID as its sub.',
    change: 'The application must write its client id into both. Where it is a workload, write workload into the client entry.',
  },
  'unknown-workload': {
    meaning:
      'A platform’s token was sent without client_id, and no client claims its iss and sub as its workload. A claim that was written by hand is known after some seconds, with many clients after some minutes.',
    change: 'Write workload into the client entry with iss and sub exactly as they stand in the token, or send client_id with it.',
  },
  'workload-not-of-this-client': {
    meaning: 'A platform’s token was sent, and its iss and sub are not the workload of this client, character for character.',
    change: 'Compare workload of the client entry with iss and sub of the token: case, the branch or environment, a slash at the end.',
  },
  'workload-claimed-twice': {
    meaning:
      'Two client entries claim the same workload, of one tenant or of two, right entries or wrong ones. Whose token it is can’t be said, so that neither is let in.',
    change: '`gatehouse check` names both. Take workload out of one of them, or delete it.',
  },
  'client-id-mismatch': {
    meaning: 'client_id in the body is not the client that the assertion names.',
    change: 'The application must leave client_id out, or send the same id as in sub.',
  },
  'client-assertion-replayed': {
    meaning: 'An assertion with this jti was used before. Each works once.',
    change: 'The application must make a new assertion for every request. Where it does, somebody else has sent one of its own again.',
  },
  'no-client-subject': {
    meaning: 'A client certificate was sent, and the client’s entry has no tlsSubjectDn; or there is no such client.',
    change: 'Write the subject of the certificate as tlsSubjectDn into the client entry, as in RFC 4514: CN=app,O=Example,C=US.',
  },
  'client-certificate-malformed': {
    meaning: 'What API Gateway handed over as client certificate is not one that can be read.',
    change: 'Look at the certificate of the application. API Gateway verified it, so that this should not happen.',
  },
  'client-certificate-expired': {
    meaning: 'The client certificate has expired or is not valid yet, though the connection that it opened still lives.',
    change: 'The application must connect with a certificate that is valid now.',
  },
  'client-certificate-subject': {
    meaning: 'The subject of the client certificate is not tlsSubjectDn of the client entry.',
    change: 'Compare both names attribute by attribute, order included, and correct tlsSubjectDn or the certificate.',
  },
  'client-documents-off': {
    meaning:
      'The client id is a URL, and the tenant’s entry has no clientDocuments: clients have to be registered. Or a URL came to the deployment’s own issuer, which says no tenant.',
    change: 'Register the application, or write clientDocuments into the tenant entry, beside "issuer": "own".',
  },
  'client-url': {
    meaning:
      'The client id is a URL, and not one that a client may have: https, a name for a host, a path, at most 256 characters, in its one spelling, with no user, no fragment and no dot segments. One of a loopback address needs allowLoopback, and a local run.',
    change: 'Whoever runs the application has to publish its document at another URL, or send the URL as it is written.',
  },
  'client-host-not-trusted': {
    meaning: 'The client id is a URL of a host that trustedHosts of the tenant’s clientDocuments does not name.',
    change: 'Add the host to trustedHosts, whole and in lower case, if documents there may say who is a client.',
  },
  'client-document-not-loaded': {
    meaning:
      'The client id is a URL, and what is there is no document: another status than 200, a redirect, another media type than application/json, more than 5 kB; or nothing answered within 2 seconds, or at no public address. The log line client-document-refused, or `dependency` of the request’s own line, says which.',
    change: 'Whoever runs the application has to publish its document there. Nothing of a failure is kept: the next request asks again.',
  },
  'client-document-refused': {
    meaning:
      'The client’s document holds what none may: another client_id, a secret, no redirect URI that can be used, an authentication other than none and private_key_jwt. The log line client-document-refused names the member.',
    change: 'Whoever runs the application has to correct its document.',
  },
  'public-client': {
    meaning: 'A public client asked the introspection endpoint, which only clients that prove who they are may use.',
    change: 'Give the resource server a client of its own with a secret or a key.',
  },
};

export const UNAUTHORIZED_CLIENTS: Explained<UnauthorizedClient> = {
  'grant-not-of-this-client': {
    meaning: 'The client’s entry does not list this grant_type.',
    change: 'Add it to grantTypes of the client entry, if the application should have it.',
  },
  'grant-not-for-public-clients': {
    meaning:
      'A client that proves nothing (method none) asked for a grant that needs a proof. A public client can only redeem codes of the sign-in page, and renew tokens.',
    change: 'Give the client a secret or a key, and a method for it under authMethods.',
  },
  'token-of-another-client': {
    meaning: 'The client wanted to revoke a token that was issued to another one.',
    change: 'The application that has the token must revoke it; an operator can with `gatehouse revoke`.',
  },
};
