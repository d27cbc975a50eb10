// The document of a protected API as operations of its OpenAPI document, for REST APIs that are made of one.

import { isRecord, type JsonRecord, OWN_EXTENSION, recordOf } from '../authorizers/rest-document.ts';
import type { ProtectedResource } from './protected-resource.ts';
import { asPlainText, METADATA_HEADERS, PREFLIGHT_HEADERS } from './rest-discovery.ts';

/** @throws Error where the document has such a path already */
export function addDocumentDiscovery(document: JsonRecord, { paths, document: metadata, entry }: ProtectedResource): JsonRecord {
  const isSwagger = document.swagger !== undefined;
  const own = recordOf(document.paths);
  const taken = paths.find((path) => own[path] !== undefined);
  if (taken !== undefined) throw new Error(`${taken}: the document has this path already. Take it away, or leave resource out.`);
  const item = {
    get: operation('200', METADATA_HEADERS, isSwagger, { 'application/json': asPlainText(metadata) }),
    options: operation('204', PREFLIGHT_HEADERS, isSwagger),
  };
  return {
    ...document,
    [OWN_EXTENSION]: { ...recordOf(document[OWN_EXTENSION]), entry },
    paths: { ...own, ...Object.fromEntries(paths.map((path) => [path, item])) },
  };
}

/** What `protectDocument` left there for the entry; undefined: it says nothing of the API. */
export function findDocumentResource(document: JsonRecord): Pick<ProtectedResource, 'entry'> | undefined {
  const { entry } = recordOf(document[OWN_EXTENSION]);
  return isRecord(entry) ? ({ entry } as unknown as Pick<ProtectedResource, 'entry'>) : undefined;
}

function operation(
  statusCode: string,
  headers: Readonly<Record<string, string>>,
  isSwagger: boolean,
  responseTemplates?: Readonly<Record<string, string>>,
): JsonRecord {
  const type = { type: 'string' };
  const declared = Object.keys(headers).map((name) => [name, isSwagger ? type : { schema: type }]);
  const mapped = Object.entries(headers).map(([name, value]) => [`method.response.header.${name}`, value]);
  return {
    security: [],
    responses: { [statusCode]: { description: 'Who gives tokens for this API (RFC 9728).', headers: Object.fromEntries(declared) } },
    'x-amazon-apigateway-integration': {
      type: 'mock',
      requestTemplates: { 'application/json': '{"statusCode": 200}' },
      passthroughBehavior: 'never',
      contentHandling: 'CONVERT_TO_TEXT',
      responses: {
        default: {
          statusCode,
          contentHandling: 'CONVERT_TO_TEXT',
          responseParameters: Object.fromEntries(mapped),
          ...(responseTemplates !== undefined && { responseTemplates }),
        },
      },
    },
    [OWN_EXTENSION]: { left: 'public: clients read it to learn who gives tokens (RFC 9728)' },
  };
}
