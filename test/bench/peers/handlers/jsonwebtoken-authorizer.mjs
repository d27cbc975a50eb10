// An authorizer after the blueprint that most begin with: jsonwebtoken checks the token, jwks-rsa fetches the issuer's keys and
// keeps them. It looks at no revocation, and tells the backend nothing that is signed.

import jsonwebtoken from 'jsonwebtoken';
import { JwksClient } from 'jwks-rsa';
import { allow, bearerToken } from './caller.mjs';

const { ISSUER: issuer, JWKS_URI: jwksUri } = process.env;
const keys = new JwksClient({ jwksUri, cache: true, rateLimit: true, jwksRequestsPerMinute: 10 });
const options = { algorithms: ['RS256'], issuer, audience: issuer };

export async function handler(event) {
  const token = bearerToken(event);
  const kid = jsonwebtoken.decode(token, { complete: true })?.header.kid;
  const key = await keys.getSigningKey(kid);
  try {
    const { sub, scope } = jsonwebtoken.verify(token, key.getPublicKey(), options);
    return allow(event, sub, { scope });
  } catch {
    throw new Error('Unauthorized');
  }
}
