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

export type Backend = HttpBackend | LambdaBackend;

/** Path parameters of a resource, without the `+` of a greedy one. */
export function pathParameters(resource: IResource): readonly string[] {
  return [...resource.path.matchAll(/\{([^}+]+)\+?\}/g)].map((match) => match[1] ?? '');
}

export function integrationOf(backend: Backend, resource: IResource, headers: RestHeaders): Integration {
  if (backend.kind === 'lambda') return new LambdaIntegration(backend.handler, { scopePermissionToMethod: false });
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
