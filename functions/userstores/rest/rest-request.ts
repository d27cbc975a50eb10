// The HTTP request of one call to a web service, from the entry, the secret, and what the user typed.

import type { RestUserstoreEntry } from '../../configuration/entries/userstore-entry.ts';
import type { OutboundRequest } from '../../outbound/outbound.ts';
import { Unavailable } from '../../shared/errors.ts';
import type { SecretMembers } from '../store-secret.ts';
import { fillTemplate, fillText, type PlaceholderValues } from '../templated-calls/fill-template.ts';

/** Call as the entry describes it, for a login or for a look-up. */
export type RestCall = Pick<RestUserstoreEntry, 'url' | 'method' | 'encoding' | 'request' | 'userCredentials'>;

/**
 * @param values `username`, `password`, `tenant`
 * @throws Unavailable where the secret lacks a member that the entry names, or is not meant for this service
 */
export function restRequest(
  { label, entry, call }: { readonly label: string; readonly entry: RestUserstoreEntry; readonly call: RestCall },
  values: PlaceholderValues,
  secret: SecretMembers,
): Omit<OutboundRequest, 'timeoutMs' | 'maxBytes'> {
  const url = urlOf(call.url, values);
  requireOwnService(label, url, secret);
  const secretValues = new Map([...secret].map(([name, value]): [string, string] => [`secret.${name}`, value]));
  const body = call.method === 'GET' ? undefined : bodyOf(call, new Map([...secretValues, ...values]));
  return {
    method: call.method,
    url,
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': CONTENT_TYPES[call.encoding] }),
      ...(call.userCredentials === 'basic' ? basicOf(values) : basicOf(secret)),
      ...ownHeaders(label, entry.headers, secretValues),
    },
    ...(body !== undefined && { body }),
    allowPlaintext: entry.allowPlaintext,
    allowPrivateAddress: entry.allowPrivateAddress,
    tls: tlsOf(entry.caPem, secret),
  };
}

const CONTENT_TYPES = { json: 'application/json', form: 'application/x-www-form-urlencoded' } as const;

function bodyOf({ encoding, request }: RestCall, values: PlaceholderValues): string {
  const filled = fillTemplate(request, values);
  if (encoding === 'json') return JSON.stringify(filled);
  return new URLSearchParams(Object.entries(filled ?? {}).map(([name, value]): [string, string] => [name, String(value)])).toString();
}

/** The password is not among what a URL may hold, whatever the template says. */
function urlOf(template: string, values: PlaceholderValues): string {
  const inPath = [...values].filter(([name]) => name !== 'password');
  return fillText(template, new Map(inPath.map(([name, value]): [string, string] => [name, encodeURIComponent(value.toWellFormed())])));
}

/** A secret may say whom it is for (`urls`): whoever can write the entry can't have it sent elsewhere then (A16). */
function requireOwnService(label: string, url: string, secret: SecretMembers): void {
  const urls = secret
    .get('urls')
    ?.split(/\s+/)
    .filter((listed) => listed !== '');
  const origin = URL.parse(url)?.origin;
  if (urls !== undefined && !urls.some((listed) => URL.parse(listed)?.origin === origin))
    throw new Unavailable(label, 'secret-of-another-service', { neverSent: true });
}

function ownHeaders(label: string, headers: RestUserstoreEntry['headers'], values: PlaceholderValues): Readonly<Record<string, string>> {
  const own = Object.entries(headers).map(([name, value]): [string, string] => [name.toLowerCase(), fillText(value, values)]);
  if (own.some(([, value]) => value.includes('{secret.'))) throw new Unavailable(label, 'secret-incomplete', { neverSent: true });
  return Object.fromEntries(own);
}

/** RFC 7617, in UTF-8. */
function basicOf(credentials: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const username = credentials.get('username');
  const password = credentials.get('password');
  if (username === undefined || password === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

function tlsOf(ca: string | undefined, secret: SecretMembers): NonNullable<OutboundRequest['tls']> {
  const cert = secret.get('clientCertificatePem');
  const key = secret.get('clientKeyPem');
  return { ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) };
}
