// The demo: the PizzaShack API behind the authorizer, its backend, and the web service that knows its users.

import { EndpointType, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { type FunctionUrl, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnOutput } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { stageOptions } from './gatehouse/access-log.ts';
import type { BundleName } from './gatehouse/bundle.ts';
import { openFunction } from './gatehouse/functions.ts';
import type { Gatehouse } from './gatehouse/gatehouse.ts';

export class DemoApi extends Construct {
  readonly api: RestApi;

  constructor(scope: Construct, id: string, gatehouse: Gatehouse) {
    super(scope, id);
    this.api = new RestApi(this, 'PizzaShack', {
      restApiName: 'PizzaShack',
      description: 'Demo API behind Gatehouse.',
      endpointTypes: [EndpointType.REGIONAL],
      cloudWatchRole: false,
      deployOptions: stageOptions(this, { stageName: 'prod', requestsPerSecond: 100, burst: 200, logRetention: RetentionDays.ONE_WEEK }),
    });
    const backend = this.#openDemoFunction('Backend', 'pizzashack', 'Demo backend: the PizzaShack API.');
    const userService = this.#openDemoFunction('UserService', 'user-service', 'Demo web service that knows users.');
    const routes = gatehouse.protectRestApi('Gatehouse', this.api);
    const base = this.api.root.addResource('pizzashack').addResource('1.0.0');
    const url = (name: string): string => `${backend.url}pizzashack/1.0.0/${name}`;
    routes.protect(base.addResource('menu'), 'GET', url('menu'));
    routes.protect(base.addResource('order'), 'POST', url('order'));
    routes.protect(base.addResource('whoami'), 'GET', url('whoami'));
    routes.open(base.addResource('health'), 'GET', url('health'));
    new CfnOutput(this, 'ApiId', { value: this.api.restApiId, description: 'apiId of the api# entry.' });
    new CfnOutput(this, 'Url', { value: `${this.api.url}pizzashack/1.0.0` });
    new CfnOutput(this, 'UserServiceUrl', { value: userService.url, description: 'url of the userstore# entry.' });
  }

  #openDemoFunction(id: string, name: BundleName, description: string): FunctionUrl {
    const settings = { memoryMb: 256, timeoutSeconds: 10, logRetention: RetentionDays.ONE_WEEK };
    return openFunction(this, id, name, settings, {}, description).addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
  }
}
