// User names as they are typed: `userx@my_company`, `bob@example.com@my_company`, `EXTERNAL/userx@my_company`.

import { lateExpression } from '../shared/late-expression.ts';

/** A name that was taken apart. `name` is in NFKC; compare and count by `canonicalName`. */
export interface Username {
  /** The one store that is to be asked; absent: all, in order. */
  readonly domain: string | undefined;
  readonly name: string;
  /** What follows the last `@`, in lower case; absent: the client's tenant. */
  readonly tenant: string | undefined;
}

const MAX_USERNAME_CHARACTERS = 512;

const unseenCharacter = lateExpression(String.raw`[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]`, 'u');
const latinLetter = lateExpression(String.raw`\p{Script=Latin}`, 'gu');
const mark = lateExpression(String.raw`\p{M}`, 'gu');
const structuralCharacter = lateExpression(String.raw`[%/@\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]`, 'gu');

/**
 * Takes a typed name apart. Undefined for what no store may be asked: control and format characters, blanks at
 * either end (directories ignore them, which would fork the counter, A07), an empty name, over 512 characters.
 */
export function parseUsername(typed: string): Username | undefined {
  if (typed.length > MAX_USERNAME_CHARACTERS) return undefined;
  const normalised = typed.normalize('NFKC');
  if (normalised.length > MAX_USERNAME_CHARACTERS || unseenCharacter().test(normalised)) return undefined;
  const slash = normalised.indexOf('/');
  const at = normalised.lastIndexOf('@');
  const domain = slash > 0 && slash < (at === -1 ? normalised.length : at) ? normalised.slice(0, slash).toUpperCase() : undefined;
  const rest = domain === undefined ? normalised : normalised.slice(slash + 1);
  const tenantAt = rest.lastIndexOf('@');
  const name = tenantAt === -1 ? rest : rest.slice(0, tenantAt);
  const tenant = tenantAt === -1 ? undefined : rest.slice(tenantAt + 1).toLowerCase();
  if (name === '' || name.trim() !== name || tenant === '') return undefined;
  return { domain, name, tenant };
}

/** The form of a name in which names are compared. */
export function canonicalName(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

/** Letters that Unicode does not take apart, and that collations without accents compare like these. */
const BASE_LETTERS: ReadonlyMap<string, string> = new Map(
  Object.entries({ ø: 'o', ł: 'l', đ: 'd', ð: 'd', ħ: 'h', æ: 'ae', œ: 'oe', ς: 'σ' }),
);
const BASE_LETTER = new RegExp(`[${[...BASE_LETTERS.keys()].join('')}]`, 'gu');

/**
 * The name as a store may compare it that looks at letters alone, as databases do with collations without accents:
 * without case, width, accents of Latin letters, and blanks more than one (A97). Users are known by it where a store
 * neither names them itself nor has an id of them.
 */
export function foldedName(name: string): string {
  // By way of capitals, which brings ß and ı to what they are compared with.
  const letters = canonicalName(name).toUpperCase().toLowerCase().normalize('NFC');
  return (
    letters
      .replace(latinLetter(), (letter) => letter.normalize('NFD').replace(mark(), ''))
      .replace(BASE_LETTER, (letter) => BASE_LETTERS.get(letter) ?? letter)
      // A mark that is left of these is part of no letter: nothing is written with it.
      .replace(/[\u0300-\u036F]/gu, '')
      .replace(/\s+/gu, ' ')
  );
}

/** The name as failed attempts are counted by: coarser yet, since for a count it does no harm to take two names for one. */
export function countedName(name: string): string {
  return foldedName(name).normalize('NFKD').replace(mark(), '').replace(/\s/gu, '');
}

/** `userx@my_company`; with its store in front where that is not the primary one. */
export function qualifiedName(user: { readonly tenant: string; readonly domain: string; readonly username: string }): string {
  const name = `${user.username}@${user.tenant}`;
  return user.domain === 'PRIMARY' ? name : `${user.domain}/${name}`;
}

/**
 * The `sub` of a user: as the qualified name, with the store's own unique id where it has one. The tenant is part
 * of it, so that no store can name a user of another tenant.
 */
export function subjectOf(user: {
  readonly tenant: string;
  readonly domain: string;
  readonly username: string;
  readonly id?: string | undefined;
  readonly subjectName?: string | undefined;
}): string {
  return qualifiedName({ ...user, username: user.id ?? user.subjectName ?? canonicalName(user.username) });
}

/**
 * The `domain` of users whom an issuer asserted. No userstore's domain has a colon, so no issuer, whatever it calls
 * itself, can name a user of a store (A53); and with `/` and `@` encoded, the first slash of a qualified name always
 * ends the domain and the last `@` always begins the tenant (A79): `issuer:https:%2F%2Fidp.example.org/alice@my_company`.
 *
 * @param issuer `iss` of a JWT, entityId of a SAML identity provider
 */
export function issuerDomain(issuer: string): string {
  return `issuer:${issuer.replace(structuralCharacter(), (character) => encodeURIComponent(character.toWellFormed()))}`;
}

/** The name of an asserted user as we keep it; undefined for what could be taken for another name (see `parseUsername`). */
export function parseAssertedName(name: unknown): string | undefined {
  if (typeof name !== 'string' || name === '' || name.length > MAX_USERNAME_CHARACTERS) return undefined;
  return unseenCharacter().test(name) || name.trim() !== name ? undefined : name;
}
