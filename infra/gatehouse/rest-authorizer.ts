// Puts the authorizer in front of a REST API, and sees to it that no route lets a client's own end-user JWT through.

import {
  AuthorizationType,
  HttpIntegration,
  IdentitySource,
  type Integration,
  type IntegrationOptions,
  type IResource,
  type Method,
  PassthroughBehavior,
  RequestAuthorizer,
  type RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { addGatewayResponses } from './gateway-responses.ts';

export interface RestAuthorizerProps {
  readonly api: RestApi;
  readonly handler: IFunction;
  readonly invokeRole: IRole;
  readonly cacheSeconds: number;
}

export class RestAuthorizer extends Construct {
  readonly authorizer: RequestAuthorizer;
  readonly #header = 'X-JWT-Assertion';

  constructor(scope: Construct, id: string, props: RestAuthorizerProps) {
    super(scope, id);
    this.authorizer = new RequestAuthorizer(this, 'Authorizer', {
      handler: props.handler,
      assumeRole: props.invokeRole,
      identitySources: [IdentitySource.header('Authorization'), IdentitySource.context('httpMethod'), IdentitySource.context('path')],
      resultsCacheTtl: Duration.seconds(props.cacheSeconds),
    });
    addGatewayResponses(props.api, { realm: 'gatehouse', allowOrigin: '*' });
  }

  /** A route that only what the rules allow may call; the backend gets the end-user JWT. */
  protect(resource: IResource, httpMethod: string, url: string): Method {
    return resource.addMethod(httpMethod, this.#proxy(httpMethod, url, 'context.authorizer.endUserJwt'), {
      authorizer: this.authorizer,
      authorizationType: AuthorizationType.CUSTOM,
    });
  }

  /** A route that anyone may call; the header is blank, whatever the client sent. */
  open(resource: IResource, httpMethod: string, url: string): Method {
    return resource.addMethod(httpMethod, this.#proxy(httpMethod, url, "''"), { authorizationType: AuthorizationType.NONE });
  }

  #proxy(httpMethod: string, url: string, header: string): Integration {
    const options: IntegrationOptions = {
      passthroughBehavior: PassthroughBehavior.WHEN_NO_MATCH,
      requestParameters: { [`integration.request.header.${this.#header}`]: header },
    };
    return new HttpIntegration(url, { proxy: true, httpMethod, options });
  }
}
