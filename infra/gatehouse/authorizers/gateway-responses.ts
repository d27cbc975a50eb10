// What API Gateway itself answers, in place of its own bodies: the codes that clients know from WSO2, `WWW-Authenticate`
// (RFC 6750 section 3), and CORS headers, without which a browser shows its script nothing but an opaque failure.

import { GatewayResponse, type IRestApi, ResponseType } from 'aws-cdk-lib/aws-apigateway';
import { Lazy } from 'aws-cdk-lib/core';
import type { AnyRestApi } from './rest-api.ts';

export interface GatewayResponseSettings {
  /** Of the challenge in 401 (RFC 9110 section 11.5). */
  readonly realm: string;
  /** Value of `Access-Control-Allow-Origin`. Credentials are never allowed, so that `*` opens nobody's session. */
  readonly allowOrigin: string;
}

/** The authorizer did not answer, or not as it should: the caller need not know which. */
const UNDECIDED = ['900900', 'Unclassified Authentication Failure', 'The request could not be checked. Try again later.'] as const;

/** By what the authorizer can say, then what API Gateway refuses on its own. */
const FAULTS = [
  {
    type: ResponseType.UNAUTHORIZED,
    status: '401',
    body: ['900901', 'Invalid Credentials', 'The credential is missing, wrong, expired or revoked.'],
  },
  {
    type: ResponseType.ACCESS_DENIED,
    status: '403',
    // Substituted as text: what the authorizer says here has neither quotes nor backslashes in it.
    body: ['$context.authorizer.code', '$context.authorizer.message', '$context.authorizer.description'],
    headers: { 'WWW-Authenticate': 'context.authorizer.wwwAuthenticate', 'Gatehouse-Decision': 'context.authorizer.decision' },
  },
  {
    type: ResponseType.AUTHORIZER_FAILURE,
    status: '500',
    body: UNDECIDED,
  },
  {
    type: ResponseType.AUTHORIZER_CONFIGURATION_ERROR,
    status: '500',
    body: UNDECIDED,
  },
  {
    // API Gateway calls a route that does not exist a missing token, 403, which sends people after the wrong fault.
    type: ResponseType.MISSING_AUTHENTICATION_TOKEN,
    status: '404',
    body: ['404', 'Not Found', 'The API has no such resource or method.'],
  },
  {
    type: ResponseType.THROTTLED,
    status: '429',
    body: ['900800', 'Message throttled out', 'Too many requests. Try again later.'],
    headers: { 'Retry-After': "'1'" },
  },
  {
    type: ResponseType.QUOTA_EXCEEDED,
    status: '429',
    body: ['900804', 'Message throttled out', 'The quota of the subscription is used up. Try again later.'],
    headers: { 'Retry-After': "'60'" },
  },
  { type: ResponseType.WAF_FILTERED, status: '403', body: ['900805', 'Message blocked', 'The request was blocked.'] },
  { type: ResponseType.DEFAULT_4XX, body: ['$context.error.responseType', 'Request refused', 'The gateway refused the request.'] },
  { type: ResponseType.DEFAULT_5XX, body: ['$context.error.responseType', 'Gateway failure', 'The gateway could not answer.'] },
] as const satisfies readonly {
  readonly type: ResponseType;
  readonly status?: string;
  readonly body: readonly [code: string, message: string, description: string];
  readonly headers?: Readonly<Record<string, string>>;
}[];

/** What the authorizer's answer that is none means where tiers are counted; see functions/authorizer/authorizer-response.ts. */
const TIER_USED_UP = {
  type: ResponseType.AUTHORIZER_CONFIGURATION_ERROR,
  status: '429',
  body: ['900803', 'Message throttled out', 'You have exceeded your quota.'],
  headers: { 'Retry-After': "'60'" },
} as const;

export interface ApiBehind {
  /** The authorizer counts tiers for this API. */
  readonly countsTiers: boolean;
  /** Routes of this API take HTTP Basic. Asked when all of them are known. */
  readonly takesBasic: () => boolean;
  /** Parameters that tell clients where to get a token. Absent: none. */
  readonly findable?: string | undefined;
}

