// The signature check, by xml-crypto. What it returns is the canonical text that was signed: all that is believed of an
// assertion is read from that, and never from the document that came (A44).

import { type SignatureAlgorithm, SignedXml } from 'xml-crypto';
import type { VerificationKey } from '../../keys/public-key.ts';
import {
  ENVELOPED_SIGNATURE,
  EXCLUSIVE_CANONICALIZATION,
  RSA_PSS_SHA256,
  RSA_SHA256,
  RSA_SHA512,
  SHA256,
  SHA512,
} from './signature-profile.ts';

type CandidateKey = Pick<VerificationKey, 'publicKey' | 'fingerprint'>;

interface SignedBytes {
  readonly signed: string;
  /** Fingerprint of the key that signed them. */
  readonly keyFingerprint: string;
}

/**
 * The signed text; undefined where none of the keys signed it.
 *
 * @param xml the document, as it was parsed
 * @param signature of the same document, of the profile
 */
export function signedBytes(xml: string, signature: Element, keys: readonly CandidateKey[]): SignedBytes | undefined {
  const { signedXml, findSigner } = createSignedXml(keys);
  try {
    signedXml.loadSignature(signature);
    if (!signedXml.checkSignature(xml)) return undefined;
  } catch {
    // xml-crypto throws for a wrong signature as for a malformed one; neither is ours.
    return undefined;
  }
  const [signed, second] = signedXml.getSignedReferences();
  const signer = findSigner();
  if (signed === undefined || second !== undefined || signer === undefined) return undefined;
  return { signed, keyFingerprint: signer.fingerprint };
}

/**
 * SignedXml of xml-crypto, with the algorithms of the profile alone, so that what the profile refuses xml-crypto can't do either, and
 * with all the keys at once: digesting a large document once for each certificate would be an attack (A48).
 */
function createSignedXml(keys: readonly CandidateKey[]): { signedXml: SignedXml; findSigner: () => CandidateKey | undefined } {
  const pems = keys.map((key) => ({ key, pem: key.publicKey.export({ format: 'pem', type: 'spki' }).toString() }));
  let signer: CandidateKey | undefined;
  // Keys, not certificates, and nothing from KeyInfo, whatever the version's default is (A51).
  const signedXml = new SignedXml({ publicCert: pems[0]?.pem ?? '', getCertFromKeyInfo: () => null });
  signedXml.CanonicalizationAlgorithms = only(signedXml.CanonicalizationAlgorithms, [ENVELOPED_SIGNATURE, EXCLUSIVE_CANONICALIZATION]);
  signedXml.HashAlgorithms = only(signedXml.HashAlgorithms, [SHA256, SHA512]);
  const single = only(signedXml.SignatureAlgorithms, [RSA_SHA256, RSA_SHA512, RSA_PSS_SHA256]);
  const withAnyKey = (Single: new () => SignatureAlgorithm): (new () => SignatureAlgorithm) => {
    const algorithm = new Single();
    return class implements SignatureAlgorithm {
      getAlgorithmName = () => algorithm.getAlgorithmName();
      getSignature = algorithm.getSignature;
      verifySignature(signedInfo: string, _first: unknown, value: string): boolean {
        signer = pems.find(({ pem }) => algorithm.verifySignature(signedInfo, pem, value))?.key;
        return signer !== undefined;
      }
    };
  };
  signedXml.SignatureAlgorithms = Object.fromEntries(Object.entries(single).map(([name, Single]) => [name, withAnyKey(Single)]));
  return { signedXml, findSigner: () => signer };
}

function only<T extends object>(algorithms: T, names: readonly string[]): T {
  return Object.fromEntries(Object.entries(algorithms).filter(([name]) => names.includes(name))) as T;
}
