// The one XML parser of both steps, signature and content (A46), and the strictest that an assertion allows: no DTD, no
// processing instruction, no comment, no CDATA, and nothing that the parser would have to guess (A47, A48).

import { DOMParser } from '@xmldom/xmldom';
import { refuseAssertion } from './assertion-fault.ts';
import { isWellFormed } from './well-formed.ts';

const MAX_ELEMENTS = 2000;
const MAX_DEPTH = 50;

/** XML declaration: it has the form of a processing instruction, and says nothing, since the text is UTF-8 by now. */
const XML_DECLARATION =
  /^<\?xml[ \t\r\n]+version=(?:"1\.0"|'1\.0')(?:[ \t\r\n]+encoding=(?:"utf-8"|'utf-8'))?(?:[ \t\r\n]+standalone=(?:"yes"|"no"|'yes'|'no'))?[ \t\r\n]*\?>[ \t\r\n]*/i;

/** The text without its XML declaration, if nothing in it can hide. */
export function requirePlainMarkup(xml: string): string {
  const text = xml.replace(XML_DECLARATION, '').trim();
  // `<` stands for itself nowhere but in markup: `<!` and `<?` begin all that is refused, and nothing else.
  if (/<[!?]/.test(text)) refuseAssertion('forbidden-markup');
  if (!isWellFormed(text)) refuseAssertion('unreadable');
  return text;
}

/**
 * The document element.
 *
 * @param text as `requirePlainMarkup` returned it, or canonical XML
 */
export function parseXml(text: string): Element {
  const document = parseDocument(text);
  const root = document?.documentElement;
  // A second root, or text beside it, is no XML, though the parser takes it.
  if (document === undefined || root == null || document.childNodes.length !== 1) return refuseAssertion('unreadable');
  descendants(root);
  return root;
}

function parseDocument(text: string): Document | undefined {
  const fail = (): never => {
    throw new SyntaxError('not well-formed');
  };
  try {
    return new DOMParser({ errorHandler: { warning: fail, error: fail, fatalError: fail } }).parseFromString(text, 'text/xml');
  } catch {
    return undefined;
  }
}

const ELEMENT_NODE = 1;
const TEXT_NODE = 3;

function isElement(node: Node): node is Element {
  return node.nodeType === ELEMENT_NODE;
}

export function children(parent: Element): readonly Element[] {
  return Array.from(parent.childNodes).filter(isElement);
}

/** All elements from this one down, in document order; what is too deep or too many is refused, before anything recurses. */
export function descendants(root: Element): readonly Element[] {
  const found: Element[] = [];
  const pending: { readonly element: Element; readonly depth: number }[] = [{ element: root, depth: 1 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { element, depth } = next;
    found.push(element);
    if (hasUnboundPrefix(element)) refuseAssertion('unreadable');
    if (found.length + pending.length > MAX_ELEMENTS || depth > MAX_DEPTH) refuseAssertion('too-large');
    pending.push(
      ...children(element)
        .map((child) => ({ element: child, depth: depth + 1 }))
        .reverse(),
    );
  }
  return found;
}

/** A prefix that nothing declares: some parsers give it no namespace, others refuse it. */
function hasUnboundPrefix(element: Element): boolean {
  const nodes: readonly (Element | Attr)[] = [element, ...Array.from(element.attributes)];
  return nodes.some(({ prefix, namespaceURI }) => prefix != null && prefix !== '' && (namespaceURI == null || namespaceURI === ''));
}

export function isNamed(element: Element, namespace: string, localName: string): boolean {
  return element.namespaceURI === namespace && element.localName === localName;
}

/** The text of an element that holds nothing but text; undefined for any other. */
export function textOf(element: Element): string | undefined {
  const nodes = Array.from(element.childNodes);
  return nodes.every((node) => node.nodeType === TEXT_NODE) ? nodes.map((node) => node.nodeValue ?? '').join('') : undefined;
}

/** An attribute without a namespace; undefined where it is not there. */
export function attributeOf(element: Element, name: string): string | undefined {
  const attribute = element.getAttributeNode(name);
  return attribute == null ? undefined : attribute.value;
}
