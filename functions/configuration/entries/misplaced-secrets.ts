// Finds secrets that an operator put into an entry. Entries are read by people and printed by tools, so that a secret
// there is known to many; it is refused by its name or its form, and its value is said to nobody.

import type { EntryFault } from './entry-fault.ts';
import type { EntryKind } from './index.ts';

/** A fault whose place holds a secret. */
export interface MisplacedSecret extends EntryFault {
  readonly place: readonly string[];
}

/** Looked for in the small letters and digits of a name alone: `bind-password` and `bindPassword` are one. */
const SECRET_NAME = /(secret|password|passwd|passphrase|passcode|pwd|pw|privatekey|apikey|accesskey|token)$/;
const PART_OF_SECRET_NAME = /secret|password|passwd|passphrase|passcode|pwd|privatekey|apikey|accesskey|token/;
/** RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1. */
const SECRET_JWK_MEMBERS: ReadonlySet<string> = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']);
const SECRET_HEADERS: ReadonlySet<string> = new Set(['authorization', 'cookie']);
const PLACEHOLDER = /\{[a-zA-Z][a-zA-Z0-9_.-]{0,127}\}/;

/** Maps whose names are the operator's own and whose values are sent as they stand, to a service or in a JWT. */
const SENT_MAPS: { readonly [K in EntryKind]?: readonly string[] } = {
  userstore: ['headers', 'request', 'lookup.request'],
  client: ['attributes'],
  user: ['claims'],
};

const PLACE_OF_SECRETS: { readonly [K in EntryKind]?: string } = {
  userstore: 'it belongs in Secrets Manager, in the secret that secretId names, and where it is sent stands {secret.NAME}',
  client: 'secrets holds the SHA-256 of it; client create and client add-secret make one',
  user: 'passwordHash holds the hash of a password; user set-password makes one',
};

const lettersOf = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

const isSecretName = (name: string): boolean => SECRET_NAME.test(lettersOf(name));

/** Whether an attribute that no schema knows may hold a secret. */
export const mayHoldSecret = (name: string): boolean => PART_OF_SECRET_NAME.test(lettersOf(name)) || isSecretName(name);

/** What to say where an attribute of this kind is called like a secret, or holds one. */
export function expectedInPlaceOfSecret(kind: EntryKind): string {
  return `no secret in an entry: ${PLACE_OF_SECRETS[kind] ?? 'secrets belong in Secrets Manager'}`;
}

/** A value, and what it is called: items of a list are called as the list is. */
interface Found {
  readonly place: readonly string[];
  readonly name: string;
  readonly value: unknown;
  /** Below one of the maps that are sent. */
  readonly isSent: boolean;
}

/**
 * Secrets by their form anywhere, and by their name in free names and in the maps that are sent. An attribute that is
 * called like a secret and that no schema knows is found by `findUnknownAttributes`.
 */
export function findMisplacedSecrets(kind: EntryKind, attributes: unknown): MisplacedSecret[] {
  const secrets: MisplacedSecret[] = [];
  const sentMaps = SENT_MAPS[kind] ?? [];
  // A list of what is left to look at, and no recursion: an entry that is as deep as can be is read to its end.
  const left: Found[] = [{ place: [], name: '', value: attributes, isSent: false }];
  for (let found = left.pop(); found !== undefined; found = left.pop()) {
    const expected = expectedOf(kind, found);
    if (expected !== undefined) secrets.push({ place: found.place, path: found.place.join('.'), expected });
    else if (typeof found.value === 'object' && found.value !== null) left.push(...inside(found, found.value, sentMaps));
  }
  return secrets.sort((one, other) => (one.path < other.path ? -1 : 1));
}

function inside({ place, name, isSent }: Found, value: object, sentMaps: readonly string[]): Found[] {
  return Object.entries(value).map(([key, inner]) => {
    const innerPlace = [...place, key];
    return {
      place: innerPlace,
      name: Array.isArray(value) ? name : key,
      value: isSecretOfJwk(value, key) && inner !== null && inner !== '' ? SECRET_OF_JWK : inner,
      isSent: isSent || sentMaps.includes(innerPlace.join('.')),
    };
  });
}

/** Stands for the value of such a member, which nobody is to see. */
const SECRET_OF_JWK = Symbol('secret of a JWK');

const isSecretOfJwk = (jwk: object, name: string): boolean => SECRET_JWK_MEMBERS.has(name) && 'kty' in jwk && typeof jwk.kty === 'string';

function expectedOf(kind: EntryKind, { name, value, isSent }: Found): string | undefined {
  if (value === SECRET_OF_JWK) return 'no private and no symmetric key';
  if (name.startsWith('x-') && !isSent && isSecretName(name) && typeof value !== 'boolean') return expectedInPlaceOfSecret(kind);
  if (typeof value !== 'string') return undefined;
  if (/-----BEGIN [A-Z ]{0,32}PRIVATE KEY-----/.test(value)) return expectedInPlaceOfSecret(kind);
  if (isSent && value !== '' && !PLACEHOLDER.test(value) && isSentSecret(name)) return expectedInPlaceOfSecret(kind);
  return urlFault(value);
}

const isSentSecret = (name: string): boolean => isSecretName(name) || SECRET_HEADERS.has(name.toLowerCase());

/** User information (RFC 3986 section 3.2.1), and parameters that are called like a secret, are in every log on the way. */
function urlFault(value: string): string | undefined {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(value) || !/[@?]/.test(value)) return undefined;
  const url = URL.parse(value);
  if (url === null) return undefined;
  if (url.username !== '' || url.password !== '') return 'a URL without a user name and a password, which belong in Secrets Manager';
  const isSecret = ([name, given]: [string, string]): boolean => given !== '' && !PLACEHOLDER.test(given) && isSecretName(name);
  return [...url.searchParams].some(isSecret) ? 'a URL without a secret in its query, which belongs in Secrets Manager' : undefined;
}
