// The rows of RFC 6749 that speak of the authorization endpoint, codes and the implicit grant, of which there are none:
// kept one by one, so that who adds that endpoint finds what it must do.

import { DUTY_OF_THE_CLIENT, NO_AUTHORIZATION_ENDPOINT } from './reasons.ts';
import { type Row, rowsOf } from './row.ts';

const OF_THE_SERVER: readonly (readonly [section: string, ...requirements: string[]])[] = [
  [
    '3.1',
    'MUST first verify the identity of the resource owner',
    'A query in the URI of the endpoint MUST be retained',
    'The URI of the endpoint MUST NOT include a fragment',
    'MUST require TLS',
    'MUST support GET',
    'Parameters without a value MUST be treated as omitted',
    'Unrecognized parameters MUST be ignored',
    'Parameters MUST NOT be included more than once',
  ],
  ['3.1.1', 'response_type is REQUIRED', 'response_type MUST be a known value', 'A missing or unknown response_type MUST be an error'],
  [
    '3.1.2',
    'The redirection URI MUST be absolute',
    'A query in the redirection URI MUST be retained',
    'The redirection URI MUST NOT include a fragment',
  ],
  ['3.1.2.2', 'Public clients and clients of the implicit grant MUST register redirection URIs'],
  [
    '3.1.2.3',
    'Where several or none are registered, the client MUST send one',
    'A redirection URI that is sent MUST match a registered one',
    'A full registered URI MUST be compared as a string',
  ],
  ['3.2.1', 'An unauthenticated client MUST send its client_id with a code'],
  ['4.1.1', 'response_type is REQUIRED', 'response_type MUST be code', 'client_id is REQUIRED'],
  [
    '4.1.2',
    'code is REQUIRED',
    'A code MUST expire shortly after it is issued',
    'A code MUST NOT be used more than once',
    'A code used twice MUST be denied',
    'state is REQUIRED if it was sent',
  ],
  [
    '4.1.2.1',
    'MUST NOT redirect where client or redirection URI are invalid',
    'error is REQUIRED',
    'error MUST NOT leave its characters',
    'error_description MUST NOT leave its characters',
    'error_uri MUST be a URI reference',
    'state is REQUIRED if it was sent',
  ],
  [
    '4.1.3',
    'grant_type is REQUIRED',
    'grant_type MUST be authorization_code',
    'code is REQUIRED',
    'redirect_uri is REQUIRED if it was sent, and MUST be identical',
    'client_id is REQUIRED if the client does not authenticate',
    'Confidential clients MUST authenticate',
    'MUST require client authentication, authenticate, and check code, client and redirect_uri',
  ],
  [
    '4.2.1',
    'response_type is REQUIRED',
    'response_type MUST be token',
    'client_id is REQUIRED',
    'MUST verify that the redirection URI is registered',
  ],
  [
    '4.2.2',
    'access_token is REQUIRED',
    'token_type is REQUIRED',
    'scope is REQUIRED if it differs',
    'state is REQUIRED if it was sent',
    'MUST NOT issue a refresh token',
  ],
  [
    '4.2.2.1',
    'MUST NOT redirect where client or redirection URI are invalid',
    'error is REQUIRED',
    'error MUST NOT leave its characters',
    'error_description MUST NOT leave its characters',
    'error_uri MUST be a URI reference',
    'state is REQUIRED if it was sent',
  ],
  ['10.2', 'MUST require redirection URIs of clients that cannot be authenticated'],
  ['10.5', 'Codes MUST be short lived and single-use', 'MUST authenticate the client and check that the code is its own'],
  [
    '10.6',
    'MUST ensure that both redirection URIs are identical',
    'MUST require public clients to register redirection URIs',
    'MUST validate a redirection URI against the registered value',
  ],
  ['10.11', 'MUST require TLS on every endpoint for end-user interaction'],
  ['10.12', 'MUST implement CSRF protection for the authorization endpoint'],
  ['10.16', 'Delegated login MUST NOT use the implicit flow without more'],
];

const OF_THE_CLIENT: readonly (readonly [section: string, ...requirements: string[]])[] = [
  ['3.1.2.5', 'Scripts of the client MUST run before others on its redirection endpoint'],
  ['4.1.2', 'The client MUST ignore unrecognized members'],
  ['4.2.2', 'The client MUST ignore unrecognized members'],
  ['10.5', 'A client that logs in by codes MUST require TLS at its redirection endpoint'],
  ['10.12', 'The client MUST implement CSRF protection', 'Its binding value MUST be one that cannot be guessed'],
];

const flat = (groups: typeof OF_THE_SERVER, reason: string): readonly Row[] =>
  rowsOf(
    'RFC 6749',
    groups.flatMap(([section, ...requirements]) => requirements.map((requirement) => [section, requirement, reason] as const)),
  );

export const RFC_6749_AUTHORIZATION: readonly Row[] = [
  ...flat(OF_THE_SERVER, NO_AUTHORIZATION_ENDPOINT),
  ...flat(OF_THE_CLIENT, DUTY_OF_THE_CLIENT),
];
