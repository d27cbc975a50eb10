// What a Gatehouse does for APIs, wherever it is deployed.

import type { RestApiBase } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import type { AuthorizerParts } from './authorizers/authorizer-parts.ts';
import type { AnyHttpApi } from './authorizers/http-api.ts';
import { HttpAuthorizer, type ProtectHttpApiProps } from './authorizers/http-authorizer.ts';
import { type ProtectDocumentProps, protectDocument } from './authorizers/protect-document.ts';
import type { ProtectRestApiProps } from './authorizers/protect-rest-api-props.ts';
import { type AnyRestApi, findRestApiResource } from './authorizers/rest-api.ts';
import { RestAuthorizer } from './authorizers/rest-authorizer.ts';
import { type AnyWebSocketApi, type ProtectWebSocketApiProps, WebSocketAuthorizer } from './authorizers/web-socket-authorizer.ts';
import type { WatchedApi } from './observability/alarms.ts';

export abstract class ProtectsApis extends Construct {
  /**
   * Puts the authorizer in front of a REST API, with gateway responses in the words of Gatehouse: one that the app makes,
   * in whichever way, or one that is imported. Routes are then added by `protect` and `open` of what this returns, or
   * changed by `protectMethod` and `openMethod`; a route that would let a forged end-user JWT through fails synthesis.
   */
  protectRestApi(id: string, api: AnyRestApi, props: ProtectRestApiProps = {}): RestAuthorizer {
    const authorizer = new RestAuthorizer(api, id, api, this.authorizerParts, props);
    // Of an imported API the name is not known that its metrics go by.
    if (findRestApiResource(api) !== undefined) this.watch(authorizer, api as RestApiBase);
    return authorizer;
  }

  /**
   * Puts the authorizer, the header mappings and the gateway responses into the OpenAPI document of a REST API, for
   * `new SpecRestApi(…, { apiDefinition: ApiDefinition.fromInline(…) })`. `protectRestApi` of that API then looks at it.
   *
   * @param document OpenAPI 3 or Swagger 2, as an object; it is not changed
   * @throws Error that names the operation
   */
  protectDocument(document: object, props: ProtectDocumentProps = {}): object {
    return protectDocument(this, document, this.authorizerParts, props);
  }

  /** The same for an HTTP API, which has no gateway responses: bodies are API Gateway's, and a bad credential is 403. */
  protectHttpApi(id: string, api: AnyHttpApi, props: ProtectHttpApiProps = {}): HttpAuthorizer {
    const authorizer = new HttpAuthorizer(api, id, api, this.authorizerParts, props);
    this.watch(authorizer, api);
    return authorizer;
  }

  /** The same for a WebSocket API: its `$connect`. */
  protectWebSocketApi(id: string, api: AnyWebSocketApi, props: ProtectWebSocketApiProps = {}): WebSocketAuthorizer {
    return new WebSocketAuthorizer(api, id, api, this.authorizerParts, props);
  }

  protected abstract get authorizerParts(): AuthorizerParts;

  /** An alarm on the API's own failures, where this deployment has alarms. */
  protected abstract watch(authorizer: Construct, api: WatchedApi): void;
}
