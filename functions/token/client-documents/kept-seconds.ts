// How long a document is kept (RFC 9111 section 5.2.2, within bounds of our own).

/** What changes in a document counts after a day at the latest (A135). */
const MAX_KEPT_SECONDS = 86_400;
/** Also where its host wants it asked for every time: no sign-in of a busy client is to wait for it. */
const MIN_KEPT_SECONDS = 60;
/** Where its host says nothing. */
const DEFAULT_KEPT_SECONDS = 3600;

/** @param headers names in lower case */
export function keptSeconds(headers: Readonly<Record<string, string>>): number {
  const directives = (headers['cache-control'] ?? '')
    .toLowerCase()
    .split(',')
    .map((part) => part.trim());
  if (directives.some((directive) => /^no-(store|cache)\b/.test(directive))) return MIN_KEPT_SECONDS;
  const [, written] = directives.map((directive) => /^max-age="?(\d{1,10})"?$/.exec(directive)).find((match) => match !== null) ?? [];
  if (written === undefined) return DEFAULT_KEPT_SECONDS;
  const age = /^\d{1,10}$/.test(headers.age ?? '') ? Number(headers.age) : 0;
  return Math.min(MAX_KEPT_SECONDS, Math.max(MIN_KEPT_SECONDS, Number(written) - age));
}
