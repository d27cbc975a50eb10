// YAML 1.2 (core schema) of a file of a folder: plain values alone, so that whatever is read could stand in JSON.

import { type Document, isMap, isNode, isScalar, LineCounter, type Node, parseAllDocuments, type YAMLError } from 'yaml';
import { type DocumentFault, type EntryDocument, MAX_DOCUMENT_DEPTH, type ParsedDocuments, type Position } from './entry-document.ts';
import { findRepeatedName, findUnwritableNode, findUnwritableValue } from './find-no-json.ts';

/** How many nodes all aliases of a document may stand for: a few lines could else become gigabytes. */
const MAX_ALIASES = 100;

/** The library's own words quote the text. */
const EXPECTED: Readonly<Record<string, string>> = {
  ALIAS_PROPS: 'an alias without a tag or an anchor of its own',
  BAD_INDENT: 'another indentation, or a bracket that is missing',
  BAD_SCALAR_START: 'quotation marks around a text that begins so',
  BLOCK_AS_IMPLICIT_KEY: 'one name and colon in a line, or quotation marks around the value',
  IMPOSSIBLE: 'YAML',
  MISSING_CHAR: 'a character that is missing: a bracket, a quotation mark, a comma or a colon',
  MULTILINE_IMPLICIT_KEY: 'a name in one line',
  RESOURCE_EXHAUSTION: `at most ${MAX_DOCUMENT_DEPTH} levels`,
  TAB_AS_INDENT: 'blanks and no tab',
  TAG_RESOLVE_FAILED: 'no tag of this name: only what JSON can say is read',
};

export function parseYamlDocuments(text: string): ParsedDocuments {
  const lines = new LineCounter();
  try {
    const parsed = parseAllDocuments(text, {
      version: '1.2',
      schema: 'core',
      strict: true,
      // Looked for below: the library compares each name with all others.
      uniqueKeys: false,
      prettyErrors: false,
      lineCounter: lines,
    });
    // The type has a second form for a stream with nothing in it.
    const documents = Array.isArray(parsed) ? parsed : [];
    const faults = documents.flatMap((document) => faultsOf(document, lines));
    if (faults.length > 0) return { faults };
    const expected = documents.map(findUnwritableNode).find((fault) => fault !== undefined);
    if (expected !== undefined) return { faults: [{ position: undefined, expected }] };
    const read = documents.map((document) => readDocument(document, lines)).filter(({ value }) => value !== null);
    const wrong = read.map(({ value }) => findUnwritableValue(value)).find((fault) => fault !== undefined);
    return wrong === undefined ? { documents: read } : { faults: [{ position: undefined, expected: wrong }] };
  } catch (error) {
    // Too deep for the library, or more aliases than are allowed.
    if (error instanceof RangeError) return { faults: [{ position: undefined, expected: `at most ${MAX_DOCUMENT_DEPTH} levels` }] };
    if (error instanceof ReferenceError)
      return {
        faults: [{ position: undefined, expected: `aliases of anchors that stand before them, for at most ${MAX_ALIASES} values` }],
      };
    throw error;
  }
}

function faultsOf(document: Document, lines: LineCounter): DocumentFault[] {
  const { explicit, version } = document.directives?.yaml ?? {};
  // `%YAML 1.1` would make booleans of `yes` and dates of digits.
  if (explicit === true && version !== '1.2') return [{ position: { line: 1, column: 1 }, expected: 'YAML 1.2' }];
  const repeated = findRepeatedName(document);
  return [
    ...[...document.errors, ...document.warnings].map((error) => ({
      position: positionOf(lines, error.pos[0]),
      expected: expectedOf(error),
    })),
    ...(repeated === undefined ? [] : [{ position: positionOf(lines, repeated), expected: 'each name once' }]),
  ];
}

const expectedOf = ({ code }: YAMLError): string => EXPECTED[code] ?? `YAML (${code.toLowerCase().replaceAll('_', ' ')})`;

function positionOf(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

function readDocument(document: Document, lines: LineCounter): EntryDocument {
  return {
    value: document.toJS({ maxAliasCount: MAX_ALIASES }),
    positionOf(path) {
      for (let length = path.length; length >= 0; length--) {
        const node = findNode(document, path.slice(0, length));
        if (node?.range) return positionOf(lines, node.range[0]);
      }
      return undefined;
    },
  };
}

/** Of an attribute its name, as that is where it begins. */
function findNode(document: Document, path: readonly string[]): Node | undefined {
  const around = document.getIn(path.slice(0, -1), true);
  const pair = isMap(around) ? around.items.find(({ key }) => isScalar(key) && String(key.value) === path.at(-1)) : undefined;
  const node = pair?.key ?? document.getIn(path, true);
  return isNode(node) ? node : undefined;
}
