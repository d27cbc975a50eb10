// JSON as others send it (RFC 8259 section 8.1): a byte order mark in front of it is left out.

/** Undefined for what is no JSON, which no JSON comes to. */
export function parseJsonBody(body: string): unknown {
  try {
    return JSON.parse(body.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
