// An authorizer made of fast-jwt, with the cache of verified tokens that its page advises. Its key is in the environment.

import { createVerifier } from 'fast-jwt';
import { allow, bearerToken } from './caller.mjs';

const { ISSUER: issuer, PUBLIC_KEY: key } = process.env;
const verify = createVerifier({ key, algorithms: ['RS256'], allowedIss: issuer, allowedAud: issuer, cache: true });

export async function handler(event) {
  try {
    const { sub, scope } = verify(bearerToken(event));
    return allow(event, sub, { scope });
  } catch {
    throw new Error('Unauthorized');
  }
}
