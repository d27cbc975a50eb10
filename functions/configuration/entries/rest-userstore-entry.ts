// The attributes of a userstore of type `rest`, and what must hold between them.

import * as v from 'valibot';
import type { EntryFault } from './entry-fault.ts';
import { mapOf, multilineText, offByDefault, text } from './fields.ts';
import { lookupAttributes, lookupCrossFieldFaults, templatedAttributes } from './templated-userstore-entry.ts';

/** What HTTP or the connection itself says is not for an entry to set. */
const FIXED_HEADERS: ReadonlySet<string> = new Set(
  'accept-encoding connection content-length expect host keep-alive proxy-authorization te trailer transfer-encoding upgrade'.split(' '),
);

const headers = v.pipe(
  mapOf(v.pipe(text(1024), v.regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'characters that a header can carry'))),
  v.check((map) => Object.keys(map).every((name) => /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/.test(name)), 'names of headers'),
  v.check((map) => !Object.keys(map).some((name) => FIXED_HEADERS.has(name.toLowerCase())), 'no header that the connection itself needs'),
);

const encoding = v.picklist(['json', 'form'], 'json or form');
const method = v.picklist(['POST', 'GET'], 'POST or GET');

/** https, unless `allowPlaintext`. After the host it may hold `{username}` and `{tenant}`. */
const serviceUrl = v.pipe(
  text(2048),
  v.check((url) => !/\{(password|secret)/.test(url), 'no password and no secret in a URL, which everybody on its way writes into logs'),
  // The URL parser also takes `https:/host` and `https:\\host`.
  v.check((url) => !/^[^:]*:[/\\]*[^/\\]*\{/.test(url), 'no placeholder in the host'),
);

export const restAttributes = {
  url: serviceUrl,
  allowPlaintext: offByDefault,
  allowPrivateAddress: offByDefault,
  caPem: v.optional(multilineText(65_536)),
  headers: v.optional(headers, {}),
  method: v.optional(method, 'POST'),
  encoding: v.optional(encoding, 'json'),
  userCredentials: v.optional(v.picklist(['body', 'basic'], 'body or basic'), 'body'),
  ...templatedAttributes,
  lookup: v.optional(
    v.object({ url: serviceUrl, method: v.optional(method, 'POST'), encoding: v.optional(encoding, 'json'), ...lookupAttributes }),
  ),
};

interface RestEntry {
  readonly method: 'POST' | 'GET';
  readonly encoding: 'json' | 'form';
  readonly userCredentials: 'body' | 'basic';
  readonly request: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly lookup?: { readonly encoding: 'json' | 'form'; readonly request: Readonly<Record<string, unknown>> } | undefined;
}

/** Faults between attributes that are well formed one by one. */
export function restCrossFieldFaults(entry: RestEntry): readonly (EntryFault | false)[] {
  const isFlat = (request: Readonly<Record<string, unknown>>): boolean =>
    Object.values(request).every((value) => ['string', 'number', 'boolean'].includes(typeof value));
  const setsAuthorization = Object.keys(entry.headers).some((name) => name.toLowerCase() === 'authorization');
  return [
    entry.method === 'GET' &&
      entry.userCredentials === 'body' && { path: 'method', expected: 'POST, since GET has no body for the password' },
    entry.userCredentials === 'basic' &&
      setsAuthorization && { path: 'headers', expected: 'no Authorization, which carries the user’s credentials' },
    entry.encoding === 'form' && !isFlat(entry.request) && { path: 'request', expected: 'a flat map of strings, as a form is' },
    entry.lookup?.encoding === 'form' &&
      !isFlat(entry.lookup.request) && { path: 'lookup.request', expected: 'a flat map of strings, as a form is' },
    ...lookupCrossFieldFaults(entry),
  ];
}
