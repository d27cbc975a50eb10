// What a failed call to AWS is called in the log.

const REASONS: ReadonlyMap<string, string> = new Map([
  ['TimeoutError', 'timeout'],
  ['ThrottlingException', 'throttled'],
  ['ProvisionedThroughputExceededException', 'throttled'],
  ['RequestLimitExceeded', 'throttled'],
  ['ThrottledException', 'throttled'],
  ['TooManyRequestsException', 'overloaded'],
  ['ResourceNotFoundException', 'not-found'],
  ['AccessDeniedException', 'access-denied'],
  ['UnrecognizedClientException', 'access-denied'],
  ['ExpiredTokenException', 'access-denied'],
  ['InvalidSignatureException', 'access-denied'],
  ['MissingAuthenticationTokenException', 'access-denied'],
  ['CredentialsProviderError', 'no-credentials'],
  ['ValidationException', 'bad-request'],
  ['DecryptionFailure', 'decryption-failed'],
]);

/** Stable, kebab-case. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error && REASONS.get(error.name)) || 'request-failed';
}
