// Makes a report fit for a terminal: every secret is taken out of it, whoever may have quoted it, a directory in its diagnostic
// or a service in its reply; and every character that a terminal would obey.

import * as v from 'valibot';
import type { SecretStore } from '../storage/stores.ts';

const HIDDEN = '(hidden)';
/** Shorter ones would hide half of every report, and are no secrets. */
const MIN_CHARACTERS = 4;

/** Members of a secret that are no secrets, and that the report is to name. */
const OPEN_MEMBERS: ReadonlySet<string> = new Set(['bindDn', 'username', 'urls', 'allowPlaintext', 'clientCertificatePem']);

/** What others said, or may have written: the rest of a report are words of ours, which a weak password may be one of. */
const TOLD: ReadonlySet<string> = new Set(['error', 'found', 'missing']);

export function hideValues<T>(report: T, values: readonly string[]): T {
  const secrets = [...new Set(values)].filter((value) => value.length >= MIN_CHARACTERS).sort((a, b) => b.length - a.length);
  const hide = (text: string): string => secrets.reduce((shown, secret) => shown.replaceAll(secret, HIDDEN), text);
  return mapTexts(report, (name, text) => (TOLD.has(name) ? hide(text) : text).replace(OBEYED, '\ufffd')) as T;
}

/** Control and format characters, and halves of characters. */
const OBEYED = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** @param name of the member that a text is, or that a list is which it stands in */
function mapTexts(value: unknown, change: (name: string, text: string) => string, name = ''): unknown {
  if (typeof value === 'string') return change(name, value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([member, inner]) => [member, mapTexts(inner, change, member)]));
}

const members = v.record(v.string(), v.unknown());

/** The same secrets, with the values noted that were read. */
export function watchSecrets(secrets: SecretStore): { readonly secrets: SecretStore; values(): readonly string[] } {
  const values: string[] = [];
  const note = (text: string): string => {
    const parsed = v.safeParse(members, parseOrNothing(text));
    for (const [name, value] of Object.entries(parsed.success ? parsed.output : {}))
      if (typeof value === 'string' && !OPEN_MEMBERS.has(name)) values.push(value);
    return text;
  };
  return {
    secrets: {
      readSecret: async (id) => note(await secrets.readSecret(id)),
      rereadSecret: async (id) => note(await secrets.rereadSecret(id)),
    },
    values: () => values,
  };
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
