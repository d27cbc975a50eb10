// What stands behind a route of a REST API, and how the end-user JWT gets there.

import {
  ConnectionType,
  HttpIntegration,
  type Integration,
  type IResource,
  type IVpcLink,
  LambdaIntegration,
} from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Duration } from 'aws-cdk-lib/core';
import { type RestHeaders, restHeaderMappings } from './backend-headers.ts';

export interface HttpBackend {
  readonly kind: 'http';
  /** Path parameters of the resource, `{id}` or `{proxy+}`, may stand in it as `{id}` and `{proxy}`. */
  readonly url: string;
  /** Absent: through the internet. */
  readonly vpcLink?: IVpcLink;
  /** At most 29. Absent: 29. */
  readonly timeoutSeconds?: number;
}

/**
 * A Lambda proxy integration takes no header mapping: the function gets every header that the client sent, its
 * `Authorization` and a forged end-user JWT among them. It must read `event.requestContext.authorizer.endUserJwt`, which
 * only the authorizer writes.
 */
export interface LambdaBackend {
  readonly kind: 'lambda';
  readonly handler: IFunction;
  /** Says that the function does so. */
  readonly readsJwtFrom: 'requestContext';
}

/**
 * Any other integration: a service of AWS, such as S3, SQS or Step Functions (`AwsIntegration`), a mapping of one's own, or
 * an answer that API Gateway makes itself. An integration that is no proxy hands on what it maps, and nothing else: it may
 * map `context.authorizer.endUserJwt` wherever it wants it.
 */
export interface IntegrationBackend {
  readonly kind: 'integration';
  /** Gets the header mappings that an HTTP integration must have; others may pass them over. */
  readonly open: (requestParameters: Readonly<Record<string, string>>) => Integration;
}

export type Backend = HttpBackend | LambdaBackend | IntegrationBackend;

/** Path parameters of a resource, without the `+` of a greedy one. */
export function pathParameters(resource: IResource): readonly string[] {
  return [...resource.path.matchAll(/\{([^}+]+)\+?\}/g)].map((match) => match[1] ?? '');
}

export function integrationOf(backend: Backend, resource: IResource, headers: RestHeaders): Integration {
  if (backend.kind === 'integration') return backend.open(restHeaderMappings(headers));
  if (backend.kind === 'lambda') return new LambdaIntegration(backend.handler, { scopePermissionToMethod: false });
  requireKnownParameters(backend.url, resource, headers.httpMethod);
  const parameters = pathParameters(resource).filter((name) => backend.url.includes(`{${name}}`));
  return new HttpIntegration(backend.url, {
    proxy: true,
    httpMethod: headers.httpMethod,
    options: {
      timeout: Duration.seconds(backend.timeoutSeconds ?? 29),
      requestParameters: {
        ...restHeaderMappings(headers),
        ...Object.fromEntries(parameters.map((name) => [`integration.request.path.${name}`, `method.request.path.${name}`])),
      },
      ...(backend.vpcLink !== undefined && { connectionType: ConnectionType.VPC_LINK, vpcLink: backend.vpcLink }),
    },
  });
}

/** A name in braces that is no parameter would reach the backend as it is. @throws Error */
function requireKnownParameters(url: string, resource: IResource, httpMethod: string): void {
  const known = pathParameters(resource);
  const unknown = [...url.replaceAll(/\$\{[^}]*\}/g, '').matchAll(/\{([^}]+)\}/g)]
    .map(([, name = '']) => name)
    .find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const there = known.length === 0 ? 'it has none' : `it has ${known.map((name) => `{${name}}`).join(', ')}`;
  throw new Error(`${httpMethod} ${resource.path}: {${unknown}} of the backend's URL is no path parameter of the resource; ${there}.`);
}
