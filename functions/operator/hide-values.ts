// Takes every secret out of a report, whoever may have quoted it: a directory in its diagnostic, a service in its reply.

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
  return mapTold(report, (text) => secrets.reduce((shown, secret) => shown.replaceAll(secret, HIDDEN), text)) as T;
}

function mapTold(value: unknown, change: (text: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => mapTold(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      TOLD.has(name) && typeof inner === 'string' ? change(inner) : mapTold(inner, change),
    ]),
  );
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
