// JSON as others send it (RFC 8259): by any of its media types, and with a byte order mark or without.

/** `application/json`, what ends in `+json` (RFC 6839 section 3.1), and what servers sent before: `text/json`, `application/x-json`. */
export function isJsonMediaType(contentType: string | undefined): boolean {
  return /^\s*[^\s;/]+\/(x-|[^\s;/]+\+)?json\s*(;|$)/i.test(contentType ?? '');
}

/**
 * Undefined for what is no JSON, which no JSON comes to.
 *
 * @param reviver as of JSON.parse
 */
export function parseJsonBody(
  body: string,
  reviver?: (name: string, value: unknown, context?: { readonly source?: string }) => unknown,
): unknown {
  try {
    return JSON.parse(body.replace(/^\uFEFF/, ''), reviver);
  } catch {
    return undefined;
  }
}
