// The routes of a REST API that is defined by an OpenAPI document: their faults, and their rules.

import { Stack } from 'aws-cdk-lib/core';
import { findDocumentResource } from '../discovery/document-discovery.ts';
import type { ProtectedResource } from '../discovery/protected-resource.ts';
import { type AuthorizerParts, authorizerUri } from './authorizer-parts.ts';
import { findIntegrationFault } from './integration-faults.ts';
import { type AnyRestApi, findRestApiResource } from './rest-api.ts';
import { isRecord, type JsonRecord, type Operation, operationsOf, recordOf, schemesOf } from './rest-document.ts';
import type { RouteEntry } from './route-entry.ts';

export interface DocumentRoutes {
  /** One sentence per fault, beginning with the route. */
  findFaults(): string[];
  /** What the document says of the API to clients. Undefined: nothing. */
  readonly resource: Pick<ProtectedResource, 'entry'> | undefined;
  /** Hands the rules of all operations on. */
  writeRules(entry: RouteEntry): void;
}

/** Undefined: the API is defined by constructs. */
export function openDocumentRoutes(api: AnyRestApi, parts: AuthorizerParts, header: string): DocumentRoutes | undefined {
  const resource = findRestApiResource(api);
  if (resource === undefined || (resource.body === undefined && resource.bodyS3Location === undefined)) return undefined;
  const document: unknown = Stack.of(api).resolve(resource.body);
  if (!isRecord(document)) return UNREADABLE;
  const ours = Stack.of(api).resolve(authorizerUri(api, parts)) as unknown;
  const schemes = schemesOf(document);
  const isProtected = ({ schemes: names }: Operation): boolean =>
    names.length === 1 && names.every((name) => callsFunction(schemes[name], ours, Stack.of(api).resolve(parts.handler.functionArn)));
  return {
    // As it was given: what only CloudFormation knows is no text any more once it is resolved.
    resource: findDocumentResource(recordOf(resource.body)),
    findFaults: () =>
      operationsOf(document).flatMap((operation) => {
        const fault =
          faultOf(operation, header, isProtected(operation)) ??
          cacheFault(operation, schemes, isProtected(operation), parts.maxCacheSeconds);
        return fault === undefined ? [] : [`${operation.method} ${operation.path}: ${fault}`];
      }),
    writeRules(entry) {
      for (const operation of operationsOf(document)) {
        const { method, path, notes } = operation;
        if (notes.left !== undefined || method === 'OPTIONS') continue;
        if (isProtected(operation)) entry.protect(method, path, notes);
        else entry.open(method, path);
      }
    },
  };
}

const UNREADABLE: DocumentRoutes = {
  resource: undefined,
  findFaults: () => [
    'Its OpenAPI document is not in the template, so that nothing can be said of its routes. Use ApiDefinition.fromInline.',
  ],
  writeRules: () => undefined,
};

/** The URI as we write it, or another text with the function in it. */
function callsFunction(scheme: unknown, uri: unknown, functionArn: unknown): boolean {
  const { authorizerUri: own } = recordOf(recordOf(scheme)['x-amazon-apigateway-authorizer']);
  if (own === undefined) return false;
  const text = JSON.stringify(own);
  return text === JSON.stringify(uri) || text.includes(JSON.stringify(functionArn).replace(/^"|"$/g, ''));
}

/** How a document is cured, as the end of a sentence. */
const CURE = 'Use gatehouse.protectDocument for the document.';

function faultOf({ own, notes }: Operation, header: string, isProtected: boolean): string | undefined {
  if (notes.left !== undefined) return isProtected ? 'has the authorizer of Gatehouse and can not be left alone.' : undefined;
  const integration = own['x-amazon-apigateway-integration'];
  if (!isRecord(integration)) return `has no x-amazon-apigateway-integration, so that nothing can be said of it. ${CURE}`;
  const type = String(integration.type).toUpperCase();
  if (type === 'AWS_PROXY' && notes.readsJwtFrom === 'requestContext') return undefined;
  const fault = findIntegrationFault(
    {
      type,
      requestParameters: recordOf(integration.requestParameters) as Readonly<Record<string, string>>,
      requestTemplates: Object.values(recordOf(integration.requestTemplates)).map((template) =>
        typeof template === 'string' ? template : JSON.stringify(template),
      ),
    },
    { header, isProtected, isForwardingAuthorization: notes.forwardAuthorization === true },
  );
  return fault === undefined ? undefined : `${fault} ${CURE}`;
}

/** A cache must know the route, and keep nothing for longer than JWTs live (A66, A69). */
function cacheFault({ schemes: names }: Operation, schemes: JsonRecord, isProtected: boolean, maxSeconds: number): string | undefined {
  if (!isProtected) return undefined;
  const authorizer = recordOf(recordOf(schemes[names[0] ?? ''])['x-amazon-apigateway-authorizer']);
  const seconds = Number(authorizer.authorizerResultTtlInSeconds ?? 300);
  if (seconds === 0) return undefined;
  const sources = String(authorizer.identitySource).split(/\s*,\s*/);
  const isKeyed = ['method.request.header.Authorization', 'context.httpMethod', 'context.path'].every((source) => sources.includes(source));
  if (isKeyed && seconds <= maxSeconds) return undefined;
  return `its authorizer must keep answers for ${maxSeconds} s at most, by Authorization, context.httpMethod and context.path. ${CURE}`;
}
