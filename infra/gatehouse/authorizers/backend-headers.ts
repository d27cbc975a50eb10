// What an HTTP backend gets in place of headers that a client may have sent: the end-user JWT (A72), nothing of the
// credential (A106), and no other method than the one that was judged (A109).

/** What is written where there is nobody: an empty value may replace nothing, and the client's own would get through. */
const NONE = 'none';

/** What the authorizer put into its context. */
const JWT_IN_CONTEXT = 'context.authorizer.endUserJwt';

/** Frameworks that are told to take the method from one of these would serve a POST as a DELETE. */
export const METHOD_OVERRIDES = ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'] as const;

/** Sources of mappings of a REST API. A static value stands in quotes. */
export const REST_SOURCES = { jwt: JWT_IN_CONTEXT, none: `'${NONE}'` } as const;

/** Values of mappings of an HTTP API. */
export const HTTP_SOURCES = { jwt: `$${JWT_IN_CONTEXT}`, none: NONE } as const;

/** Where a mapped header of a REST API goes. Names are mapped exactly as written here. */
export const headerTarget = (header: string): string => `integration.request.header.${header}`;

export interface RestHeaders {
  /** Of the end-user JWT. */
  readonly header: string;
  readonly isProtected: boolean;
  /** The backend gets the caller's own `Authorization`. */
  readonly forwardsAuthorization: boolean;
  /** Of the route; `ANY`: the one that was called. */
  readonly httpMethod: string;
}

/** The header mappings of one route of a REST API with an HTTP backend. */
export function restHeaderMappings({ header, isProtected, forwardsAuthorization, httpMethod }: RestHeaders): Record<string, string> {
  // The method as it is: frameworks that obey such a header change nothing, and none finds a method that it does not know.
  const method = httpMethod === 'ANY' ? 'context.httpMethod' : `'${httpMethod}'`;
  return {
    [headerTarget(header)]: isProtected ? REST_SOURCES.jwt : REST_SOURCES.none,
    ...(!forwardsAuthorization && { [headerTarget('Authorization')]: REST_SOURCES.none }),
    ...Object.fromEntries(METHOD_OVERRIDES.map((name) => [headerTarget(name), method])),
  };
}
