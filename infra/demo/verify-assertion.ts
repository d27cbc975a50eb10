// The one header that the demo's backends believe, X-JWT-Assertion, verified with Gatehouse's public keys, as every backend
// should.

import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';

/** Claims that Gatehouse writes by WSO2's names. */
export const ENDUSER = 'http://wso2.org/claims/enduser';

/**
 * Undefined where there is no assertion, or one that Gatehouse did not sign for now and for an API of this issuer.
 *
 * @param issuer of the deployment, without a slash at its end
 */
export function openAssertionCheck(issuer: string): (assertion: string | undefined) => Promise<JWTPayload | undefined> {
  const jwks = createRemoteJWKSet(new URL(`${issuer}/oauth2/jwks`), { timeoutDuration: 5000 });
  return async (assertion) => {
    if (assertion === undefined) return undefined;
    try {
      const { payload } = await jwtVerify(assertion, jwks, {
        issuer,
        algorithms: ['RS256', 'ES256'],
        typ: 'JWT',
        requiredClaims: ['exp', 'sub', 'aud'],
        clockTolerance: 5,
      });
      return payload;
    } catch (error) {
      process.stdout.write(`The assertion was refused: ${error instanceof Error ? error.message : String(error)}\n`);
      return undefined;
    }
  };
}

/** Whether the assertion is for this API: one for another is good for nothing here. */
export const isFor = ({ aud }: JWTPayload, audience: string): boolean => [aud].flat().includes(audience);
