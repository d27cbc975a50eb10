// What API Gateway itself answers, in place of its own bodies: the codes of DESIGN section 5, `WWW-Authenticate`
// (RFC 6750 section 3), and CORS headers, without which a browser shows its script nothing but an opaque failure.

import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';

export interface GatewayResponseSettings {
  /** Of the challenge in 401 (RFC 9110 section 11.5). */
  readonly realm: string;
  /** Value of `Access-Control-Allow-Origin`; credentials are never allowed, so that `*` shows no cookie's answer. */
  readonly allowOrigin: string;
}

const body = (code: string, message: string, description: string): string => JSON.stringify({ code, message, description });

const FAULTS = {
  unauthorized: body('900901', 'Invalid Credentials', 'The credential is missing, wrong, expired or revoked.'),
  // Templates substitute text and don't escape it: what the authorizer puts here has no quotes in it.
  denied: body('$context.authorizer.code', '$context.authorizer.message', '$context.authorizer.description'),
  failure: body('900900', 'Unclassified Authentication Failure', 'The request could not be checked. Try again later.'),
  unknownRoute: body('404', 'Not Found', 'No matching resource found for the given request.'),
  throttled: body('900800', 'Message throttled out', 'Too many requests. Try again later.'),
  quota: body('900804', 'Message throttled out', 'The quota of the subscription is used up. Try again later.'),
  blocked: body('900805', 'Message blocked', 'The request was blocked.'),
  other: body('$context.error.responseType', 'Request refused', 'The gateway refused the request.'),
  otherFailure: body('$context.error.responseType', 'Gateway failure', 'The gateway could not answer. Try again later.'),
} as const;

/** Adds all of them to an API. */
export function addGatewayResponses(api: RestApi, settings: GatewayResponseSettings): void {
  const challenge = `'Bearer realm="${settings.realm}", error="invalid_token"'`;
  const add = (type: ResponseType, fault: keyof typeof FAULTS, statusCode?: string, headers: Record<string, string> = {}): void => {
    api.addGatewayResponse(type.responseType.toString(), {
      type,
      ...(statusCode !== undefined && { statusCode }),
      responseHeaders: {
        'Access-Control-Allow-Origin': `'${settings.allowOrigin}'`,
        'Access-Control-Expose-Headers': "'WWW-Authenticate, Retry-After'",
        'Cache-Control': "'no-store'",
        ...headers,
      },
      templates: { 'application/json': FAULTS[fault] },
    });
  };
  add(ResponseType.UNAUTHORIZED, 'unauthorized', '401', { 'WWW-Authenticate': challenge });
  add(ResponseType.ACCESS_DENIED, 'denied', '403', { 'WWW-Authenticate': 'context.authorizer.wwwAuthenticate' });
  add(ResponseType.AUTHORIZER_FAILURE, 'failure', '500');
  add(ResponseType.AUTHORIZER_CONFIGURATION_ERROR, 'failure', '500');
  // API Gateway calls a route that does not exist a missing token (403): that sends people looking for the wrong fault.
  add(ResponseType.MISSING_AUTHENTICATION_TOKEN, 'unknownRoute', '404');
  add(ResponseType.THROTTLED, 'throttled', '429', { 'Retry-After': "'1'" });
  add(ResponseType.QUOTA_EXCEEDED, 'quota', '429', { 'Retry-After': "'60'" });
  add(ResponseType.WAF_FILTERED, 'blocked', '403');
  add(ResponseType.DEFAULT_4XX, 'other');
  add(ResponseType.DEFAULT_5XX, 'otherFailure');
}
