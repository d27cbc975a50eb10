// Adds to the log line of a refused assertion what WSO2's handlers say in the same case: whoever moves over knows those
// sentences, and complains of logs that do not say which check failed. Outside, all refusals are one.

import { OAuthError } from '../../shared/errors.ts';
import type { RequestTrace } from '../request-trace.ts';

/** Of JWTBearerGrantHandler, by our reasons; those that it does not have are clear enough by themselves. */
export const JWT_DESCRIPTIONS: Readonly<Record<string, string>> = {
  'claim-missing': 'Mandatory fields(Issuer, Subject, Expiration time or Audience) are empty in the given JSON Web Token.',
  'unknown-issuer': 'No Registered IDP found for the JWT with issuer name',
  'disabled-issuer': 'No Active IDP found for the JWT with issuer name',
  algorithm: 'Signature or Message Authentication invalid.',
  'unknown-kid': 'Signature or Message Authentication invalid.',
  signature: 'Signature or Message Authentication invalid.',
  audience: 'None of the audience values matched the tokenEndpoint Alias',
  expired: 'JSON Web Token is expired.',
};

/** What every refusal of an assertion begins with, in `OAuthError.reason`. */
const PREFIX = 'assertion-';

/** Judges, and describes the refusal if it comes to one. */
export async function describeRefusal<T>(
  trace: RequestTrace,
  descriptions: Readonly<Record<string, string>>,
  judge: () => Promise<T>,
): Promise<T> {
  try {
    return await judge();
  } catch (error) {
    const fault = error instanceof OAuthError && error.reason.startsWith(PREFIX) ? error.reason.slice(PREFIX.length) : '';
    const description = Object.hasOwn(descriptions, fault) ? descriptions[fault] : undefined;
    if (description !== undefined) trace.note({ description });
    throw error;
  }
}
