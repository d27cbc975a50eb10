// Adds to the log line of a refused assertion what WSO2's handlers say in the same case: whoever moves over knows those
// sentences, and complains of logs that do not say which check failed. Outside, all refusals are one.

import { OAuthError } from '../../shared/errors.ts';
import type { JwtAssertionFault } from '../../shared/reasons/assertions.ts';
import type { TokenApiReason } from '../../shared/reasons/index.ts';
import type { RequestTrace } from '../request-trace.ts';

/** Sentences of JWTBearerGrantHandler by our reasons; those that it does not have are clear enough by themselves. */
export const JWT_DESCRIPTIONS: Readonly<Partial<Record<JwtAssertionFault, string>>> = {
  'assertion-claim-missing': 'Mandatory fields(Issuer, Subject, Expiration time or Audience) are empty in the given JSON Web Token.',
  'assertion-unknown-issuer': 'No Registered IDP found for the JWT with issuer name',
  'assertion-disabled-issuer': 'No Active IDP found for the JWT with issuer name',
  'assertion-algorithm': 'Signature or Message Authentication invalid.',
  'assertion-unknown-kid': 'Signature or Message Authentication invalid.',
  'assertion-signature': 'Signature or Message Authentication invalid.',
  'assertion-audience': 'None of the audience values matched the tokenEndpoint Alias',
  'assertion-expired': 'JSON Web Token is expired.',
};

/** Judges, and describes the refusal if it comes to one. */
export async function describeRefusal<T>(
  trace: RequestTrace,
  descriptions: Readonly<Partial<Record<TokenApiReason, string>>>,
  judge: () => Promise<T>,
): Promise<T> {
  try {
    return await judge();
  } catch (error) {
    const description = error instanceof OAuthError ? descriptions[error.reason] : undefined;
    if (description !== undefined) trace.note({ description });
    throw error;
  }
}
