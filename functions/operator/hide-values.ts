// Makes a report fit for a terminal: every secret is taken out of it, whoever may have quoted it, a directory in its diagnostic
// or a service in its reply; and every character that a terminal would obey.

import * as v from 'valibot';
import type { SecretStore } from '../storage/stores.ts';
import { lineOf, unquote } from './quoted-text.ts';

const HIDDEN = '(hidden)';
/** Shorter ones would hide half of every report, and are no secrets. */
const MIN_CHARACTERS = 4;

/** Members of a secret that are no secrets, and that the report is to name. */
const OPEN_MEMBERS: ReadonlySet<string> = new Set(['bindDn', 'username', 'urls', 'allowPlaintext', 'clientCertificatePem']);

export function hideValues<T>(report: T, values: readonly string[]): T {
  const secrets = [...new Set(values.flatMap(formsOf))].filter((form) => form.length >= MIN_CHARACTERS).sort((a, b) => b.length - a.length);
  const hide = (text: string): string => secrets.reduce((shown, secret) => shown.replaceAll(secret, HIDDEN), text);
  return mapTexts(report, (text) => unquote(text, hide)) as T;
}

/** A secret as it may be quoted: on one line, and as JSON. */
const formsOf = (secret: string): readonly string[] => [secret, JSON.stringify(secret).slice(1, -1)].map(lineOf);

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mapTexts(inner, change)]));
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
