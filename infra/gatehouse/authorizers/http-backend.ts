// What stands behind a route of an HTTP API, and how the end-user JWT gets there.

import { type HttpMethod, type HttpRouteIntegration, MappingValue, ParameterMapping } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration, HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { LambdaBackend } from './backend.ts';
import { HTTP_SOURCES, METHOD_OVERRIDES } from './backend-headers.ts';

export type HttpApiBackend =
  | { readonly kind: 'http'; readonly url: string }
  /** Any other integration, such as `HttpAlbIntegration`: made with the mapping that it is given. */
  | { readonly kind: 'integration'; readonly open: (parameterMapping: ParameterMapping) => HttpRouteIntegration }
  | LambdaBackend;

/** @param header of the end-user JWT */
export function openHttpIntegration(
  id: string,
  backend: HttpApiBackend,
  method: HttpMethod,
  header: string,
  isProtected: boolean,
): HttpRouteIntegration {
  const mapping = () => headerMapping(header, isProtected);
  switch (backend.kind) {
    case 'http':
      return new HttpUrlIntegration(id, backend.url, { method, parameterMapping: mapping() });
    case 'integration':
      return backend.open(mapping());
    case 'lambda':
      return new HttpLambdaIntegration(id, backend.handler);
  }
}

function headerMapping(header: string, isProtected: boolean): ParameterMapping {
  const value = MappingValue.custom(isProtected ? HTTP_SOURCES.jwt : HTTP_SOURCES.none);
  return METHOD_OVERRIDES.reduce((mapping, name) => mapping.removeHeader(name), new ParameterMapping().overwriteHeader(header, value));
}
