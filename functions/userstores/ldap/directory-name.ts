// DNs as a directory writes them (RFC 4514), with any attribute type, brought to one form so that two writings of the
// same DN compare equal. For comparing alone: what is bound with is always the DN as the directory sent it (A03).

/** One attribute of an RDN: type in lower case, value without its escapes. */
interface NameAttribute {
  readonly type: string;
  readonly value: string;
}

/** Most specific first, as written. An RDN has several attributes where they are joined by `+`. */
type DirectoryName = readonly (readonly NameAttribute[])[];

/** RFC 4514 section 3: short names and the OIDs that stand for them. */
const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  ['2.5.4.3', 'cn'],
  ['2.5.4.6', 'c'],
  ['2.5.4.7', 'l'],
  ['2.5.4.8', 'st'],
  ['2.5.4.9', 'street'],
  ['2.5.4.10', 'o'],
  ['2.5.4.11', 'ou'],
  ['0.9.2342.19200300.100.1.1', 'uid'],
  ['0.9.2342.19200300.100.1.25', 'dc'],
]);

const TYPE = /^(?:oid\.)?([a-z][a-z0-9-]*|\d+(?:\.\d+)+)$/i;

/** Takes a name apart; undefined where it is none. The empty name has no RDNs. */
export function parseDirectoryName(text: string): DirectoryName | undefined {
  if (text.trim() === '') return [];
  const rdns: NameAttribute[][] = [[]];
  for (let at = 0; ; ) {
    const equals = text.indexOf('=', at);
    const type = equals === -1 ? undefined : TYPE.exec(text.slice(at, equals).trim())?.[1]?.toLowerCase();
    const value = type === undefined ? undefined : readValue(text, equals + 1);
    if (type === undefined || value === undefined) return undefined;
    rdns.at(-1)?.push({ type: SHORT_NAMES.get(type) ?? type, value: value.text });
    const separator = text[value.end];
    if (separator === undefined) return rdns;
    if (separator !== '+') rdns.push([]);
    at = value.end + 1;
  }
}

const VALUE_TOKEN = /\\([0-9a-f]{2})|\\([\s\S])|([,;+])|(["<>\\])|([^\\,;+"<>]+)/giu;

/**
 * The value that begins at `start`, up to an unescaped `,`, `+` or, as in RFC 2253 section 4, `;`. Blanks at its ends
 * are left out, the escaped ones too: directories compare without them.
 */
function readValue(text: string, start: number): { readonly text: string; readonly end: number } | undefined {
  const bytes: Buffer[] = [];
  let end = start;
  for (const [token, hex, special, separator, wrong, plain] of text.slice(start).matchAll(VALUE_TOKEN)) {
    if (wrong !== undefined) return undefined;
    if (separator !== undefined) break;
    bytes.push(hex === undefined ? Buffer.from(special ?? plain ?? '') : Buffer.from(hex, 'hex'));
    end += token.length;
  }
  return { text: Buffer.concat(bytes).toString('utf8').trim(), end };
}

/**
 * The form in which two writings of one name are the same string: case, blanks, escapes, the order of the attributes of
 * an RDN and the names of types as directories compare them (RFC 4518). Undefined where the text is no name.
 */
export function comparableName(text: string): string | undefined {
  const name = parseDirectoryName(text);
  if (name === undefined) return undefined;
  return JSON.stringify(name.map((rdn) => rdn.map(({ type, value }) => `${type}=${foldValue(value)}`).sort()));
}

/** How directories compare most text: without regard to case and to how many blanks stand where. */
export function foldValue(value: string): string {
  return value.normalize('NFKC').toLowerCase().trim().replace(/ +/g, ' ');
}
