// The construct: all of Gatehouse, for a CDK app of yours.

import type { DomainName, RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { AuthorizerService } from './authorizers/authorizer-service.ts';
import { HttpAuthorizer, type ProtectHttpApiProps } from './authorizers/http-authorizer.ts';
import { type AuthorizerParts, type ProtectRestApiProps, RestAuthorizer } from './authorizers/rest-authorizer.ts';
import { OperatorService } from './functions/operator-service.ts';
import { openPlacement } from './functions/placement.ts';
import { Observability } from './observability/observability.ts';
import { type GatehouseProps, type GatehouseSettings, settingsOf } from './settings.ts';
import { SigningKeysService } from './storage/signing-keys-service.ts';
import { Storage } from './storage/storage.ts';
import { TokenService } from './token-api/token-service.ts';
import { WebAcl } from './token-api/web-acl.ts';

export class Gatehouse extends Construct {
  readonly storage: Storage;
  readonly tokenApi: RestApi;
  readonly tokenFunction: LambdaFunction;
  readonly authorizerFunction: LambdaFunction;
  readonly signingKeysFunction: LambdaFunction;
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
    const { prefix, observability } = this.#settings;
    if (observability !== false) {
      this.#observability = new Observability(this, 'Observability', prefix, observability, {
        tokenApi: token.api,
        token: token.handler,
        authorizer: authorizer.handler,
        signingKeys: signingKeys.handler,
        storage: this.storage,
      });
      // An alarm takes it for a fault when no age of the keys is counted.
      this.#observability.precede(signingKeys.keys);
    }
  }

  /**
   * Puts the authorizer in front of a REST API, with gateway responses in the words of Gatehouse. Routes are then added
   * by `protect` and `open` of what this returns; a route that would let a forged end-user JWT through fails synthesis.
   */
  protectRestApi(id: string, api: RestApi, props: ProtectRestApiProps = {}): RestAuthorizer {
    const authorizer = new RestAuthorizer(api, id, api, this.#authorizerParts, props);
    this.#observability?.watchApi(authorizer, api);
    return authorizer;
  }

  /** The same for an HTTP API, which has no gateway responses: bodies are API Gateway's, and a bad credential is 403. */
  protectHttpApi(id: string, api: HttpApi, props: ProtectHttpApiProps = {}): HttpAuthorizer {
    const authorizer = new HttpAuthorizer(api, id, api, this.#authorizerParts, props);
    this.#observability?.watchApi(authorizer, api);
    return authorizer;
  }

  get #authorizerParts(): AuthorizerParts {
    return {
      handler: this.authorizerFunction,
      invokeRole: this.authorizerInvokeRole,
      maxCacheSeconds: this.#settings.authorizerCacheSeconds,
      gatewayResponses: this.#settings,
      webAcl: this.#webAcl,
    };
  }
}
