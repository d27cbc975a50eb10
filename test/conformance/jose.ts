// The rows of RFC 7517, 7519 and 8725: keys and tokens, our own and those of others.

import { DUTY_OF_SPECIFICATIONS, NO_JWE, TLS_BY_API_GATEWAY } from './reasons.ts';
import { type Row, rowsOf } from './row.ts';

const TOKENS = 'attacks/jwt-tokens.test.ts';
const CLAIMS = 'attacks/jwt-claims.test.ts';
const KEYS = 'attacks/jwt-keys.test.ts';
const KEY_SETS = 'attacks/jwt-key-sets.test.ts';
const ASSERTIONS = 'attacks/jwt-assertions.test.ts';
const ISSUE = 'functions/token/issue-token.test.ts';
const JWT_BEARER = 'functions/token/grants/jwt-bearer.test.ts';
const ROTATION = 'functions/token/key-rotation.test.ts';
const USERNAME = 'functions/configuration/username.test.ts';

const LAST_OF_KEYS = 'of two members of one name the last counts (RFC 7517 section 4)';
const LAST_OF_CLAIMS = 'of two members of one name the last counts, in header and claims';
const UNKNOWN_MEMBERS = 'members that nobody knows are ignored, in a key and in a set (RFC 7517 sections 4 and 5)';
const NO_SET = 'A26 what is no set is refused, and what is no key is passed over';
const OTHER_USE = 'A26 a key for another use is passed over; one for encryption is nothing to tell of';
const PRIVATE_KEY = 'A26 a set with a private or a symmetric key is refused, whatever it calls itself';
const PUBLIC_KEYS = 'the service keys are public, and nothing of them is private';
const NO_X509_MEMBER =
  'Not applicable: x5u, x5c, x5t and x5t#S256 of a key are not looked at, and none is published; the key is its own members.';
const NO_ENCRYPTED_KEY = 'Not applicable: keys are not sent in JWEs; the private ones never leave Secrets Manager and the functions.';
const TIMES = 'times: expiry, nbf, iat and lifetime, to the second of the skew';
const NO_NUMBERS = 'A30 times that are no numbers';
const AUDIENCE = 'A31 the audience is one of ours, whole';
const IS_RFC_9068 = 'a JWT access token is what RFC 9068 says, and the published keys verify it';
const ALGORITHM = 'a tenant chooses the algorithm of its JWTs among those that deployments have keys for';
const ALLOWED = 'A23 the algorithm is one that the configuration allows, and one of the key';
const SPELLINGS = 'A27 blanks, padding, other alphabets, stray bits, other serialisations';
const EXTENSIONS = 'A29 extensions that must be understood, detached payloads, compression, encryption';
const UTF_8 = 'header and claims are JSON objects in UTF-8';
const ANY_BYTE = 'a change of any byte of a signed token is noticed';
const OTHER_TENANT = 'A53 an issuer of one tenant asserts nobody at another';
const OTHER_KIND = 'A33 an assertion of one kind is none of the other, and no token of ours is either';

export const RFC_7517: readonly Row[] = rowsOf('RFC 7517', [
  ['4', 'Names of members MUST be unique, and of two the last counts, or the key is rejected', KEYS, LAST_OF_KEYS],
  ['4', 'Members that are not understood MUST be ignored', KEYS, UNKNOWN_MEMBERS],
  ['4.1', '`kty` MUST be there', KEYS, NO_SET],
  ['4.2', 'A `use` other than sig is for something else', KEYS, OTHER_USE],
  ['4.3', 'Operations MUST NOT be there twice', 'Not applicable: a duty of those who write keys; ours have no key_ops.'],
  ['4.3', '`use` and `key_ops`, where both are there, MUST agree: key_ops may be verify alone, and use sig alone', KEYS, OTHER_USE],
  ['4.4', '`alg`, where it is, is the one algorithm of the key', TOKENS, ALLOWED],
  ['4.5', '`kid` is compared case by case', TOKENS, 'A25 kid is compared whole, and bounded'],
  [
    '4.5',
    'Keys of a set SHOULD have different kids',
    KEYS,
    'A26 of two keys of one kid the algorithm decides; two for one algorithm are told, and verify nothing',
  ],
  ['4.6', 'What x5u leads to MUST be a certificate, whose key MUST be this one', NO_X509_MEMBER],
  ['4.6', 'x5u MUST be fetched by TLS from a server that is validated', NO_X509_MEMBER],
  ['4.6', 'Other members MUST agree with the certificate of x5u, `use` and `alg` among them', NO_X509_MEMBER],
  ['4.7', 'The first certificate of x5c MUST be of this key, and other members MUST agree with it', NO_X509_MEMBER],
  ['4.8', 'The certificate of x5t MUST be of this key, and other members MUST agree with it', NO_X509_MEMBER],
  ['4.9', 'The certificate of x5t#S256 MUST be of this key, and other members MUST agree with it', NO_X509_MEMBER],
  ['4.6-4.9', 'A key that has these members is taken for what its other members say', KEYS, UNKNOWN_MEMBERS],
  ['5', 'A set MUST have `keys`, a list', KEYS, NO_SET],
  ['5', 'Names of members of a set MUST be unique, or the last one counts', KEYS, UNKNOWN_MEMBERS],
  ['5', 'Members of a set that are not understood MUST be ignored', KEYS, UNKNOWN_MEMBERS],
  [
    '5',
    'Keys of a type that is not understood SHOULD be ignored',
    KEYS,
    'A26 key types and curves that are not understood are passed over (RFC 7517 section 5)',
  ],
  [
    '5',
    'Keys that lack members or are out of range SHOULD be ignored',
    'Not met, by decision: a set with a weak, broken or private key is refused whole (A26, A28), since who publishes one cannot be trusted with the others.',
  ],
  ['7', 'Keys that are not public MUST be kept from others: none is published', ISSUE, PUBLIC_KEYS],
  ['7', 'An encrypted key MUST say `cty` jwk+json, an encrypted set jwk-set+json', NO_ENCRYPTED_KEY],
  ['9.2', 'Private and symmetric keys MUST be protected: none is published', ISSUE, PUBLIC_KEYS],
  [
    '9.2',
    'The same, where somebody put the private key in the wrong place',
    'functions/own-tokens/signing-keys.test.ts',
    'only public members are published, though somebody put the whole key where the public one belongs',
  ],
  ['9.2', 'The same: none is taken from others', KEYS, PRIVATE_KEY],
]);

