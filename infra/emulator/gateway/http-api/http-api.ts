// An HTTP API of the template as the gateway runs it.

export interface HttpApi {
  readonly logicalId: string;
  readonly apiId: string;
  readonly accountId: string;
  readonly region: string;
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly routes: readonly HttpRoute[];
  readonly cors: CorsConfiguration | undefined;
}

export interface HttpRoute {
  /** `GET /order/{id}`, `ANY /{proxy+}`, `$default`. */
  readonly routeKey: string;
  readonly method: string;
  /** Undefined: `$default`. */
  readonly segments: readonly string[] | undefined;
  readonly authorizer: HttpAuthorizer | undefined;
  readonly integration: HttpIntegration;
}

export interface HttpAuthorizer {
  readonly authorizerId: string;
  readonly functionArn: string;
  readonly payloadVersion: '1.0' | '2.0';
  /** The answer is `isAuthorized` and not a policy. */
  readonly simpleResponses: boolean;
  /** `$request.header.Authorization`, `$context.routeKey`… in their order. */
  readonly identitySources: readonly string[];
  /** Seconds; 0: nothing is cached. */
  readonly ttlSeconds: number;
}

export type HttpIntegration =
  /** Something of AWS that nothing here stands in for: the route answers 501 and says so. */
  | { readonly kind: 'unavailable'; readonly why: string }
  | { readonly kind: 'lambda-proxy'; readonly functionArn: string; readonly payloadVersion: '1.0' | '2.0'; readonly timeoutMs: number }
  | {
      readonly kind: 'http-proxy';
      readonly uri: string;
      /** `ANY`: the client's. */
      readonly method: string;
      readonly timeoutMs: number;
      readonly mappings: readonly ParameterMapping[];
    };

/** `overwrite:header.X-JWT-Assertion` and what to take for it. */
export interface ParameterMapping {
  readonly action: 'append' | 'overwrite' | 'remove';
  readonly place: 'header' | 'querystring' | 'path';
  readonly name: string;
  /** Text with `$request.…`, `$context.…` or `${…}` in it. */
  readonly value: string;
}

export interface CorsConfiguration {
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly maxAgeSeconds: number | undefined;
  readonly allowCredentials: boolean;
}
