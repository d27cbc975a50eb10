// A REST API of the template as the gateway runs it.

import type { JsonRecord } from '../../template/json.ts';
import type { UsagePlan } from './read-usage-plans.ts';

export interface RestApi {
  readonly logicalId: string;
  readonly apiId: string;
  readonly accountId: string;
  readonly region: string;
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly binaryMediaTypes: readonly string[];
  readonly routes: readonly RestRoute[];
  /** Where a caller's usage key comes from. */
  readonly apiKeySource: 'HEADER' | 'AUTHORIZER';
  readonly usagePlans: readonly UsagePlan[];
  /** By gateway response type, `DEFAULT_4XX` and `DEFAULT_5XX` among them. */
  readonly gatewayResponses: ReadonlyMap<string, GatewayResponseTemplate>;
}

/** One method of one resource. */
export interface RestRoute {
  readonly resourceId: string;
  /** Template: `/pizzashack/1.0.0/order/{id}`. */
  readonly resourcePath: string;
  /** Segments of the template. */
  readonly segments: readonly string[];
  /** An HTTP method, or `ANY`. */
  readonly method: string;
  readonly authorizer: RestAuthorizer | undefined;
  readonly apiKeyRequired: boolean;
  /** `method.request.header.X` and the like that a request validator asks for. */
  readonly requiredParameters: readonly string[];
  readonly integration: RestIntegration;
}

export interface RestAuthorizer {
  readonly authorizerId: string;
  readonly name: string;
  readonly type: 'TOKEN' | 'REQUEST';
  readonly functionArn: string;
  /** `method.request.header.Authorization`, `context.path`… in their order. */
  readonly identitySources: readonly string[];
  /** TOKEN alone: what the token must look like before the function is asked. */
  readonly identityValidation: RegExp | undefined;
  /** Seconds; 0: nothing is cached. */
  readonly ttlSeconds: number;
}

export type RestIntegration =
  | { readonly kind: 'lambda-proxy'; readonly functionArn: string; readonly timeoutMs: number }
  | {
      readonly kind: 'http-proxy';
      readonly uri: string;
      /** `ANY`: the client's. */
      readonly method: string;
      readonly timeoutMs: number;
      /** `integration.request.header.X` from `context.authorizer.y` and the like. */
      readonly requestParameters: Readonly<Record<string, string>>;
    }
  | ({ readonly kind: 'mock' } & Pick<CustomIntegration, 'requestTemplates' | 'passthrough' | 'responses'>)
  | CustomIntegration
  /** Something of AWS that nothing here stands in for: the route answers 501 and says so. */
  | { readonly kind: 'unavailable'; readonly why: string };

/** `HTTP`, or `AWS` with a Lambda function: what is mapped reaches the backend, and nothing else. */
export interface CustomIntegration {
  readonly kind: 'custom';
  readonly backend: { readonly functionArn: string } | { readonly uri: string; readonly method: string };
  readonly timeoutMs: number;
  readonly requestParameters: Readonly<Record<string, string>>;
  /** By media type. */
  readonly requestTemplates: Readonly<Record<string, string>>;
  readonly passthrough: 'WHEN_NO_MATCH' | 'WHEN_NO_TEMPLATES' | 'NEVER';
  readonly responses: readonly MappedResponse[];
}

/** An integration response. */
export interface MappedResponse {
  readonly status: number;
  /** What the status of a backend or the error of a function must look like. Absent: the default. */
  readonly selectionPattern: RegExp | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  readonly templates: Readonly<Record<string, string>>;
}

export interface GatewayResponseTemplate {
  readonly status: number | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  readonly templates: Readonly<Record<string, string>>;
}

/** `$context` of the API Gateway guide: what mappings, identity sources and templates may name. */
export type RequestContext = JsonRecord;
