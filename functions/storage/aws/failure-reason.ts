// Failure reasons: the words that the log has for a failed call to AWS.

import { HttpFailure } from '../../outbound/http-client.ts';
import type { AwsOutage } from '../../shared/reasons/outages.ts';

const REASONS: ReadonlyMap<string, AwsOutage> = new Map<string, AwsOutage>([
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

export function reasonOf(error: unknown): AwsOutage {
  if (error instanceof HttpFailure && error.reason === 'timeout') return 'timeout';
  return (error instanceof Error && REASONS.get(error.name)) || 'request-failed';
}
