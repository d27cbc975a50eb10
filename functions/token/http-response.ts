// Responses as API Gateway takes them. Nothing that a token, a secret or a person is in may be cached (RFC 6749 section 5.1, A62).

export interface HttpResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Values of `Set-Cookie`. Absent: none. */
  readonly cookies?: readonly string[];
  readonly body: string;
}

const NO_STORE = { 'Content-Type': 'application/json;charset=UTF-8', 'Cache-Control': 'no-store', Pragma: 'no-cache' } as const;

/** @param body JSON; empty where there is nothing to say */
export function jsonResponse(statusCode: number, body: string, headers?: Readonly<Record<string, string>>): HttpResponse {
  return { statusCode, headers: headers === undefined ? NO_STORE : { ...NO_STORE, ...headers }, body };
}

/** Time for which caches may keep keys and metadata: a new key is announced for longer before it signs. */
export const PUBLIC_DOCUMENT_SECONDS = 300;

/** Public documents: keys and metadata. */
export function cacheableResponse(body: string, maxAgeSeconds: number): HttpResponse {
  return {
    statusCode: 200,
    headers: {
      'Content-Type': 'application/json;charset=UTF-8',
      'Cache-Control': `public, max-age=${maxAgeSeconds}`,
      // Public to anybody, so to any web page as well.
      'Access-Control-Allow-Origin': '*',
    },
    body,
  };
}
