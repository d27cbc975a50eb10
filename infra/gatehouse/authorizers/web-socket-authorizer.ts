// Puts the authorizer on `$connect` of a WebSocket API: who may not connect sends no message. Routes of messages have no
// authorizer at API Gateway; what it said of the connection stands in the request context of each.

import {
  CfnAuthorizer,
  CfnIntegration,
  CfnRoute,
  type IWebSocketApi,
  type WebSocketApi,
  WebSocketRoute,
  type WebSocketRouteIntegration,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { ApiEntryProps } from '../api-entries/kept-api-entry.ts';
import { hasResourceType } from '../has-resource-type.ts';
import { type AuthorizerParts, authorizerUri } from './authorizer-parts.ts';
import { openRouteEntry, type RouteEntry } from './route-entry.ts';
import type { ExistingBackend, HttpRouteOptions } from './route-options.ts';

export interface ProtectWebSocketApiProps extends Omit<ApiEntryProps, 'entry'> {
  /** The stage that the entry names. Default: none is known, so an entry needs it. */
  readonly stage?: string;
}

export type AnyWebSocketApi = WebSocketApi | IWebSocketApi;

const CONNECT = '$connect';

/** A Lambda function of a WebSocket API must read the JWT from `event.requestContext.authorizer.endUserJwt`. */
export type WebSocketConnectOptions = HttpRouteOptions & Required<ExistingBackend>;

export class WebSocketAuthorizer extends Construct {
  readonly #api: AnyWebSocketApi;
  readonly #authorizerId: string;
  readonly #entry: RouteEntry;
  #isProtected = false;

  constructor(scope: Construct, id: string, api: AnyWebSocketApi, parts: AuthorizerParts, props: ProtectWebSocketApiProps = {}) {
    super(scope, id);
    // Callers without types may still say it, and would wait for what never comes.
    if ('resource' in props)
      throw new Error('resource: a WebSocket API has no document: its clients are told where they get their tokens.');
    this.#api = api;
    this.#authorizerId = new CfnAuthorizer(this, 'Authorizer', {
      apiId: api.apiId,
      name: this.node.path.replaceAll('/', '-').slice(-128),
      authorizerType: 'REQUEST',
      authorizerUri: authorizerUri(this, parts),
      ...(parts.invokeRole !== undefined && { authorizerCredentialsArn: parts.invokeRole.roleArn }),
      identitySource: ['route.request.header.Authorization'],
    }).ref;
    const common = { countTiers: false, clientCertificates: false, serviceToken: parts.apiEntriesToken, resource: undefined };
    this.#entry = openRouteEntry(this, { ...props, id, apiId: api.apiId, stage: props.stage, ...common });
    api.node.addValidation({ validate: () => [...this.#faults(), ...this.#entry.findFaults()] });
  }

  /** Adds `$connect`, which only those may call whom the rule of `/$connect` lets in. */
  protectConnect(integration: WebSocketRouteIntegration, options: WebSocketConnectOptions): WebSocketRoute {
    const route = new WebSocketRoute(this.#api, `${CONNECT}-Route`, {
      webSocketApi: this.#api as IWebSocketApi,
      routeKey: CONNECT,
      integration,
      authorizer: { bind: () => ({ authorizerId: this.#authorizerId, authorizationType: 'CUSTOM' }) },
    });
    this.#remember(options);
    return route;
  }

  /** The same for a `$connect` that is there. @throws Error for another route */
  protectRoute(route: WebSocketRoute, options: WebSocketConnectOptions): WebSocketRoute {
    const resource = route.node.defaultChild;
    if (route.routeKey !== CONNECT || !hasResourceType(resource, CfnRoute))
      throw new Error(`${route.routeKey}: a WebSocket API has an authorizer on $connect alone.`);
    resource.authorizationType = 'CUSTOM';
    resource.authorizerId = this.#authorizerId;
    this.#remember(options);
    return route;
  }

  #remember(options: WebSocketConnectOptions): void {
    this.#isProtected = true;
    this.#entry.protect('GET', `/${CONNECT}`, options);
  }

  #faults(): string[] {
    if (!this.#isProtected)
      return ['$connect: anyone may open a connection. Use protectConnect, or protectRoute for the route that is there.'];
    const resources = this.#api.node.root.node.findAll();
    const { apiId } = this.#api;
    return resources
      .filter((resource) => hasResourceType(resource, CfnIntegration))
      .filter((resource) => resource.apiId === apiId && resource.integrationType === 'HTTP_PROXY')
      .filter(
        (resource) =>
          !JSON.stringify(Stack.of(resource).resolve(resource.requestParameters) ?? {}).includes('context.authorizer.endUserJwt'),
      )
      .map(
        (resource) =>
          `(${resource.node.path}): an HTTP backend of a WebSocket API must map a header to context.authorizer.endUserJwt, or it can't tell who is connected.`,
      );
  }
}