export const RFC_7519: readonly Row[] = rowsOf('RFC 7519', [
  ['2', 'A NumericDate is a number, with or without a fraction', CLAIMS, TIMES],
  [
    '2',
    'A StringOrURI with a colon in it MUST be a URI',
    'Not met for the `sub` of a user whose id or name at the store has a colon, or is asserted by an issuer and has characters that URIs lack: APIs compare it as text, and encoding it would make it another.',
  ],
  ['4', 'Claim names MUST be unique, and of two the last counts, or the token is rejected', CLAIMS, LAST_OF_CLAIMS],
  ['4', 'Claims that are not understood MUST be ignored', JWT_BEARER, 'numbers and booleans become text'],
  ['4.1.2', '`sub` MUST be unique for its issuer', USERNAME, 'A79 no two users have one subject, whatever tenants, stores, names and ids'],
  ['4.1.3', 'Who takes a token MUST find itself in `aud`, or MUST reject it', CLAIMS, AUDIENCE],
  ['4.1.4', 'On or after `exp` the token MUST NOT be accepted', CLAIMS, TIMES],
  ['4.1.4', '`exp` MUST be a number', CLAIMS, NO_NUMBERS],
  ['4.1.5', 'Before `nbf` the token MUST NOT be accepted', CLAIMS, TIMES],
  ['4.1.5', '`nbf` MUST be a number', CLAIMS, NO_NUMBERS],
  ['4.1.6', '`iat` MUST be a number', CLAIMS, NO_NUMBERS],
  ['4.1.7', '`jti` MUST NOT be given twice, but for a negligible chance: 128 random bits', ISSUE, IS_RFC_9068],
  ['4.1.7', 'Ids of different issuers MUST NOT collide', ASSERTIONS, 'A35 the same jti in another assertion is refused, and not that of'],
  [
    '5.1',
    '`typ` is a media type, with or without application/',
    CLAIMS,
    'A33 typ is pinned; a media type is one whatever its case and prefix',
  ],
  ['5.2', '`cty` MUST be JWT in a token with another inside', NO_JWE],
  ['7.1', 'What is made MUST be a JWS or JWE, by all steps of RFC 7515: jose verifies it', ISSUE, IS_RFC_9068],
  ['7.1', 'A JWE MUST be made by all steps of RFC 7516', NO_JWE],
  ['7.2 (1)', 'Without a period the JWT MUST be rejected', JWT_BEARER, 'what is no JWT, or none that may be used, is refused'],
  ['7.2 (3)', 'A header that is not pure base64url: MUST be rejected', TOKENS, SPELLINGS],
  ['7.2 (4)', 'A header that is not JSON in UTF-8, an object: MUST be rejected', CLAIMS, UTF_8],
  ['7.2 (5)', 'A header with what is neither understood nor to be ignored: MUST be rejected', TOKENS, EXTENSIONS],
  ['7.2 (6)', 'Whether it is a JWS or a JWE is found out', TOKENS, EXTENSIONS],
  ['7.2 (7)', 'A JWS that RFC 7515 does not find valid: MUST be rejected', TOKENS, ANY_BYTE],
  ['7.2 (8)', 'A token inside a token MUST be validated, too', NO_JWE],
  ['7.2 (9)', 'Claims that are not pure base64url: MUST be rejected', TOKENS, SPELLINGS],
  ['7.2 (10)', 'Claims that are not JSON in UTF-8, an object: MUST be rejected', CLAIMS, UTF_8],
  ['7.2', 'A token whose algorithm is not accepted SHOULD be rejected', TOKENS, ALLOWED],
  ['7.3', 'Strings MUST be compared as JSON has it, by code points', CLAIMS, 'A32 iss is compared as a string'],
  [
    '8',
    'HS256 and none MUST be implemented',
    "Not met, by decision: RFC 8725 sections 3.1 and 3.2 came after; a key that verifies must not be able to sign, and an unsigned token is nobody's.",
  ],
  ['8', 'RS256 and ES256 are RECOMMENDED', ISSUE, ALGORITHM],
  ['8', 'Who encrypts MUST implement the five algorithms named', NO_JWE],
  ['10', 'Names of claims are registered by the rules of the registry', DUTY_OF_SPECIFICATIONS],
  ['12', 'What is private in a token MUST be kept from others: it travels by TLS', TLS_BY_API_GATEWAY],
  [
    '12',
    'The same, in logs',
    'attacks/running-system.ts',
    'A61 no token, password, secret or end-user JWT is in any line that the functions and the gateway wrote',
  ],
]);

