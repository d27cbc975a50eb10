// The CN of a distinguished name as API Gateway writes it: RFC 4514, most specific first (`CN=john,O=Example,C=US`).

const ATTRIBUTE = /^ *([A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)*) *= *((?:\\[\\",+;<>=# ]|\\[0-9A-Fa-f]{2}|[^\\",+;<>])*) *(,|\+|$)/;
const COMMON_NAME: ReadonlySet<string> = new Set(['CN', '2.5.4.3', 'OID.2.5.4.3']);
const MAX_CHARACTERS = 2048;

/** Undefined where there is none, more than one, or what can't be read without doubt (A75). */
export function commonNameOf(dn: string): string | undefined {
  if (dn.length > MAX_CHARACTERS) return undefined;
  const names: string[] = [];
  let rest = dn;
  for (;;) {
    const [whole = '', type = '', escaped = '', separator = ''] = ATTRIBUTE.exec(rest) ?? [];
    // `#` begins a value in hexadecimal BER, which nobody writes for a name.
    if (whole === '' || escaped.startsWith('#')) return undefined;
    if (COMMON_NAME.has(type.toUpperCase())) names.push(escaped);
    if (separator === '') break;
    rest = rest.slice(whole.length);
  }
  const [only, ...others] = names;
  return only === undefined || only === '' || others.length > 0 ? undefined : unescapeValue(only);
}

/** `\,` is a comma, `\C3\B6` is UTF-8. */
function unescapeValue(escaped: string): string | undefined {
  const hex = escaped.replace(/\\([0-9A-Fa-f]{2})|\\(.)|([^\\]+)/gsu, (_, encoded?: string, special?: string, plain?: string) =>
    encoded === undefined ? Buffer.from(special ?? plain ?? '').toString('hex') : encoded,
  );
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(hex, 'hex'));
  } catch {
    return undefined;
  }
}
