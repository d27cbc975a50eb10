// A Gatehouse that another stack deployed, in this account or in another one of the organisation.

import { Arn, ArnFormat, Stack, Token } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { AuthorizerParts } from './authorizers/authorizer-parts.ts';
import { ProtectsApis } from './protects-apis.ts';
import { MAX_CACHE_SECONDS, REALM } from './settings.ts';

export interface GatehouseAttributes {
  /** Output `AuthorizerFunctionArn` of its stack, in the Region of the APIs. */
  readonly authorizerFunctionArn: string;
  /**
   * Output `AuthorizerInvokeRoleArn`, for APIs in the account of that stack. Absent: API Gateway calls the function by the
   * function's own permission, which a Gatehouse gives to the accounts in its property `authorizerAccounts`; a role of
   * another account is of no use to it.
   */
  readonly authorizerInvokeRoleArn?: string;
  /** As the deployment has it: its end-user JWTs live no longer. Default: 60. */
  readonly authorizerCacheSeconds?: number;
  /** Output `ApiEntriesFunctionArn`, for APIs that say `tenant`, in the account of that stack. Absent: operators write all entries. */
  readonly apiEntriesFunctionArn?: string;
  /** Output `TokenFunctionArn`, for HTTP APIs that say `resource`, in the account of that stack. Absent: there are none. */
  readonly tokenFunctionArn?: string;
  /** Output `Issuer`, for APIs that say `resource`. Absent: `authorizationServer` of each must be a URL. */
  readonly issuer?: string;
  /** `Access-Control-Allow-Origin` of what API Gateway itself answers. Default: *, without credentials. */
  readonly allowOrigin?: string;
}

export class ImportedGatehouse extends ProtectsApis {
  protected readonly authorizerParts: AuthorizerParts;

  /** @throws Error that names the attribute */
  constructor(scope: Construct, id: string, attributes: GatehouseAttributes) {
    super(scope, id);
    const {
      authorizerFunctionArn,
      authorizerInvokeRoleArn,
      apiEntriesFunctionArn,
      authorizerCacheSeconds = 60,
      allowOrigin = '*',
      issuer,
      tokenFunctionArn,
    } = attributes;
    requireArn('authorizerFunctionArn', authorizerFunctionArn, /^arn:[^:]+:lambda:[^:]+:\d{12}:function:[^:]+(:[^:]+)?$/);
    if (authorizerInvokeRoleArn !== undefined) {
      requireArn('authorizerInvokeRoleArn', authorizerInvokeRoleArn, /^arn:[^:]+:iam::\d{12}:role\/.+$/);
      requireOwnAccount(this, 'authorizerInvokeRoleArn', authorizerInvokeRoleArn);
    }
    if (apiEntriesFunctionArn !== undefined) {
      requireArn('apiEntriesFunctionArn', apiEntriesFunctionArn, /^arn:[^:]+:lambda:[^:]+:\d{12}:function:[^:]+$/);
      requireOwnAccount(this, 'apiEntriesFunctionArn', apiEntriesFunctionArn);
    }
    if (tokenFunctionArn !== undefined) {
      requireArn('tokenFunctionArn', tokenFunctionArn, /^arn:[^:]+:lambda:[^:]+:\d{12}:function:[^:]+$/);
      requireOwnAccount(this, 'tokenFunctionArn', tokenFunctionArn);
    }
    if (!Number.isInteger(authorizerCacheSeconds) || authorizerCacheSeconds < 0 || authorizerCacheSeconds > MAX_CACHE_SECONDS)
      throw new Error(`authorizerCacheSeconds must be between 0 and ${MAX_CACHE_SECONDS}; it is ${authorizerCacheSeconds}.`);
    this.authorizerParts = {
      handler: { functionArn: authorizerFunctionArn },
      invokeRole: authorizerInvokeRoleArn === undefined ? undefined : { roleArn: authorizerInvokeRoleArn },
      maxCacheSeconds: authorizerCacheSeconds,
      gatewayResponses: { realm: REALM, allowOrigin },
      webAcl: undefined,
      issuer,
      tokenFunctionArn,
      apiEntriesToken: apiEntriesFunctionArn,
    };
  }

  /** Alarms belong to the stack that has the functions. */
  protected watch(): void {}
}

function requireArn(name: string, arn: string, form: RegExp): void {
  if (!Token.isUnresolved(arn) && !form.test(arn))
    throw new Error(`${name} must be the ARN that the stack's output shows; it is ${JSON.stringify(arn)}.`);
}

/** @throws Error for what API Gateway and CloudFormation can use within one account alone */
function requireOwnAccount(scope: Construct, name: string, arn: string): void {
  const { account } = Stack.of(scope);
  if (Token.isUnresolved(arn) || Token.isUnresolved(account)) return;
  const owner = Arn.split(arn, ArnFormat.COLON_RESOURCE_NAME).account;
  if (owner === account) return;
  throw new Error(
    `${name} is of account ${owner}, and this stack is for ${account}: leave it out. The Gatehouse there names this account in authorizerAccounts.`,
  );
}
