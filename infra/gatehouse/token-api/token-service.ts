// The token function and the REST API in front of it. Every method of a path reaches the
// function, which answers 405 and preflights itself.

import { type DomainName, LambdaIntegration, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Aws } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Environment } from '../../../functions/shared/environment.ts';
import { BROWSER_PATHS, TENANT_PATHS, TOKEN_PATHS } from '../../../functions/shared/token-paths.ts';
import { acknowledge } from '../acknowledge.ts';
import { addGatewayResponses } from '../authorizers/gateway-responses.ts';
import { type FunctionPlacement, openFunction } from '../functions/open-function.ts';
import { keepOnePermission } from '../older-libraries.ts';
import { permitToken } from '../permissions.ts';
import type { GatehouseSettings } from '../settings.ts';
import type { Storage } from '../storage/storage.ts';
import { openRestApi, STAGE_NAME } from './rest-stage.ts';
import { addMutualTlsDomain, addTokenDomain } from './token-domain.ts';

export class TokenService extends Construct {
  readonly api: RestApi;
  readonly handler: LambdaFunction;
  readonly issuer: string;
  readonly mutualTlsDomainName: DomainName | undefined;
  /** What the authorizer needs as well. */
  readonly environment: Environment;

  constructor(scope: Construct, id: string, storage: Storage, settings: GatehouseSettings, placement: FunctionPlacement | undefined) {
    super(scope, id);
    this.api = openRestApi(this, 'Api', {
      name: `${settings.prefix} token API`,
      description: 'Token API of Gatehouse (OAuth 2.0).',
      logRetention: settings.logRetention,
      ...settings.throttle,
      ...(settings.signIn !== undefined && { methodLimits: signInLimits(settings.signIn) }),
      accountCloudWatchRole: settings.accountCloudWatchRole,
      disableExecuteApiEndpoint: settings.domain !== undefined,
    });
    const { domain, mutualTlsDomain } = settings;
    if (domain !== undefined) addTokenDomain(this.api, domain);
    this.mutualTlsDomainName = mutualTlsDomain === undefined ? undefined : addMutualTlsDomain(this.api, mutualTlsDomain);
    this.issuer = settings.issuer ?? `https://${this.api.restApiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}/${STAGE_NAME}`;
    this.environment = {
      TENANTS_TABLE: storage.tenants.tableName,
      CLIENTS_TABLE: storage.clients.tableName,
      USERS_TABLE: storage.users.tableName,
      TOKENS_TABLE: storage.tokens.tableName,
      SIGNING_KEYS_SECRET: storage.signingKeys.secretId,
      TENANT_SECRETS_PREFIX: `${settings.prefix}/tenants/`,
      ISSUER: this.issuer,
      URL_SUFFIX: Aws.URL_SUFFIX,
      AUTHORIZER_CACHE_SECONDS: String(settings.authorizerCacheSeconds),
    };
    this.handler = openFunction(this, 'Function', {
      bundle: 'token',
      description: 'Gatehouse: token API.',
      settings: settings.token,
      logRetention: settings.logRetention,
      awsEndpoints: settings.awsEndpoints,
      awsClient: settings.awsClient,
      environment: { ...this.environment, ...(mutualTlsDomain !== undefined && { MUTUAL_TLS_URL: `https://${mutualTlsDomain.name}` }) },
      isCalledSynchronously: true,
      ...(placement !== undefined && { placement }),
    });
    permitToken(this.handler, { storage, settings });
    addTokenPaths(this.api, this.handler, settings.signIn === undefined ? [] : [...BROWSER_PATHS_OF_TENANTS, BESIDE_THEM]);
    addGatewayResponses(this.api, settings);
  }
}

/** With limits of their own these are resources of their own, of all tenants together; else the proxy of a tenant's paths has them. */
const BROWSER_PATHS_OF_TENANTS = BROWSER_PATHS.map((path) => `/t/{tenant}${path}`);

/** What else is below `/t/{tenant}/oauth2`: no page of AWS says that API Gateway goes back from there to the proxy above. */
const BESIDE_THEM = '/t/{tenant}/oauth2/{proxy+}';

const signInLimits = (limits: NonNullable<GatehouseSettings['signIn']>) =>
  Object.fromEntries([...BROWSER_PATHS, ...BROWSER_PATHS_OF_TENANTS].map((path) => [`${path}/ANY`, limits]));

/** One permission covers all paths: one for each would fill the function's policy. */
function addTokenPaths(api: RestApi, handler: LambdaFunction, limited: readonly string[]): void {
  const integration = new LambdaIntegration(handler, { scopePermissionToMethod: false });
  for (const path of [...Object.values(TOKEN_PATHS).flat(), ...TENANT_PATHS, ...limited])
    api.root.resourceForPath(path).addMethod('ANY', integration);
  keepOnePermission(handler, api);
  acknowledge(api, {
    'AwsSolutions-APIG4': 'These are the endpoints that authenticate: clients show their credentials to the function itself.',
    'AwsSolutions-COG4': 'These are the endpoints that authenticate; Gatehouse stands in the place of Cognito.',
  });
}
