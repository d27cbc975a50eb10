// The OpenAPI document of a REST API, read as API Gateway does ("OpenAPI extensions for API Gateway" of the guide), and with
// what Gatehouse puts into it: `x-gatehouse` of an operation says what its rule asks, or why it is left alone.

import type { RouteHandler } from './route-options.ts';

export type JsonRecord = { readonly [name: string]: unknown };

/** Of an operation. API Gateway passes over extensions that it does not know. */
export const OWN_EXTENSION = 'x-gatehouse';

interface OperationNotes {
  readonly handlers?: readonly RouteHandler[];
  readonly scopes?: readonly string[];
  readonly permissions?: readonly string[];
  readonly readsJwtFrom?: 'requestContext';
  readonly forwardAuthorization?: boolean;
  /** Why it is none of Gatehouse's business. */
  readonly left?: string;
}

export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly own: JsonRecord;
  readonly notes: OperationNotes;
  /** Names of security schemes; of several, one suffices. */
  readonly schemes: readonly string[];
}

const METHODS: ReadonlyMap<string, string> = new Map([
  ...['get', 'head', 'post', 'put', 'patch', 'delete', 'options'].map((name) => [name, name.toUpperCase()] as const),
  ['x-amazon-apigateway-any-method', 'ANY'],
]);

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const recordOf = (value: unknown): JsonRecord => (isRecord(value) ? value : {});

/** Operations of a document, whose references are resolved. */
export function operationsOf(document: JsonRecord): readonly Operation[] {
  return Object.entries(recordOf(document.paths)).flatMap(([path, item]) =>
    Object.entries(recordOf(item)).flatMap(([name, operation]) => {
      const method = METHODS.get(name);
      if (method === undefined) return [];
      const own = recordOf(operation);
      const security = Array.isArray(own.security) ? own.security : Array.isArray(document.security) ? document.security : [];
      const schemes = security.flatMap((requirement) => Object.keys(recordOf(requirement)));
      return [{ method, path, own, notes: recordOf(own[OWN_EXTENSION]) as OperationNotes, schemes }];
    }),
  );
}

/** Of OpenAPI 3, or of Swagger 2. */
export function schemesOf(document: JsonRecord): JsonRecord {
  return { ...recordOf(document.securityDefinitions), ...recordOf(recordOf(document.components).securitySchemes) };
}

/** The document with other operations in the place of some. @param change undefined: as it is */
export function mapOperations(document: JsonRecord, change: (operation: Operation) => JsonRecord | undefined): JsonRecord {
  const changed = new Map(operationsOf(document).map((operation) => [`${operation.method} ${operation.path}`, change(operation)]));
  const paths = Object.entries(recordOf(document.paths)).map(([path, item]) => [
    path,
    Object.fromEntries(
      Object.entries(recordOf(item)).map(([name, own]) => [name, changed.get(`${METHODS.get(name) ?? ''} ${path}`) ?? own]),
    ),
  ]);
  return { ...document, paths: Object.fromEntries(paths) };
}
