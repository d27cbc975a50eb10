// The media type of a form (RFC 9110 sections 8.3.1 and 5.6.6). Parameters that mean nothing here are ignored, empty ones
// too; a charset must be a name of UTF-8 or of what is a part of it.

const FORM = /^application\/x-www-form-urlencoded[ \t]*(?:;|$)/i;
/** What most clients send. */
const USUAL = 'application/x-www-form-urlencoded';
const MAX_CHARACTERS = 512;

/** One parameter: a token, and a token or a quoted string. */
const PARAMETER = /;[ \t]*(?:([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^;\s"]*)))?/g;

/**
 * Names of UTF-8, US-ASCII and ISO-8859-1 (IANA Character Sets; Encoding Standard section 4.2). A form is ASCII, and what
 * its escapes stand for is UTF-8 (RFC 6749 appendix B). Older HTTP clients for Java name ISO-8859-1 whatever they send;
 * where they mean it, the escapes are no UTF-8 and the request is refused.
 */
const CHARSETS: ReadonlySet<string> = new Set([
  ...['utf-8', 'utf8', 'utf_8', 'csutf8', 'unicode-1-1-utf-8', 'unicode11utf8', 'unicode20utf8', 'x-unicode20utf8'],
  ...['us-ascii', 'ascii', 'us', 'iso646-us', 'iso-ir-6', 'ansi_x3.4-1968', 'ansi_x3.4-1986', 'iso_646.irv:1991'],
  ...['ibm367', 'cp367', 'csascii'],
  ...['iso-8859-1', 'iso8859-1', 'iso88591', 'iso_8859-1', 'iso_8859-1:1987', 'iso-ir-100', 'latin1', 'l1', 'ibm819'],
  ...['cp819', 'csisolatin1'],
]);

/** Whether a `Content-Type` says that the body is a form which can be read as UTF-8. */
export function isForm(contentType: string): boolean {
  if (contentType === USUAL) return true;
  const trimmed = contentType.trim();
  if (trimmed.length > MAX_CHARACTERS || !FORM.test(trimmed)) return false;
  for (const [, name, quoted, plain] of trimmed.matchAll(PARAMETER)) {
    if (name?.toLowerCase() !== 'charset') continue;
    const charset = (quoted ?? plain ?? '').replaceAll(/\\(.)/g, '$1').toLowerCase();
    if (charset !== '' && !CHARSETS.has(charset)) return false;
  }
  return true;
}
