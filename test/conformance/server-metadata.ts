// The rows of RFC 8414 (metadata of authorization servers).

import { DUTY_OF_THE_CLIENT, TLS_BY_API_GATEWAY } from './reasons.ts';
import { type Row, rowsOf } from './row.ts';

const METADATA = 'functions/token/metadata.test.ts';
const INFRA = 'infra/functions.test.ts';
const OAUTH4WEBAPI = 'clients/oauth4webapi.test.ts';
const BELOW_THE_ISSUER = 'the issuer is the configured one, and every endpoint lies below it';
const NO_RESPONSE_TYPE = 'the only response type is code, with PKCE by S256';
const ALGORITHMS = 'signing algorithms are named wherever private_key_jwt is, and none of them is none';
const METHODS = 'client authentication is named for each endpoint, and none of it for introspection is `none`';
const BOTH = 'both documents are the same, public and cacheable';
const HTTPS_ISSUER = 'an issuer is an https URL as RFC 8414 wants it, or is refused';
const DISCOVERY = 'oauth4webapi: discovery, password, userinfo, introspection, renewal, revocation';
const SPELLING = 'a known grant in another spelling: ';
const NO_SIGNED_METADATA = 'Not applicable: there is no signed_metadata.';

export const RFC_8414: readonly Row[] = rowsOf('RFC 8414', [
  ['2', '`issuer` is REQUIRED', METADATA, BELOW_THE_ISSUER],
  ['2', 'The issuer is an https URL without query and fragment', INFRA, HTTPS_ISSUER],
  ['2', '`authorization_endpoint` is REQUIRED unless no grant uses it: none does', METADATA, NO_RESPONSE_TYPE],
  ['2', '`token_endpoint` is REQUIRED', METADATA, BELOW_THE_ISSUER],
  ['2', '`jwks_uri` MUST be https: it lies below the issuer', METADATA, BELOW_THE_ISSUER],
  [
    '2',
    '`use` is REQUIRED of all keys where some sign and some encrypt: all sign, and all say so',
    'functions/token/issue-token.test.ts',
    'the service keys are public, and nothing of them is private',
  ],
  ['2', '`response_types_supported` is REQUIRED', METADATA, NO_RESPONSE_TYPE],
  ['2', '`grant_types_supported` names what works', METADATA, 'every grant that is named is one that the endpoint knows'],
  ['2', 'Authentication methods of the token endpoint are those that work', METADATA, METHODS],
  ['2', 'Signing algorithms of the token endpoint MUST be named with private_key_jwt', METADATA, ALGORITHMS],
  ['2', 'Among them MUST NOT be `none`', METADATA, ALGORITHMS],
  ['2', 'Signing algorithms of revocation MUST be named with private_key_jwt', METADATA, ALGORITHMS],
  ['2', 'Among them MUST NOT be `none`: revocation', METADATA, ALGORITHMS],
  ['2', 'Signing algorithms of introspection MUST be named with private_key_jwt', METADATA, ALGORITHMS],
  ['2', 'Among them MUST NOT be `none`: introspection', METADATA, ALGORITHMS],
  ['2', 'Without methods for introspection they MUST be found otherwise: they are named', METADATA, METHODS],
  ['2.1', 'signed_metadata MUST be signed, and MUST have `iss`', NO_SIGNED_METADATA],
  ['2.1', 'What is signed MUST come before what is not', NO_SIGNED_METADATA],
  ['3', 'The document MUST be at the well-known path', METADATA, BOTH],
  ['3', 'The same, for a client that looks for it', OAUTH4WEBAPI, DISCOVERY],
  ['3', 'The path MUST be served by https', TLS_BY_API_GATEWAY],
  ['3', 'The suffix MUST be registered, and be the one that the application says: RFC 8414 and OpenID Connect', METADATA, BOTH],
  ['3.1', 'The document MUST be asked for by GET', METADATA, 'keys and metadata answer HEAD as they answer GET, with no body'],
  [
    '3.1',
    'With an issuer that has a path, the well-known part MUST come before that path: a custom domain',
    METADATA,
    'a tenant’s own document has what an agent looks for, at each of its places',
  ],
  [
    '3.1',
    'The same at the address of API Gateway',
    'Not met at the default address of API Gateway, where the first segment is the stage: /.well-known/openid-configuration after the issuer works everywhere (OpenID Connect Discovery section 4).',
  ],
  ['3.1', 'A slash at the end of the issuer MUST be taken away: no issuer has one', INFRA, HTTPS_ISSUER],
  ['3.2', 'The answer MUST be 200 and application/json', METADATA, BOTH],
  [
    '3.2',
    'Claims without elements MUST be left out',
    'Not met for response_types_supported alone, which section 2 REQUIRES and which has nothing to name: an empty list breaks no client, a missing one does.',
  ],
  ['3.3', '`issuer` MUST be the one that was asked', OAUTH4WEBAPI, DISCOVERY],
  ['3.3', 'A document with another issuer MUST NOT be used', DUTY_OF_THE_CLIENT],
  ['4', 'Strings MUST be compared by code points', 'functions/token/error-table.test.ts', SPELLING],
  ['4', 'Unicode normalization MUST NOT be applied', 'functions/token/error-table.test.ts', SPELLING],
  ['6.1', 'TLS 1.2 MUST be supported', TLS_BY_API_GATEWAY],
  ['6.1', 'Clients MUST check the certificate', DUTY_OF_THE_CLIENT],
  ['6.1', 'TLS MUST encrypt and keep what is sent whole', TLS_BY_API_GATEWAY],
  ['6.2', 'Clients MUST check certificates when they ask for metadata', DUTY_OF_THE_CLIENT],
  ['6.2', 'Clients MUST compare the issuer that they asked with the one in the document', DUTY_OF_THE_CLIENT],
  [
    '6.2',
    'The issuer comes from configuration, so that no request can change it',
    'attacks/oauth-token-endpoint.test.ts',
    'A63 no header of the request gets into the issuer, a link or a challenge',
  ],
]);
