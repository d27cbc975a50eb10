// CORS of an HTTP API: where it is configured, API Gateway answers preflight requests itself, asks no authorizer for
// them, and puts its own headers in place of the backend's ("Configuring CORS for an HTTP API").

import { type GatewayRequest, type GatewayResponse, type HeaderList, headerValue } from '../http-message.ts';
import type { CorsConfiguration } from './http-api.ts';

function allowedOrigin(cors: CorsConfiguration, request: GatewayRequest): string | undefined {
  const origin = headerValue(request.headers, 'origin');
  if (origin === undefined) return undefined;
  if (cors.allowOrigins.includes('*')) return '*';
  return cors.allowOrigins.includes(origin) ? origin : undefined;
}

function originHeaders(cors: CorsConfiguration, origin: string): HeaderList {
  const credentials: HeaderList = cors.allowCredentials ? [['Access-Control-Allow-Credentials', 'true']] : [];
  return [['Access-Control-Allow-Origin', origin], ...credentials];
}

/** The answer to a preflight request; undefined where the request is none, or CORS is not configured. */
export function preflightResponse(cors: CorsConfiguration | undefined, request: GatewayRequest): GatewayResponse | undefined {
  const asked = headerValue(request.headers, 'access-control-request-method');
  if (cors === undefined || request.method !== 'OPTIONS' || asked === undefined) return undefined;
  const origin = allowedOrigin(cors, request);
  const age: HeaderList = cors.maxAgeSeconds === undefined ? [] : [['Access-Control-Max-Age', String(cors.maxAgeSeconds)]];
  const headers: HeaderList =
    origin === undefined
      ? []
      : [
          ...originHeaders(cors, origin),
          ['Access-Control-Allow-Methods', cors.allowMethods.join(',')],
          ['Access-Control-Allow-Headers', cors.allowHeaders.join(',')],
          ...age,
        ];
  return { status: 204, headers, body: Buffer.alloc(0) };
}

/** The headers of a response, with the API's CORS headers in place of the backend's. */
export function corsHeaders(cors: CorsConfiguration | undefined, request: GatewayRequest, headers: HeaderList): HeaderList {
  if (cors === undefined) return headers;
  const others = headers.filter(([name]) => !name.toLowerCase().startsWith('access-control-'));
  const origin = allowedOrigin(cors, request);
  if (origin === undefined) return others;
  const exposed: HeaderList = cors.exposeHeaders.length === 0 ? [] : [['Access-Control-Expose-Headers', cors.exposeHeaders.join(',')]];
  return [...others, ...originHeaders(cors, origin), ...exposed];
}