export const RFC_8725: readonly Row[] = rowsOf('RFC 8725', [
  ['3.1', 'The caller MUST be able to say which algorithms it takes', TOKENS, ALLOWED],
  ['3.1', 'Other algorithms MUST NOT be used', TOKENS, ALLOWED],
  ['3.1', '`alg` MUST be the algorithm that is used', TOKENS, 'A23 an HMAC with the public key as its secret'],
  ['3.1', 'Each key MUST be used with one algorithm, and that MUST be checked', TOKENS, ALLOWED],
  ['3.2', 'Only sound algorithms MUST be allowed: none of encryption', KEYS, OTHER_USE],
  ['3.2', 'Only sound algorithms MUST be allowed: no HMAC', KEYS, PRIVATE_KEY],
  ['3.2', 'Algorithms MUST be replaceable', ISSUE, ALGORITHM],
  ['3.2', '`none` SHOULD NOT be taken unless asked for', TOKENS, 'A23 alg none, in any case'],
  ['3.3', 'Every cryptographic operation MUST be validated', TOKENS, ANY_BYTE],
  ['3.3', 'If one fails the whole token MUST be rejected', TOKENS, 'A43 ECDSA with r = s = 0, and other signatures that are none'],
  ['3.3', 'Of nested tokens both MUST be validated', NO_JWE],
  ['3.4', 'Points of ECDH-ES on the NIST curves MUST be validated', NO_JWE],
  ['3.4', 'Keys whose point is not on the curve are refused', KEYS, NO_SET],
  ['3.4', 'Curves other than those of JWA are refused', KEYS, 'A28 curves other than those of JWA'],
  ['3.5', 'Keys MUST have enough entropy', KEYS, 'A28 RSA keys below 2048 bits, and above 8192'],
  ['3.5', 'Passwords MUST NOT be keys of an HMAC: no key is symmetric', KEYS, PRIVATE_KEY],
  ['3.5', 'Keys change while tokens live', ROTATION, 'tokens signed by the previous key verify throughout a rotation'],
  ['3.6', 'Compression before encryption SHOULD NOT be done', TOKENS, EXTENSIONS],
  ['3.7', 'Header and claims MUST be UTF-8, and nothing else MUST be taken', CLAIMS, UTF_8],
  [
    '3.8',
    'Keys that are not of the issuer: the token MUST be rejected',
    TOKENS,
    'A23 a token signed by another key of the same type is refused',
  ],
  ['3.8', 'The same, between tenants', ASSERTIONS, OTHER_TENANT],
  [
    '3.8',
    'The subject MUST be valid for the issuer',
    ASSERTIONS,
    'A79 whatever an issuer and a subject are called, the user is one of that',
  ],
  ['3.9', '`aud` MUST be there where one issuer serves several', ISSUE, IS_RFC_9068],
  [
    '3.9',
    'The same: the end-user JWT names the API whose backend it is for',
    'functions/authorizer/end-user-jwt.test.ts',
    'A102 every JWT names the backend that it is for',
  ],
  ['3.9', 'A backend MUST reject one for another', 'pages/backends.test.ts', 'A102 the page’s code for Node with jose'],
  ['3.9', 'Without `aud`, or with that of another, the token MUST be rejected', CLAIMS, AUDIENCE],
  ['3.9', 'The same, without `aud`', CLAIMS, 'A30 exp, iat, sub, aud and iss are needed; jti where the caller says so'],
  ['3.10', '`kid` finds a key by its name alone', TOKENS, 'A25 kid is compared whole, and bounded'],
  ['3.10', '`jku` and `x5u` are not followed', TOKENS, 'A24 a key that the token brings, or points at, is not used'],
  ['3.10', 'Requests for keys are protected against SSRF', KEY_SETS, 'A38 private addresses, plain HTTP, redirects'],
  ['3.11', 'Explicit typing', CLAIMS, 'A33 typ is pinned; a media type is one whatever its case and prefix'],
  ['3.11', 'In a nested token the inner one MUST have the type', NO_JWE],
  ['3.12', 'Rules for kinds of tokens MUST exclude each other: assertions', ASSERTIONS, OTHER_KIND],
  [
    '3.12',
    'Rules for kinds of tokens MUST exclude each other: our own',
    'attacks/oauth-token-state.test.ts',
    'A33 no token of one kind passes',
  ],
]);