/**
 * Adds all of them to an API.
 *
 * @param behind absent: no authorizer of ours
 */
export function addGatewayResponses(api: AnyRestApi, settings: GatewayResponseSettings, behind?: ApiBehind): void {
  const challenge = Lazy.string({ produce: () => quoted(challengeOf(settings, behind?.takesBasic() ?? false, behind?.findable)) });
  for (const { type, headers, template, ...status } of responsesOf(settings, behind?.countsTiers ?? false, challenge)) {
    if (api.node.tryFindChild(type.responseType) !== undefined)
      throw new Error(
        `The API has a gateway response ${type.responseType} already. Say gatewayResponses: false to keep its own, and protect an API once.`,
      );
    const templates = { 'application/json': template };
    new GatewayResponse(api, type.responseType, { restApi: api as IRestApi, type, ...status, responseHeaders: headers, templates });
  }
}

/** All of them as `x-amazon-apigateway-gateway-responses` of an OpenAPI document has them. */
export function gatewayResponsesOf(
  settings: GatewayResponseSettings,
  {
    countsTiers,
    takesBasic,
    findable,
  }: { readonly countsTiers: boolean; readonly takesBasic: boolean; readonly findable?: string | undefined },
): Readonly<Record<string, object>> {
  const responses = responsesOf(settings, countsTiers, quoted(challengeOf(settings, takesBasic, findable)));
  return Object.fromEntries(
    responses.map(({ type, headers, template, statusCode }) => [
      type.responseType,
      {
        ...(statusCode !== undefined && { statusCode: Number(statusCode) }),
        responseParameters: Object.fromEntries(Object.entries(headers).map(([name, value]) => [`gatewayresponse.header.${name}`, value])),
        responseTemplates: { 'application/json': template },
      },
    ]),
  );
}

interface Response {
  readonly type: ResponseType;
  readonly statusCode?: string;
  readonly headers: Record<string, string>;
  readonly template: string;
}

function responsesOf({ allowOrigin }: GatewayResponseSettings, countsTiers: boolean, challenge: string): readonly Response[] {
  const always = {
    'Access-Control-Allow-Origin': quoted(allowOrigin),
    'Access-Control-Expose-Headers': quoted('WWW-Authenticate, Retry-After, x-amzn-RequestId, Gatehouse-Decision'),
    'Cache-Control': quoted('no-store'),
  };
  return FAULTS.map((usual) => {
    const fault = countsTiers && usual.type === TIER_USED_UP.type ? TIER_USED_UP : usual;
    const [code, message, description] = fault.body;
    return {
      type: fault.type,
      ...('status' in fault && { statusCode: fault.status }),
      headers: {
        ...always,
        ...('headers' in fault && fault.headers),
        ...(fault.type === ResponseType.UNAUTHORIZED && { 'WWW-Authenticate': challenge }),
      },
      template: JSON.stringify({ code, message, description }),
    };
  });
}

/**
 * API Gateway answers 401 for a whole API with one text, and a gateway response has one value for each header: both
 * challenges are one list (RFC 9110 section 11.6.1), the token's first. Basic is there only where routes ask for it, since
 * a browser that understands it shows a dialog (RFC 7617 sections 2 and 2.1).
 */
function challengeOf({ realm }: GatewayResponseSettings, takesBasic: boolean, findable = ''): string {
  const bearer = `Bearer realm="${realm}", error="invalid_token"${findable}`;
  return takesBasic ? `${bearer}, Basic realm="${realm}", charset="UTF-8"` : bearer;
}

/** A static value, as parameter mappings write it. */
function quoted(value: string): string {
  if (!/^[\x20-\x26\x28-\x7e]*$/.test(value)) throw new Error(`Not to be quoted in a parameter mapping: ${JSON.stringify(value)}.`);
  return `'${value}'`;
}
