// An authorizer made of aws-jwt-verify. Its keys are given to it when it starts, which its pages advise for quick starts.

import { JwtVerifier } from 'aws-jwt-verify';
import { allow, bearerToken } from './caller.mjs';

const { ISSUER: issuer, JWKS } = process.env;
const verifier = JwtVerifier.create({ issuer, audience: issuer, jwksUri: `${issuer}/oauth2/jwks` });
verifier.cacheJwks(JSON.parse(JWKS));

export async function handler(event) {
  try {
    const { sub, scope } = await verifier.verify(bearerToken(event));
    return allow(event, sub, { scope });
  } catch {
    throw new Error('Unauthorized');
  }
}
