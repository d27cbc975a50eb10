// The construct: all of Gatehouse, for a CDK app of yours.

import type { DomainName, RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { ApiEntriesService } from './api-entries/api-entries-service.ts';
import type { AuthorizerParts } from './authorizers/authorizer-parts.ts';
import { AuthorizerService } from './authorizers/authorizer-service.ts';
import { permitAccounts } from './authorizers/permit-accounts.ts';
import { OperatorService } from './functions/operator-service.ts';
import { openPlacement } from './functions/placement.ts';
import { type GatehouseAttributes, ImportedGatehouse } from './imported-gatehouse.ts';
import type { WatchedApi } from './observability/alarms.ts';
import { Observability } from './observability/observability.ts';
import { ProtectsApis } from './protects-apis.ts';
import { type GatehouseProps, type GatehouseSettings, settingsOf } from './settings.ts';
import { SigningKeysService } from './storage/signing-keys-service.ts';
import { Storage } from './storage/storage.ts';
import { TokenService } from './token-api/token-service.ts';
import { WebAcl } from './token-api/web-acl.ts';

export class Gatehouse extends ProtectsApis {
  readonly storage: Storage;
  readonly tokenApi: RestApi;
  readonly tokenFunction: LambdaFunction;
  readonly authorizerFunction: LambdaFunction;
  readonly signingKeysFunction: LambdaFunction;
  /** Keeps the api# entries of APIs that say `tenant`. */
  readonly apiEntriesFunction: LambdaFunction;
  /** With `operatorFunction: true`. Who may invoke it is for IAM to say: `operatorFunction.grantInvoke(role)`. */
  readonly operatorFunction: LambdaFunction | undefined;
  /** What API Gateway assumes to call the authorizer: `AuthorizerCredentials` of an authorizer made elsewhere. */
  readonly authorizerInvokeRole: IRole;
  readonly issuer: string;
  /** Of `mutualTlsDomain`: what its DNS record must point at. */
  readonly mutualTlsDomainName: DomainName | undefined;
  readonly #settings: GatehouseSettings;
  readonly #webAcl: WebAcl | undefined;
  readonly #observability: Observability | undefined;

  /** @throws Error for properties that can't be */
  constructor(scope: Construct, id: string, props: GatehouseProps = {}) {
    super(scope, id);
    this.#settings = settingsOf(this, props);
    this.storage = new Storage(this, 'Storage', this.#settings);
    const { vpc, tenantFunctionArns } = this.#settings;
    const placement = vpc === undefined ? undefined : openPlacement(this, vpc, tenantFunctionArns.length > 0);
    const token = new TokenService(this, 'Token', this.storage, this.#settings, placement);
    const authorizer = new AuthorizerService(this, 'Authorizer', this.storage, token.environment, this.#settings, placement);
    const signingKeys = new SigningKeysService(this, 'SigningKeys', this.storage, token.environment, this.#settings);
    this.operatorFunction = this.#settings.operatorFunction
      ? new OperatorService(this, 'Operator', this.storage, token.environment, this.#settings, placement).handler
      : undefined;
    this.tokenApi = token.api;
    this.#webAcl = this.#settings.webAcl === undefined ? undefined : new WebAcl(this, 'WebAcl', this.#settings.webAcl);
    this.#webAcl?.protect(token, token.api.deploymentStage);
    this.issuer = token.issuer;
    this.mutualTlsDomainName = token.mutualTlsDomainName;
    this.tokenFunction = token.handler;
    this.authorizerFunction = authorizer.handler;
    this.authorizerInvokeRole = authorizer.invokeRole;
    this.signingKeysFunction = signingKeys.handler;
    this.apiEntriesFunction = new ApiEntriesService(this, 'ApiEntries', this.storage, this.#settings).handler;
    permitAccounts(this.authorizerFunction, this.#settings.authorizerAccounts);
    const { prefix, observability } = this.#settings;
    if (observability !== false) {
      this.#observability = new Observability(this, 'Observability', prefix, observability, {
        tokenApi: token.api,
        token: token.handler,
        authorizer: authorizer.handler,
        signingKeys: signingKeys.handler,
        storage: this.storage,
        watchesSignIn: this.#settings.signIn !== undefined,
      });
      // An alarm takes it for a fault when no age of the keys is counted.
      this.#observability.precede(signingKeys.keys);
    }
  }

  /**
   * A Gatehouse that another stack or another account has deployed, for APIs of this app. See `GatehouseAttributes`.
   *
   * @throws Error for attributes that can't be
   */
  static fromAttributes(scope: Construct, id: string, attributes: GatehouseAttributes): ProtectsApis {
    return new ImportedGatehouse(scope, id, attributes);
  }

  protected override watch(authorizer: Construct, api: WatchedApi): void {
    this.#observability?.watchApi(authorizer, api);
  }

  protected override get authorizerParts(): AuthorizerParts {
    return {
      handler: this.authorizerFunction,
      invokeRole: this.authorizerInvokeRole,
      maxCacheSeconds: this.#settings.authorizerCacheSeconds,
      gatewayResponses: this.#settings,
      webAcl: this.#webAcl,
      issuer: this.issuer,
      tokenFunctionArn: this.tokenFunction.functionArn,
      apiEntriesToken: this.apiEntriesFunction.functionArn,
    };
  }
}
