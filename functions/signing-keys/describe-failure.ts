// Describes a failure for the stack's events in CloudFormation. A rollback deletes the function's log group, so the
// cause itself must stand there; anyone who may see the stack reads it, so no secret may.

/** Failures that this function words itself: no text of others is in them. */
export class SigningKeysFault extends Error {
  override readonly name = 'SigningKeysFault';
}

/**
 * Errors of Secrets Manager whose message names who asked, for what, and why not. Those of a validation are not among
 * them: they may quote the value that was sent.
 */
const SAID_WHOLE: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'DecryptionFailure',
  'EncryptionFailure',
  'InvalidRequestException',
  'LimitExceededException',
  'ResourceNotFoundException',
]);

/** CloudFormation takes 4,096 bytes of answer in all. */
const MAX_CHARACTERS = 1000;

/** Errors of the network name themselves by a code: `ENOTFOUND`, `ECONNREFUSED`. */
const CODE = /^[A-Z][A-Z0-9_]{2,39}$/;

export function describeFailure(error: Error): string {
  if (error instanceof SigningKeysFault) return error.message;
  if (SAID_WHOLE.has(error.name)) return `Secrets Manager refused: ${error.name}: ${error.message}`.slice(0, MAX_CHARACTERS);
  const code = 'code' in error && typeof error.code === 'string' && CODE.test(error.code) ? ` (${error.code})` : '';
  return `${error.name.slice(0, MAX_CHARACTERS)}${code}: the log of the signing-keys function says where, for as long as the stack is there.`;
}
