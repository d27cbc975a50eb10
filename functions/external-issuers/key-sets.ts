// The keys of each issuer and client, from wherever its entry says. Sets that an entry holds are parsed once per entry
// object; sets behind a URL have a loader each, so that one issuer's failure touches no other.

import type { AsymmetricAlgorithm } from '../keys/algorithms.ts';
import { parseJwkSet } from '../keys/jwk-set.ts';
import { parseCertificate, type VerificationKey } from '../keys/public-key.ts';
import { setNewest } from '../shared/bounded-map.ts';
import type { JwtFault } from '../shared/reasons/assertions.ts';
import type { ExternalIssuerDependencies, KeySource } from './external-jwt.ts';
import { createKeySetLoader, type KeySetLoader } from './key-set-loader.ts';

type FoundKey = { readonly kind: 'found'; readonly key: VerificationKey } | { readonly kind: 'refused'; readonly reason: JwtFault };

export interface KeySets {
  /** @throws Unavailable where the set can't be had, or is not one */
  findKey(source: KeySource, kid: string | undefined, alg: AsymmetricAlgorithm, nowSeconds: number): Promise<FoundKey>;
}

/** A loader keeps a few kilobytes; issuers above this number load more often, and that is all. */
const MAX_LOADERS = 500;

const refused = (reason: JwtFault): FoundKey => ({ kind: 'refused', reason });

export function createKeySets(dependencies: ExternalIssuerDependencies): KeySets {
  const parsed = new WeakMap<object, readonly VerificationKey[]>();
  const loaders = new Map<string, KeySetLoader>();

  function loaderOf(source: Extract<KeySource, { kind: 'jwks-uri' }>): KeySetLoader {
    // A list as JSON is one string for one list: `["a","b"]` is never `["a,b"]` (A39).
    const key = JSON.stringify([source.owner, source.uri, source.allowPlaintext, source.allowPrivateAddress]);
    const loader = loaders.get(key) ?? createKeySetLoader(dependencies, source);
    setNewest(loaders, key, loader, MAX_LOADERS);
    return loader;
  }

  function inlineKeys(source: Exclude<KeySource, { kind: 'jwks-uri' }>): readonly VerificationKey[] {
    const held = source.kind === 'jwks' ? source.jwks : source.certificates;
    const known = parsed.get(held);
    if (known !== undefined) return known;
    const keys = source.kind === 'jwks' ? keysOfSet(dependencies, source) : keysOfCertificates(dependencies, source);
    parsed.set(held, keys);
    return keys;
  }

  return {
    async findKey(source, kid, alg, nowSeconds) {
      if (source.kind === 'jwks-uri') {
        const loader = loaderOf(source);
        return choose(await loader.keysFor(kid), kid, alg);
      }
      const keys = inlineKeys(source);
      return source.kind === 'jwks' ? choose(keys, kid, alg) : chooseCertificate(keys, kid, alg, nowSeconds);
    },
  };
}

/**
 * The key of exactly this kid (A25) that is for this algorithm: an issuer may have one of each kind under one kid (RFC 7517
 * section 4.5). Without a kid, the one of those that have none either; where all have one, the only key of the set.
 */
function choose(keys: readonly VerificationKey[], kid: string | undefined, alg: AsymmetricAlgorithm): FoundKey {
  const sameKid = keys.filter((key) => key.kid === kid);
  const named = sameKid.length === 0 && kid === undefined && keys.length === 1 ? keys : sameKid;
  const [key, ...more] = named.filter(({ algorithms }) => algorithms.includes(alg));
  if (key === undefined) return refused(named.length === 0 ? 'unknown-kid' : 'algorithm');
  // Which of them verifies would be a matter of order (A26).
  return more.length === 0 ? { kind: 'found', key } : refused('ambiguous-kid');
}

/** Chooses like `choose`; `default` stands for no kid, and for every kid where there is nothing to choose from. */
function chooseCertificate(
  keys: readonly VerificationKey[],
  kid: string | undefined,
  alg: AsymmetricAlgorithm,
  nowSeconds: number,
): FoundKey {
  const isAlone = keys.length === 1 && keys[0]?.kid === DEFAULT_CERTIFICATE;
  const found = choose(keys, isAlone ? DEFAULT_CERTIFICATE : (kid ?? DEFAULT_CERTIFICATE), alg);
  if (found.kind === 'refused') return found;
  const { validFromSeconds = 0, validToSeconds = Number.POSITIVE_INFINITY } = found.key;
  return nowSeconds < validFromSeconds || nowSeconds > validToSeconds ? refused('certificate-expired') : found;
}

const DEFAULT_CERTIFICATE = 'default';

function keysOfSet({ log }: ExternalIssuerDependencies, source: Extract<KeySource, { kind: 'jwks' }>): readonly VerificationKey[] {
  const set = parseJwkSet(source.jwks);
  if (!('fault' in set)) return set.keys;
  // The entry's parser refuses such a set; this is for an entry that came another way. No key: nothing verifies.
  log('ERROR', 'key-set-refused', { tenant: source.owner[0], owner: source.owner[2], path: set.fault.path, expected: set.fault.expected });
  return [];
}

function keysOfCertificates(
  { log }: ExternalIssuerDependencies,
  source: Extract<KeySource, { kind: 'certificates' }>,
): readonly VerificationKey[] {
  return Object.entries(source.certificates).flatMap(([kid, pem]) => {
    const certificate = parseCertificate(pem);
    if (!('fault' in certificate)) return [{ kid, ...certificate }];
    log('ERROR', 'certificate-refused', { tenant: source.owner[0], owner: source.owner[2], kid, expected: certificate.fault });
    return [];
  });
}
