// Whether a text is well-formed XML 1.0 with namespaces, of the plain kind that assertions are: elements, attributes, text.
// The parser of assertions repairs what is not (stray end tags, `<` in attributes, control characters), and another would
// repair it otherwise; so saxes, which repairs nothing, says yes or no, and nothing that it reads is used (A46).

import { SaxesParser } from 'saxes';

/** What XML 1.0 forbids or discourages, and U+2028, which the parser takes for a line end as XML 1.1 does. */
const FORBIDDEN = /(?![\t\n\r])\p{Cc}|[\u2028\ufffe\uffff]/u;
/** Of elements and attributes: names in other scripts are read by different tables in different parsers. */
const PLAIN_NAME = /^[\x21-\x7e]+$/;

/** Without declaration, DTD, processing instructions, comments and CDATA, of which there are none here. */
export function isWellFormed(text: string): boolean {
  if (FORBIDDEN.test(text)) return false;
  let isGood = true;
  const judge = (isGoodPart: boolean): void => {
    isGood &&= isGoodPart;
  };
  const parser = new SaxesParser({ xmlns: true, position: false, forceXMLVersion: true, defaultXMLVersion: '1.0' });
  parser.on('error', () => judge(false));
  parser.on('opentag', ({ name }) => judge(PLAIN_NAME.test(name)));
  // What references stand for comes out here as well.
  parser.on('attribute', ({ name, value }) => judge(PLAIN_NAME.test(name) && !FORBIDDEN.test(value)));
  parser.on('text', (decoded) => judge(!FORBIDDEN.test(decoded)));
  parser.write(text).close();
  return isGood;
}
