// Why rows are not met: whole groups of them share a reason.

export const DUTY_OF_THE_CLIENT = 'Not applicable: a duty of the client, which a server can neither do nor see.';
export const DUTY_OF_THE_RESOURCE_SERVER = 'Not applicable: a duty of the API behind the gateway.';
export const DUTY_OF_SPECIFICATIONS = 'Not applicable: a duty of those who write extensions; there are none of our own.';
export const TLS_BY_API_GATEWAY =
  'Met outside this code: API Gateway listens on TLS 1.2 and above alone, with the certificate of its domain; the local gateway speaks HTTP on 127.0.0.1.';
export const RENAMED_BY_API_GATEWAY =
  'Not met on the wire of a REST API: API Gateway renames WWW-Authenticate of a Lambda proxy to x-amzn-remapped-www-authenticate, and nothing turns that off. Status and JSON are as the RFC has them, which is what clients read; the authorizer is not concerned, whose refusals are gateway responses.';
export const NO_JWE = 'Not applicable: no JWT is encrypted or nested, and such tokens are refused.';
