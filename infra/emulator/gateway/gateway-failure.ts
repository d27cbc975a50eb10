// The ways in which API Gateway itself answers instead of a backend: its gateway response types, each with its default
// status and message ("Gateway response types for API Gateway" of the API Gateway guide).

interface FailureKind {
  readonly status: number;
  /** What `$context.error.responseType` says, where there is no gateway response of this name. */
  readonly reportedAs?: 'DEFAULT_4XX' | 'DEFAULT_5XX';
  /** Null: API Gateway says `{"message":null}`. */
  readonly message: string | null;
  /** Value of `x-amzn-ErrorType`. */
  readonly errorType: string;
}

export const FAILURE_KINDS = {
  ACCESS_DENIED: { status: 403, message: 'User is not authorized to access this resource', errorType: 'AccessDeniedException' },
  API_CONFIGURATION_ERROR: { status: 500, message: 'Internal server error', errorType: 'InternalServerErrorException' },
  AUTHORIZER_CONFIGURATION_ERROR: { status: 500, message: null, errorType: 'AuthorizerConfigurationException' },
  AUTHORIZER_FAILURE: { status: 500, message: null, errorType: 'AuthorizerFailureException' },
  BAD_REQUEST_BODY: { status: 400, message: 'Invalid request body', errorType: 'BadRequestException' },
  BAD_REQUEST_PARAMETERS: { status: 400, message: 'Invalid request parameters', errorType: 'BadRequestException' },
  INTEGRATION_FAILURE: { status: 504, message: 'Network error communicating with endpoint', errorType: 'InternalServerErrorException' },
  INTEGRATION_TIMEOUT: { status: 504, message: 'Endpoint request timed out', errorType: 'InternalServerErrorException' },
  INVALID_API_KEY: { status: 403, message: 'Forbidden', errorType: 'ForbiddenException' },
  MALFORMED_PROXY_RESPONSE: {
    status: 502,
    reportedAs: 'DEFAULT_5XX',
    message: 'Internal server error',
    errorType: 'InternalServerErrorException',
  },
  MISSING_AUTHENTICATION_TOKEN: { status: 403, message: 'Missing Authentication Token', errorType: 'MissingAuthenticationTokenException' },
  QUOTA_EXCEEDED: { status: 429, message: 'Limit Exceeded', errorType: 'LimitExceededException' },
  REQUEST_HEADERS_TOO_LARGE: {
    status: 431,
    reportedAs: 'DEFAULT_4XX',
    message: 'Request Header Fields Too Large',
    errorType: 'RequestHeaderFieldsTooLarge',
  },
  REQUEST_TOO_LARGE: { status: 413, message: 'Request Too Long', errorType: 'RequestTooLargeException' },
  REQUEST_URI_TOO_LARGE: { status: 414, reportedAs: 'DEFAULT_4XX', message: 'Request-URI Too Long', errorType: 'RequestUriTooLong' },
  THROTTLED: { status: 429, message: 'Too Many Requests', errorType: 'TooManyRequestsException' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, message: 'Unsupported Media Type', errorType: 'BadRequestException' },
  UNAUTHORIZED: { status: 401, message: 'Unauthorized', errorType: 'UnauthorizedException' },
} as const satisfies Record<string, FailureKind>;

export type FailureType = keyof typeof FAILURE_KINDS;

/** The gateway answers itself. `why` is for the terminal alone. */
export class GatewayFailure extends Error {
  readonly type: FailureType;
  readonly clientMessage: string | null;

  constructor(type: FailureType, why: string, clientMessage: string | null = FAILURE_KINDS[type].message) {
    super(why);
    this.name = 'GatewayFailure';
    this.type = type;
    this.clientMessage = clientMessage;
  }
}
