// The building blocks of the entry schemas: bounded strings, names and numbers as operators write them.

import * as v from 'valibot';
import { CONTROL_CHARACTERS } from '../../shared/control-characters.ts';
import { canonicalResource } from '../resource-uri.ts';

// Nothing ever changes a schema, so what many attributes have in common is made once: a cold start makes them all.

/** Any string. */
export const someString = v.string('a string');

const someNumber = v.number('a number');
const notEmpty = v.minLength<string, 1, string>(1, 'a string that is not empty');
const wholeNumber = v.integer<number, string>('a whole number');
const controlCharacter = new RegExp(`[${CONTROL_CHARACTERS}]`);
const noControlCharacters = v.check<string, string>((value) => !controlCharacter.test(value), 'no control characters');

/** Makes one schema for each limit. */
function oncePerLimit<S>(make: (max: number) => S): (max: number) => S {
  const made = new Map<number, S>();
  return (max) => {
    const schema = made.get(max) ?? make(max);
    made.set(max, schema);
    return schema;
  };
}

/** A string of 1 to `max` characters with no control characters. */
export const text = oncePerLimit((max) => v.pipe(someString, notEmpty, v.maxLength(max, `at most ${max} characters`), noControlCharacters));

/** A string of 1 to `max` characters that may span lines, such as a PEM or a JSON template. */
export const multilineText = oncePerLimit((max) => v.pipe(someString, notEmpty, v.maxLength(max, `at most ${max} characters`)));

/** A whole number between `min` and `max`. */
export const whole = (min: number, max: number) =>
  v.pipe(someNumber, wholeNumber, v.minValue(min, `at least ${min}`), v.maxValue(max, `at most ${max}`));

/** A list of at most `max` items. */
export const listOf = <S extends v.GenericSchema>(item: S, max: number) =>
  v.pipe(v.array(item, 'a list'), v.maxLength(max, `at most ${max} items`));

/** A map from bounded names to values. Read it with `Object.hasOwn` or turn it into a Map: its keys are an operator's. */
export const mapOf = <S extends v.GenericSchema>(value: S) => v.record(text(256), value, 'a map');

/** Tenant names are lower case, so that a name typed with capitals finds the same tenant. */
export const tenantName = v.pipe(
  someString,
  v.regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'a tenant name: lower-case letters, digits, ".", "_" and "-", at most 63'),
);

/** The capitals before the slash of `EXTERNAL/userx`. */
export const userstoreDomain = v.pipe(
  someString,
  v.regex(/^[A-Z0-9][A-Z0-9_.-]{0,31}$/, 'a userstore domain: capitals, digits, "_", "." and "-", at most 32'),
  v.notValue('PRIMARY', 'a domain other than PRIMARY, which is the Users table'),
);

/** scope-token of RFC 6749 section 3.3. */
export const scopeToken = v.pipe(
  someString,
  v.regex(/^[\x21\x23-\x5B\x5D-\x7E]{1,128}$/, 'a scope token as in RFC 6749 section 3.3, at most 128 characters'),
);

/** A scope token, or the beginning of some with `*` at its end: `device_*`. */
export const scopePattern = v.pipe(
  someString,
  v.regex(/^[\x21\x23-\x29\x2B-\x5B\x5D-\x7E]{1,127}\*?$/, 'a scope token, or the beginning of some and "*", such as device_*'),
);

/** An absolute path without a trailing slash, such as `/pizzashack/1.0.0`. The root is not written, so that it has one spelling. */
export const contextPath = v.pipe(
  someString,
  v.regex(
    /^(\/[A-Za-z0-9._~-]{1,64}){1,8}$/,
    'a path such as /pizzashack/1.0.0, with no slash at its end, or no context at all for the root of the API',
  ),
);

/**
 * A redirect URI (RFC 6749 section 3.1.2, RFC 8252 section 7): absolute, with no fragment and nobody's name in it. https,
 * http on a loopback address alone, or a scheme of an application's own, which has a dot in it.
 */
