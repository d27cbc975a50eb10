// Reads and verifies a JWT with the browser's own cryptography, as a backend does with a library.

const bytes = (segment) => Uint8Array.from(atob(segment.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
export const decoded = (segment) => JSON.parse(new TextDecoder().decode(bytes(segment)));

const ALGORITHMS = {
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
};

/** As a backend does it: the key by its kid from the JWK Set, the algorithm by the key. */
export async function verified(jwt) {
  const [header, claims, signature] = jwt.split('.');
  const { kid } = decoded(header);
  const { keys } = await (await fetch('/oauth2/jwks')).json();
  const jwk = keys.find((key) => key.kid === kid);
  const algorithm = ALGORITHMS[jwk?.alg];
  if (algorithm === undefined) return undefined;
  const key = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify']);
  const isValid = await crypto.subtle.verify(algorithm, key, bytes(signature), new TextEncoder().encode(`${header}.${claims}`));
  return isValid ? `${jwk.alg}, key ${kid.slice(0, 10)}…` : undefined;
}
