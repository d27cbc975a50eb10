// Well-formed XML 1.0 of the plain kind that assertions are: elements, attributes, text. The parser repairs what is
// not (stray end tags, `<` in attributes, control characters), and another would repair it otherwise (A46).

const NAME = '[A-Za-z_][A-Za-z0-9._-]*(?::[A-Za-z_][A-Za-z0-9._-]*)?';
const ATTRIBUTE = `[ \\t\\r\\n]+${NAME}[ \\t\\r\\n]*=[ \\t\\r\\n]*(?:"[^"<]*"|'[^'<]*')`;
/** One tag with the text behind it. Every alternative begins with another character, so it is read in one pass. */
const TOKEN = new RegExp(`<(?:/(${NAME})[ \\t\\r\\n]*|(${NAME})(?:${ATTRIBUTE})*[ \\t\\r\\n]*(/?))>([^<]*)`, 'y');

/** Characters that XML 1.0 forbids or discourages, and U+2028, which the parser takes for a line end as XML 1.1 does. */
const FORBIDDEN = /(?![\t\n\r])\p{Cc}|[\u2028\ufffe\uffff]/u;
const REFERENCE = /&(?:(?:lt|gt|amp|quot|apos);|#(\d{1,7});|#x([0-9A-Fa-f]{1,6});|)/g;

/** Well-formedness without declaration, DTD, processing instructions, comments and CDATA, of which there are none here. */
export function isWellFormed(text: string): boolean {
  if (FORBIDDEN.test(text) || text.includes(']]>') || !hasGoodReferences(text)) return false;
  const openTags: string[] = [];
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text);
    if (token === null) return false;
    const [, closed, opened, isEmpty, textBehind] = token;
    if (closed !== undefined && openTags.pop() !== closed) return false;
    if (opened !== undefined && isEmpty === '') openTags.push(opened);
    const isOver = openTags.length === 0;
    // After the document element nothing may come.
    if (isOver) return TOKEN.lastIndex === text.length && textBehind === '';
  }
  return false;
}

/** References to one of the five entities, or to a character that XML may hold. */
function hasGoodReferences(text: string): boolean {
  for (const [reference, decimal, hex] of text.matchAll(REFERENCE)) {
    if (reference === '&') return false;
    const code = decimal === undefined ? (hex === undefined ? undefined : Number.parseInt(hex, 16)) : Number(decimal);
    if (code === undefined) continue;
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) || FORBIDDEN.test(String.fromCodePoint(code))) return false;
  }
  return true;
}
