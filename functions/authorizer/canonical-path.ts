// Canonical paths: a request path must mean one thing only, since what a rule is matched against must be what the
// backend serves (A70).

import { CONTROL_CHARACTERS } from '../shared/control-characters.ts';

const PERCENT = 0x25;
const DOT = 0x2e;
const SLASH = 0x2f;
const BLANK = 0x20;

/** `*` and `?` are wildcards in a policy (A68), `;` begins parameters, `\` is a slash to some, `#` begins a fragment. */
const REFUSED: ReadonlySet<number> = new Set([...'*?;\\#"<>^`{|}'].map((character) => character.charCodeAt(0)));

/** Encoded, these could become a separator, a dot, a wildcard or another encoding at the backend; so could any control character. */
const REFUSED_ENCODED: ReadonlySet<number> = new Set([...'/\\;?#%*'].map((character) => character.charCodeAt(0)));

/** Normalised, these characters become ones that must not be there, such as U+FF0F. */
const BECOMES_SYNTAX = new RegExp(String.raw`[./\\;%?*#${CONTROL_CHARACTERS}]`);

/**
 * True for an absolute path with no empty segment, no `.` or `..` segment, no character that is refused, and no
 * encoding that anybody could read in another way. A slash at the end is an empty segment.
 */
export function isCanonicalPath(path: string): boolean {
  if (path.charCodeAt(0) !== SLASH) return false;
  if (path.length === 1) return true;
  // Whoever parses it as a URL drops a blank at its end.
  if (path.charCodeAt(path.length - 1) === BLANK) return false;
  let segmentStart = 1;
  let isAscii = true;
  let isEncoded = false;
  for (let at = 1; at < path.length; at++) {
    const code = path.charCodeAt(at);
    if (code === SLASH) {
      if (!isSegment(path, segmentStart, at)) return false;
      segmentStart = at + 1;
    } else if (code < 0x20 || (code >= 0x7f && code < 0xa0) || REFUSED.has(code)) return false;
    else if (code === PERCENT) {
      if (!isPlainEncoding(path, at)) return false;
      isEncoded = true;
    } else if (code >= 0x80) isAscii = false;
  }
  return isSegment(path, segmentStart, path.length) && ((isAscii && !isEncoded) || isPlainUnicode(path));
}

function isSegment(path: string, start: number, end: number): boolean {
  const length = end - start;
  if (length === 0) return false;
  if (length > 2 || path.charCodeAt(start) !== DOT) return true;
  return length === 2 && path.charCodeAt(start + 1) !== DOT;
}

/** RFC 3986 section 2.1, but of nothing that needs no encoding (section 6.2.2.2): `%61dmin` would be a second `admin`. */
function isPlainEncoding(path: string, at: number): boolean {
  const high = hexDigit(path.charCodeAt(at + 1));
  const low = hexDigit(path.charCodeAt(at + 2));
  if (high === -1 || low === -1) return false;
  const code = high * 16 + low;
  return code >= 0x20 && code !== 0x7f && !REFUSED_ENCODED.has(code) && !isUnreserved(code);
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const upper = code & ~0x20;
  return upper >= 0x41 && upper <= 0x46 ? upper - 0x37 : -1;
}

/** RFC 3986 section 2.3. */
function isUnreserved(code: number): boolean {
  const lower = code | 0x20;
  return (
    (lower >= 0x61 && lower <= 0x7a) || (code >= 0x30 && code <= 0x39) || code === 0x2d || code === DOT || code === 0x5f || code === 0x7e
  );
}

/** Well-formed, encoded or not: `%c0%af` is a slash to a reader that is not strict. */
function isPlainUnicode(path: string): boolean {
  const decoded = decode(path);
  if (decoded === undefined || !decoded.isWellFormed()) return false;
  for (const character of decoded) {
    if (character > '\u007f' && BECOMES_SYNTAX.test(character.normalize('NFKC'))) return false;
  }
  return true;
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
