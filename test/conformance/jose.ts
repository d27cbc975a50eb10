// The rows of RFC 7517, 7519 and 8725: keys and tokens, our own and those of others.

import { type Row, rowsOf } from './row.ts';

const TOKENS = 'attacks/jwt-tokens.test.ts';
const CLAIMS = 'attacks/jwt-claims.test.ts';
const KEYS = 'attacks/jwt-keys.test.ts';
const KEY_SETS = 'attacks/jwt-key-sets.test.ts';
const ASSERTIONS = 'attacks/jwt-assertions.test.ts';
const ISSUE = 'functions/token/issue-token.test.ts';
const ROTATION = 'functions/token/key-rotation.test.ts';

export const RFC_7517: readonly Row[] = rowsOf('RFC 7517', [
  ['4', 'Member names within a JWK MUST be unique, or the last one counts', KEYS, 'of two members of one name the last counts'],
  ['4', 'Members that are not understood MUST be ignored', KEYS, 'A26 key types that are not understood are passed over'],
  ['4.1', 'kty MUST be present', KEYS, 'A26 what is no set, or no key, is refused'],
  ['4.2', '`use` other than sig is for something else', KEYS, 'A26 a set with a key for another use is refused'],
  ['4.3', '`use` and `key_ops` MUST agree', KEYS, 'A26 a set with a key for another use is refused'],
  [
    '4.4',
    '`alg`, where it is, is the one algorithm of the key',
    TOKENS,
    'A23 the algorithm is one that the configuration allows, and one of the key',
  ],
  ['4.5', 'kid is compared case by case; keys of a set SHOULD have different ones', TOKENS, 'A25 kid is compared whole, and bounded'],
  ['5', 'A JWK Set MUST have `keys`', KEYS, 'A26 what is no set, or no key, is refused'],
  [
    '5',
    'Keys of a type that is not understood, or out of range, SHOULD be ignored',
    KEYS,
    'A26 key types that are not understood are passed over',
  ],
  [
    '9.2',
    'Private and symmetric keys MUST be protected: none is published, none is taken',
    ISSUE,
    'the service keys are public, and nothing of them is private',
  ],
]);

export const RFC_7519: readonly Row[] = rowsOf('RFC 7519', [
  ['2', 'NumericDate is a number, with or without a fraction', CLAIMS, 'times: expiry, nbf, iat and lifetime'],
  ['4', 'Claim names MUST be unique, or the last one counts', CLAIMS, 'of two members of one name the last counts'],
  ['4', 'Claims that are not understood MUST be ignored', 'functions/token/grants/jwt-bearer.test.ts', 'numbers and booleans become text'],
  ['4.1.3', 'Who is not in aud MUST reject the token', CLAIMS, 'A31 the audience is one of ours, whole'],
  ['4.1.4', 'On or after exp the token MUST NOT be accepted', CLAIMS, 'times: expiry, nbf, iat and lifetime'],
  ['4.1.5', 'Before nbf the token MUST NOT be accepted', CLAIMS, 'times: expiry, nbf, iat and lifetime'],
  ['4.1.7', 'jti MUST be unique', ISSUE, 'a JWT access token is what RFC 9068 says'],
  [
    '5.1',
    'typ is a media type, with or without application/',
    CLAIMS,
    'A33 typ is pinned; a media type is one whatever its case and prefix',
  ],
  [
    '7.2',
    'A period, base64url without line breaks, UTF-8, JSON: otherwise the JWT MUST be rejected',
    TOKENS,
    'A27 blanks, padding, other alphabets, stray bits, other serialisations',
  ],
  [
    '7.2 (4)',
    'The header may have only parameters that are understood, or that may be ignored',
    TOKENS,
    'A29 extensions that must be understood',
  ],
  [
    '8',
    'HS256 and none MUST be implemented',
    "RFC 8725 sections 3.1 and 3.2 came after: a key that verifies must not be able to sign, and an unsigned token is nobody's.",
  ],
  ['8', 'RS256 and ES256 are RECOMMENDED', ISSUE, 'a tenant chooses the algorithm of its JWTs'],
]);

export const RFC_8725: readonly Row[] = rowsOf('RFC 8725', [
  [
    '3.1',
    'The caller MUST say which algorithms it takes, and no other MUST be used',
    TOKENS,
    'A23 the algorithm is one that the configuration allows, and one of the key',
  ],
  ['3.1', 'Each key MUST be used with exactly one algorithm', TOKENS, 'A23 an HMAC with the public key as its secret'],
  ['3.2', 'Only algorithms that are sound; `none` only where asked for', TOKENS, 'A23 alg none, in any case'],
  [
    '3.3',
    'All cryptographic operations MUST be validated, and one failure rejects the whole token',
    TOKENS,
    'a change of any byte of a signed token is noticed',
  ],
  ['3.4', 'Cryptographic inputs MUST be validated', KEYS, 'A26 what is no set, or no key, is refused'],
  ['3.5', 'Keys MUST have enough entropy', KEYS, 'A28 RSA keys below 2048 bits'],
  ['3.6', 'Compression before encryption SHOULD NOT be done', TOKENS, 'A29 extensions that must be understood'],
  ['3.7', 'UTF-8 MUST be used', CLAIMS, 'header and claims are JSON objects in UTF-8'],
  [
    '3.8',
    'The keys MUST belong to the issuer, and the subject MUST be valid for it',
    ASSERTIONS,
    'A53 an issuer of one tenant asserts nobody at another',
  ],
  ['3.9', 'aud MUST be there and MUST be checked', CLAIMS, 'A31 the audience is one of ours, whole'],
  [
    '3.10',
    'kid is not used to look things up, and jku and x5u are not followed',
    TOKENS,
    'A24 a key that the token brings, or points at, is not used',
  ],
  ['3.10', 'Requests for keys are protected against SSRF', KEY_SETS, 'A38 private addresses, plain HTTP, redirects'],
  ['3.11', 'Explicit typing', CLAIMS, 'A33 typ is pinned; a media type is one whatever its case and prefix'],
  ['3.12', 'Rules for different kinds of JWT MUST exclude each other', ASSERTIONS, 'A33 an assertion of one kind is none of the other'],
  ['3.5', 'Keys change while tokens live', ROTATION, 'tokens signed by the previous key verify throughout a rotation'],
]);
