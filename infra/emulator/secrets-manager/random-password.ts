// A made-up value for a secret whose template has `GenerateSecretString`, by the options of GetRandomPassword.

import { randomInt } from 'node:crypto';
import * as v from 'valibot';
import { invalidParameter } from './versions.ts';

const flag = v.optional(v.boolean(), false);

const passwordOptions = v.object({
  PasswordLength: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4096)), 32),
  ExcludeCharacters: v.optional(v.string(), ''),
  ExcludeLowercase: flag,
  ExcludeNumbers: flag,
  ExcludePunctuation: flag,
  ExcludeUppercase: flag,
  IncludeSpace: flag,
  RequireEachIncludedType: v.optional(v.boolean(), true),
});

const pick = (characters: string): string => characters[randomInt(characters.length)] ?? '';

/** @throws SecretsManagerError InvalidParameterException */
export function randomPassword(input: unknown): { readonly RandomPassword: string } {
  const parsed = v.safeParse(passwordOptions, input);
  if (!parsed.success) throw invalidParameter(parsed.issues[0].message);
  const options = parsed.output;
  const kinds = [
    options.ExcludeLowercase ? '' : 'abcdefghijklmnopqrstuvwxyz',
    options.ExcludeUppercase ? '' : 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    options.ExcludeNumbers ? '' : '0123456789',
    options.ExcludePunctuation ? '' : '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
    options.IncludeSpace ? ' ' : '',
  ]
    .map((kind) => [...kind].filter((character) => !options.ExcludeCharacters.includes(character)).join(''))
    .filter((kind) => kind !== '');
  if (kinds.length === 0) throw invalidParameter('No characters are left to make a password of.');
  const required = options.RequireEachIncludedType ? kinds.map(pick) : [];
  if (required.length > options.PasswordLength) throw invalidParameter('The password length is too short for the required types.');
  const characters = [...required, ...Array.from({ length: options.PasswordLength - required.length }, () => pick(kinds.join('')))];
  for (let at = characters.length - 1; at > 0; at--) {
    const other = randomInt(at + 1);
    [characters[at], characters[other]] = [characters[other] ?? '', characters[at] ?? ''];
  }
  return { RandomPassword: characters.join('') };
}
