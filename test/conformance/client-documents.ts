// The rows of draft-ietf-oauth-client-id-metadata-document-03 (clients whose id is the URL of a document).

import { type Row, rowsOf } from './row.ts';

const ATTACKS = 'attacks/client-documents.test.ts';
const LOADS = 'attacks/client-document-loads.test.ts';
const CONSENT = 'attacks/client-document-consent.test.ts';
const URLS = 'functions/token/client-documents/client-url.property.test.ts';
const ENDPOINTS = 'functions/token/client-documents/document-clients.test.ts';
const CLIENTS = 'clients/client-documents.test.ts';
const ONE_SPELLING = 'what is taken is written in its one spelling: https, a name of DNS, a path, no user, no fragment, no dot segment';
const SAME_ID = 'A137 client_id is the URL, character for character, and the document an object with what it needs';
const NO_SECRET = 'A136 a secret, and every method that needs one, makes it none';
const ANSWERS = 'A132 redirects, other statuses and other media types are no document';
const KEPT = 'A135 nothing of a failure is kept, and a good document for as long as its host says, at most a day';
const LOCAL = 'A131 a loopback address counts in a local run alone, where the tenant names it';

export const CLIENT_DOCUMENTS: readonly Row[] = rowsOf('draft-ietf-oauth-client-id-metadata-document-03', [
  ['3', 'The URL MUST be https', URLS, ONE_SPELLING],
  ['3', 'It MUST NOT have a user', URLS, ONE_SPELLING],
  ['3', 'It MUST have a path', URLS, ONE_SPELLING],
  ['3', 'It MUST NOT have dot segments', URLS, ONE_SPELLING],
  ['3', 'It MUST NOT have a fragment', URLS, ONE_SPELLING],
  ['3', 'URLs MUST be compared as strings', ATTACKS, SAME_ID],
  ['4', '`client_id` inside MUST be the URL that was fetched, as a string', ATTACKS, SAME_ID],
  ['4', 'The document MUST be served with 200', ATTACKS, ANSWERS],
  ['4.1', 'The method MUST NOT be one with a shared secret', ATTACKS, NO_SECRET],
  ['4.1', '`client_secret` and `client_secret_expires_at` MUST NOT be used', ATTACKS, NO_SECRET],
  ['4.1', 'No private key MUST be in it', ATTACKS, NO_SECRET],
  [
    '4.2',
    'A redirect URI MUST be one of the document’s, as a string',
    LOADS,
    'A135 what a document takes away is refused once it is read again',
  ],
  ['5', 'Every other status MUST be an error', ATTACKS, ANSWERS],
  ['5', 'Redirects MUST NOT be followed', ATTACKS, ANSWERS],
  [
    '5.1',
    'A request whose document can’t be fetched SHOULD be ended',
    LOADS,
    'A134 a document that does not come in time is none, however its bytes trickle',
  ],
  ['5.2', 'Errors MUST NOT be kept', LOADS, KEPT],
  ['5.2', 'Documents that are wrong MUST NOT be kept', LOADS, KEPT],
  ['5.2', 'Cache headers SHOULD be respected, within bounds of one’s own', LOADS, KEPT],
  ['6', 'Metadata MUST say that documents are supported', ENDPOINTS, 'only the metadata of a tenant that takes documents say so'],
  [
    '7.1',
    'Ids that the server makes SHOULD NOT begin with https://',
    ATTACKS,
    'A137 no entry takes the id of a client that a document describes, and none is looked up by one',
  ],
  [
    '8.2',
    'A client that says private_key_jwt MUST authenticate',
    ATTACKS,
    'A136 a client that says private_key_jwt gets nothing by its id alone',
  ],
  [
    '8.2',
    'By the key of its document',
    CLIENTS,
    'oauth4webapi, by private_key_jwt: discovery, consent, code, userinfo, renewal, revocation',
  ],
  [
    '8.5',
    'The host SHOULD be shown',
    CONSENT,
    'A138 the page shows the host in ASCII in its largest letters, and the client only what it calls itself',
  ],
  [
    '8.6',
    'Special-use addresses MUST NOT be called',
    ATTACKS,
    'A131 a name that leads to any address that is not public is not called, and the page does not tell',
  ],
  ['8.6', 'The exception for loopback addresses MUST NOT count in production', ATTACKS, LOCAL],
  [
    '8.7',
    'What is read SHOULD be limited to 5 kB',
    ATTACKS,
    'A133 a document without end is cut off while it is read, whatever it says of its length',
  ],
]);