export const redirectUri = v.pipe(
  someString,
  v.regex(/^[\x21\x24-\x3B\x3D\x3F-\x5B\x5D\x5F\x61-\x7A\x7E]{1,2048}$/, 'a URI of printable ASCII with no fragment'),
  v.check(isRedirectUri, 'https://…, http://127.0.0.1/…, http://[::1]/… or a scheme such as com.example.app:/callback'),
);

function isRedirectUri(uri: string): boolean {
  const url = URL.parse(uri);
  if (url === null || url.username !== '' || url.password !== '' || /(^|\/)\.\.?($|[/?])/.test(uri)) return false;
  // A browser takes `https:host` for a path of the page that it is on.
  if (/^https?:/.test(url.protocol) && !/^https?:\/\/[^/]/i.test(uri)) return false;
  if (url.protocol === 'https:') return true;
  if (url.protocol === 'http:') return ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  return /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:$/.test(url.protocol);
}

/** Host of a URL as it is compared: a name in ASCII and lower case, and a port where it is not that of https. */
export const hostOfUrl = v.pipe(
  someString,
  v.regex(/^([a-z0-9.-]{1,253}|\[::1\])(:[1-9]\d{0,4})?$/, 'a host in lower case such as agents.example.com, with no https:// and no path'),
);

/** An https URL with no user and password in it. */
export const httpsUrl = v.pipe(
  someString,
  v.maxLength(2048, 'at most 2048 characters'),
  v.check((value) => {
    const url = URL.parse(value);
    return url?.protocol === 'https:' && url.username === '' && url.password === '';
  }, 'an https URL'),
);

/** URI of a resource (RFC 8707) in its one spelling, so that it can be compared as it is. */
export const resourceUri = v.pipe(
  someString,
  v.regex(/^https?:\/\/[\x21\x22\x24-\x3E\x40-\x5B\x5D-\x7E]{1,504}$/, 'a URI such as https://api.example.com/orders, with no query'),
  v.check(
    (uri) => canonicalResource(uri) === uri,
    'https://…, or http:// on a loopback address: host in lower case, no user, no default port, no slash after the host alone',
  ),
);

/** The same for the URL of a document or of an issuer, in characters that stand in a quoted string as they are (RFC 9110 section 5.6.4). */
export const discoveryUrl = v.pipe(
  resourceUri,
  v.check((url) => !/["\\]/.test(url), 'no quotes in it'),
);

/** The id that API Gateway gives an API. */
export const apiId = v.pipe(someString, v.regex(/^[a-zA-Z0-9]{1,64}$/, 'the id that API Gateway gave the API'));

/** Stage of an API of API Gateway. */
export const stageName = v.pipe(someString, v.regex(/^(\$default|[A-Za-z0-9_-]{1,128})$/, 'the name of a stage'));

/** Seconds since 1970-01-01T00:00:00Z. */
export const epochSeconds = whole(0, 100_000_000_000);

/** A Lambda function, with or without a version or alias. */
export const functionArn = v.pipe(
  someString,
  v.regex(
    /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9-_]{1,64}(:[A-Za-z0-9-_$]{1,128})?$/,
    'the ARN of a Lambda function',
  ),
);

/** What `handler#` names a function and a rule calls it by. */
export const handlerName = v.pipe(someString, v.regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, "_" and "-", at most 64'));

/** `active` serves, `suspended` is refused everywhere. */
export const status = v.picklist(['active', 'suspended'], 'active or suspended');

/** Nothing unless the operator writes one of the two. */
export const trueOrFalse = v.boolean('true or false');

/** Off unless the operator writes `true`. */
export const offByDefault = v.optional(trueOrFalse, false);

/** On unless the operator writes `false`. */
export const onByDefault = v.optional(trueOrFalse, true);

/** What we sign with, by either name of Ed25519 (RFC 9864). Our tokens and our JWK Set call it EdDSA, which every library knows. */
export const ownAlgorithm = v.pipe(
  v.picklist(['RS256', 'ES256', 'Ed25519', 'EdDSA'], 'RS256, ES256 or Ed25519'),
  v.transform((name) => (name === 'Ed25519' ? 'EdDSA' : name)),
);
