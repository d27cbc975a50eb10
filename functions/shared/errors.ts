// The two kinds of failure that flows tell apart. Everything else that is thrown is a bug.

import type { ReasonsOfCode, TokenApiReason } from './reasons/index.ts';
import type { OutageReason } from './reasons/outages.ts';

/** Error codes of RFC 6749 section 5.2, RFC 7009 section 2.2.1 and, for outages, RFC 6749 section 4.1.2.1. */
export type OAuthErrorCode = keyof ReasonsOfCode;

interface OAuthErrorOptions {
  readonly cause?: unknown;
  /** Status where HTTP says it better than the table of codes: 405, 413, 415, 424, 429. */
  readonly status?: number;
  readonly retryAfterSeconds?: number;
}

/** A code, and one of the reasons that it can have. */
type OAuthErrorArguments = {
  [C in OAuthErrorCode]: [code: C, reason: ReasonsOfCode[C], options?: OAuthErrorOptions];
}[OAuthErrorCode];

/** The request is refused. The code goes to the wire; the reason to the log and to tests; the cause nowhere. */
export class OAuthError extends Error {
  readonly code: OAuthErrorCode;
  readonly reason: TokenApiReason;
  /** Status where HTTP says it better than the table of codes: 405, 413, 415, 424, 429. */
  readonly status: number | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(...[code, reason, options = {}]: OAuthErrorArguments) {
    super(`${code}: ${reason}`, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'OAuthError';
    this.code = code;
    this.reason = reason;
    this.status = options.status;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** Something that we depend on does not answer, or answers what can't be: 503 at the token API, 500 at the authorizer. */
export class Unavailable extends Error {
  /** `dynamodb`, `secrets-manager`, `userstore EXTERNAL of my_company`. */
  readonly dependency: string;
  readonly reason: OutageReason;
  /** Whether nothing had left us when it failed, so that a password to be sent has been tried by nobody (A96). False: it may have. */
  readonly neverSent: boolean;

  constructor(dependency: string, reason: OutageReason, options: { cause?: unknown; neverSent?: boolean } = {}) {
    super(`${dependency}: ${reason}`, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'Unavailable';
    this.dependency = dependency;
    this.reason = reason;
    this.neverSent = options.neverSent ?? false;
  }
}

/** The error as an OAuth error: what is thrown and is none is an outage of something, or a bug. */
export function oauthErrorOf(error: unknown): OAuthError {
  if (error instanceof OAuthError) return error;
  if (error instanceof Unavailable) return new OAuthError('temporarily_unavailable', error.reason, { cause: error });
  return new OAuthError('server_error', 'bug', { cause: error });
}
