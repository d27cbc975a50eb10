// The REST API of the token paths (DESIGN section 2). Every method of a path reaches the token function, which
// answers 405 and preflights itself.

import { EndpointType, LambdaIntegration, RestApi, type StageOptions } from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { addGatewayResponses } from './gateway-responses.ts';

/** Paths of the token API, aliases included. */
export const TOKEN_PATHS = [
  '/oauth2/token',
  '/token',
  '/oauth2/revoke',
  '/revoke',
  '/oauth2/introspect',
  '/oauth2/userinfo',
  '/oauth2/jwks',
  '/.well-known/jwks.json',
  '/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration',
] as const;

export function openTokenApi(scope: Construct, name: string, deployOptions: StageOptions, cloudWatchRole: boolean): RestApi {
  return new RestApi(scope, 'Api', {
    restApiName: name,
    description: 'Token API of Gatehouse (OAuth 2.0).',
    endpointTypes: [EndpointType.REGIONAL],
    cloudWatchRole,
    deployOptions,
  });
}

/** Routes every path to the function. One permission covers all of them: one for each would fill the function's policy. */
export function addTokenPaths(api: RestApi, handler: IFunction): void {
  const integration = new LambdaIntegration(handler, { scopePermissionToMethod: false });
  for (const path of TOKEN_PATHS) api.root.resourceForPath(path).addMethod('ANY', integration);
  addGatewayResponses(api, { realm: 'gatehouse', allowOrigin: '*' });
}
