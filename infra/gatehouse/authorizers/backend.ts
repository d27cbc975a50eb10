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
 * A Lambda proxy integration takes no header mapping: the function gets every header that the client sent, a forged
 * end-user JWT among them. It must read `event.requestContext.authorizer.endUserJwt`, which only the authorizer writes.
 */
export interface LambdaBackend {
  readonly kind: 'lambda';
  readonly handler: IFunction;
  /** Says that the function does so. */
  readonly readsJwtFrom: 'requestContext';
}

export type Backend = HttpBackend | LambdaBackend;

/** Where a mapped header goes. Header names are mapped exactly as written here. */
export const headerTarget = (header: string): string => `integration.request.header.${header}`;

/** What the authorizer put into its context. */
export const JWT_SOURCE = 'context.authorizer.endUserJwt';

/** Nothing: on HTTP_PROXY a mapped header replaces the client's. */
export const BLANK_SOURCE = "''";

/** Path parameters of a resource, without the `+` of a greedy one. */
export function pathParameters(resource: IResource): readonly string[] {
  return [...resource.path.matchAll(/\{([^}+]+)\+?\}/g)].map((match) => match[1] ?? '');
}

/** @param headerSource of the end-user JWT */
export function integrationOf(
  backend: Backend,
  resource: IResource,
  httpMethod: string,
  header: string,
  headerSource: string,
): Integration {
  if (backend.kind === 'lambda') return new LambdaIntegration(backend.handler, { scopePermissionToMethod: false });
  const parameters = pathParameters(resource).filter((name) => backend.url.includes(`{${name}}`));
  return new HttpIntegration(backend.url, {
    proxy: true,
    httpMethod,
    options: {
      timeout: Duration.seconds(backend.timeoutSeconds ?? 29),
      requestParameters: {
        [headerTarget(header)]: headerSource,
        ...Object.fromEntries(parameters.map((name) => [`integration.request.path.${name}`, `method.request.path.${name}`])),
      },
      ...(backend.vpcLink !== undefined && { connectionType: ConnectionType.VPC_LINK, vpcLink: backend.vpcLink }),
    },
  });
}
