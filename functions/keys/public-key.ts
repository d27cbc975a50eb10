// Public keys that are strong enough to believe, and for which algorithms (RFC 7518 sections 3.3 to 3.5, RFC 8725
// section 3.5). `jose` takes an exponent of 1 and keys of the ROCA flaw (A28), so that is looked at here.

import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import type { AsymmetricAlgorithm } from './algorithms.ts';

/** A key of somebody else, and what it may verify. */
export interface VerificationKey {
  readonly kid: string | undefined;
  readonly algorithms: readonly AsymmetricAlgorithm[];
  readonly publicKey: KeyObject;
  /** SHA-256 of its SubjectPublicKeyInfo, base64url. */
  readonly fingerprint: string;
  /** Validity of a certificate, checked whenever the key is used (A36). */
  readonly validFromSeconds?: number;
  readonly validToSeconds?: number;
}

const RSA_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const;
const EC_ALGORITHMS: ReadonlyMap<string, AsymmetricAlgorithm> = new Map([
  ['prime256v1', 'ES256'],
  ['secp384r1', 'ES384'],
  ['secp521r1', 'ES512'],
]);

const MIN_RSA_BITS = 2048;
/** Above it one verification takes long enough to be an attack. */
const MAX_RSA_BITS = 8192;

/** The algorithms that the key may verify, or why it may none. */
export function algorithmsOf(key: KeyObject): { readonly algorithms: readonly AsymmetricAlgorithm[] } | { readonly fault: string } {
  switch (key.asymmetricKeyType) {
    case 'rsa': {
      const fault = rsaFault(key);
      return fault === undefined ? { algorithms: RSA_ALGORITHMS } : { fault };
    }
    case 'ec': {
      const algorithm = EC_ALGORITHMS.get(key.asymmetricKeyDetails?.namedCurve ?? '');
      return algorithm === undefined ? { fault: 'one of the curves P-256, P-384 and P-521' } : { algorithms: [algorithm] };
    }
    case 'ed25519':
      return { algorithms: ['Ed25519'] };
    default:
      return { fault: 'an RSA, EC or Ed25519 key' };
  }
}

/** Finds why an RSA key is too weak; undefined where it is not. */
function rsaFault(key: KeyObject): string | undefined {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < MIN_RSA_BITS) return `an RSA key of at least ${MIN_RSA_BITS} bits`;
  if (modulusLength > MAX_RSA_BITS) return `an RSA key of at most ${MAX_RSA_BITS} bits`;
  // FIPS 186-5 section 5.4: odd and above 2^16. e = 1 makes every message its own signature.
  if (publicExponent < 65_537n || publicExponent % 2n === 0n || publicExponent >= 1n << 64n) return 'an RSA exponent of 65537';
  const { n } = key.export({ format: 'jwk' });
  if (typeof n !== 'string') return 'an RSA modulus';
  return modulusFault(BigInt(`0x${Buffer.from(n, 'base64url').toString('hex')}`));
}

/** The odd primes below 168, whose product every modulus of the flawed Infineon library was built around. */
const SMALL_PRIMES = [
  3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139,
  149, 151, 157, 163, 167,
] as const;

/**
 * ROCA (CVE-2017-15361): primes were k·M + 65537^a mod M, so that the modulus is a power of 65537 modulo every small
 * prime. A sound modulus is that by chance once in 2^27. A modulus that a small prime divides is no RSA key at all.
 */
function modulusFault(modulus: bigint): string | undefined {
  const residues = SMALL_PRIMES.map((prime) => Number(modulus % BigInt(prime)));
  if (modulus % 2n === 0n || residues.includes(0)) return 'an RSA modulus without small factors';
  const isRoca = residues.every((residue, at) => powersOf65537(SMALL_PRIMES[at] ?? 3).has(residue));
  return isRoca ? 'an RSA key that is not of the ROCA flaw' : undefined;
}

const powersByPrime = new Map<number, ReadonlySet<number>>();

function powersOf65537(prime: number): ReadonlySet<number> {
  const known = powersByPrime.get(prime);
  if (known !== undefined) return known;
  const powers = new Set<number>();
  powersByPrime.set(prime, powers);
  for (let power = 1; !powers.has(power); power = (power * (65_537 % prime)) % prime) powers.add(power);
  return powers;
}

export function fingerprintOf(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ format: 'der', type: 'spki' }))
    .digest('base64url');
}

/** The key of a PEM certificate, or what is wrong with it. Its dates are for whoever uses it. */
export function parseCertificate(pem: string): Omit<VerificationKey, 'kid'> | { readonly fault: string } {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch {
    return { fault: 'a certificate in PEM' };
  }
  const found = algorithmsOf(certificate.publicKey);
  if ('fault' in found) return found;
  return {
    algorithms: found.algorithms,
    publicKey: certificate.publicKey,
    fingerprint: fingerprintOf(certificate.publicKey),
    validFromSeconds: Math.floor(certificate.validFromDate.getTime() / 1000),
    validToSeconds: Math.floor(certificate.validToDate.getTime() / 1000),
  };
}
