// What an authorizer of any API needs of Gatehouse.

import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { WebAcl } from '../token-api/web-acl.ts';
import type { GatewayResponseSettings } from './gateway-responses.ts';

export interface AuthorizerParts {
  readonly handler: { readonly functionArn: string };
  /** What API Gateway assumes to call it. Undefined: the function itself permits the API's account. */
  readonly invokeRole: Pick<IRole, 'roleArn'> | undefined;
  /** The function mints JWTs that live so long, and a margin. */
  readonly maxCacheSeconds: number;
  readonly gatewayResponses: GatewayResponseSettings;
  /** For REST APIs; others take none. */
  readonly webAcl: WebAcl | undefined;
  /** Of the deployment, without a slash at its end. Undefined: not known here. */
  readonly issuer: string | undefined;
  /** Of the function that says what an HTTP API is, in the account of the API. Undefined: there is none. */
  readonly tokenFunctionArn: string | undefined;
  /** ARN of the function that keeps api# entries. Undefined: operators write them all. */
  readonly apiEntriesToken: string | undefined;
}

/** What API Gateway calls, as its authorizers name it. */
export function authorizerUri(scope: Construct, { handler }: Pick<AuthorizerParts, 'handler'>): string {
  const { partition, region } = Stack.of(scope);
  return `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${handler.functionArn}/invocations`;
}
