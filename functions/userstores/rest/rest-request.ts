// The HTTP request of one login at a web service, from the entry, the secret, and what the user typed.

import type { RestUserstoreEntry } from '../../shared/entries/userstore-entry.ts';
import { Unavailable } from '../../shared/errors.ts';
import type { OutboundRequest } from '../../shared/net/outbound.ts';
import { fillTemplate, fillText, type PlaceholderValues } from '../exchange/fill-template.ts';
import type { SecretMembers } from '../store-secret.ts';

/** @throws Unavailable where the secret lacks a member that the entry names */
export function restRequest(
  label: string,
  entry: RestUserstoreEntry,
  values: PlaceholderValues,
  secret: SecretMembers,
): Omit<OutboundRequest, 'timeoutMs' | 'maxBytes'> {
  const secretValues = new Map([...secret].map(([name, value]): [string, string] => [`secret.${name}`, value]));
  const { url, allowPlaintext, allowPrivateAddress } = entry;
  return {
    method: 'POST',
    url,
    headers: headersOf(label, entry, secret, secretValues),
    body: JSON.stringify(fillTemplate(entry.request, new Map([...secretValues, ...values]))),
    allowPlaintext,
    allowPrivateAddress,
  };
}

function headersOf(
  label: string,
  entry: RestUserstoreEntry,
  secret: SecretMembers,
  secretValues: PlaceholderValues,
): Readonly<Record<string, string>> {
  const own = Object.entries(entry.headers).map(([name, value]): [string, string] => [name.toLowerCase(), fillText(value, secretValues)]);
  if (own.some(([, value]) => value.includes('{secret.'))) throw new Unavailable(label, 'secret-incomplete');
  return { accept: 'application/json', 'content-type': 'application/json', ...basicAuthorization(secret), ...Object.fromEntries(own) };
}

/** RFC 7617, in UTF-8. */
function basicAuthorization(secret: SecretMembers): Readonly<Record<string, string>> {
  const username = secret.get('username');
  const password = secret.get('password');
  if (username === undefined || password === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}
