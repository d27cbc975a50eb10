// The construct: all of Gatehouse, for a CDK app of yours.

import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { type IRole, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Aws, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Environment } from '../../functions/shared/environment.ts';
import { stageOptions } from './access-log.ts';
import { openFunction, permitAuthorizer, permitToken, tenantSecretsArn } from './functions.ts';
import { RestAuthorizer } from './rest-authorizer.ts';
import { addSigningKeys } from './signing-keys.ts';
import { Storage } from './storage.ts';
import { addTokenPaths, openTokenApi } from './token-api.ts';

export interface GatehouseProps {
  /** What the names of tables and secrets begin with. Default: the name of the stack. */
  readonly prefix?: string;
  /** Default: the URL of the token API. */
  readonly issuer?: string;
  /** How long API Gateway keeps an authorizer's answer; the bound of a revocation. Default: 60. */
  readonly authorizerCacheSeconds?: number;
  /** Default: the tables and the signing keys are kept when the stack is deleted. */
  readonly removalPolicy?: RemovalPolicy;
}

const STAGE = 'prod';

export class Gatehouse extends Construct {
  readonly storage: Storage;
  readonly tokenFunction: LambdaFunction;
  readonly authorizerFunction: LambdaFunction;
  readonly signingKeysFunction: LambdaFunction;
  readonly tokenApi: RestApi;
  /** What API Gateway assumes to call the authorizer: `AuthorizerCredentials` of an authorizer made elsewhere. */
  readonly authorizerInvokeRole: IRole;
  readonly issuer: string;
  readonly #cacheSeconds: number;

  constructor(scope: Construct, id: string, props: GatehouseProps = {}) {
    super(scope, id);
    const prefix = props.prefix ?? Stack.of(this).stackName;
    this.#cacheSeconds = props.authorizerCacheSeconds ?? 60;
    this.storage = new Storage(this, 'Storage', { prefix, removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN });
    const logRetention = RetentionDays.ONE_MONTH;
    const tokenScope = new Construct(this, 'Token');
    this.tokenApi = openTokenApi(
      tokenScope,
      `${prefix} token API`,
      stageOptions(tokenScope, { stageName: STAGE, requestsPerSecond: 500, burst: 1000, logRetention }),
      true,
    );
    this.issuer = props.issuer ?? `https://${this.tokenApi.restApiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}/${STAGE}`;
    const secrets = { SIGNING_KEYS_SECRET: `${prefix}/signing-keys`, TENANT_SECRETS_PREFIX: `${prefix}/tenants/` };
    const environment: Environment = {
      TENANTS_TABLE: this.storage.tenants.tableName,
      CLIENTS_TABLE: this.storage.clients.tableName,
      USERS_TABLE: this.storage.users.tableName,
      TOKENS_TABLE: this.storage.tokens.tableName,
      ...secrets,
      ISSUER: this.issuer,
      AUTHORIZER_CACHE_SECONDS: String(this.#cacheSeconds),
    };
    const secretArns = [this.storage.signingKeys.ref, tenantSecretsArn(this, secrets.TENANT_SECRETS_PREFIX)];

    const tokenSettings = { memoryMb: 1769, timeoutSeconds: 20, logRetention };
    this.tokenFunction = openFunction(tokenScope, 'Function', 'token', tokenSettings, environment, 'Gatehouse: token API.');
    permitToken(this.tokenFunction, this.storage, secretArns);
    addTokenPaths(this.tokenApi, this.tokenFunction);

    const authorizerScope = new Construct(this, 'Authorizer');
    const authorizerSettings = { memoryMb: 1024, timeoutSeconds: 10, logRetention };
    this.authorizerFunction = openFunction(
      authorizerScope,
      'Function',
      'authorizer',
      authorizerSettings,
      environment,
      'Gatehouse: authorizer for API Gateway.',
    );
    permitAuthorizer(this.authorizerFunction, this.storage, secretArns);
    this.authorizerInvokeRole = invokeRole(authorizerScope, this.authorizerFunction);

    const keysScope = new Construct(this, 'SigningKeys');
    const keysSettings = { memoryMb: 512, timeoutSeconds: 60, logRetention };
    this.signingKeysFunction = openFunction(
      keysScope,
      'Function',
      'signing-keys',
      keysSettings,
      { SIGNING_KEYS_SECRET: secrets.SIGNING_KEYS_SECRET },
      'Gatehouse: makes and rotates the signing keys.',
    );
    addSigningKeys(keysScope, this.signingKeysFunction, this.storage.signingKeys);
  }

  /** Puts the authorizer in front of a REST API, with its gateway responses. */
  protectRestApi(id: string, api: RestApi): RestAuthorizer {
    return new RestAuthorizer(api, id, {
      api,
      handler: this.authorizerFunction,
      invokeRole: this.authorizerInvokeRole,
      cacheSeconds: this.#cacheSeconds,
    });
  }
}

function invokeRole(scope: Construct, handler: LambdaFunction): IRole {
  const role = new Role(scope, 'InvokeRole', {
    description: 'API Gateway assumes it to call the authorizer of Gatehouse.',
    assumedBy: new ServicePrincipal('apigateway.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } } }),
  });
  role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [handler.functionArn] }));
  // Immutable, so that every API that uses it finds its permissions complete, whichever stack it is in.
  return Role.fromRoleArn(scope, 'InvokeRoleOfApis', role.roleArn, { mutable: false });
}
