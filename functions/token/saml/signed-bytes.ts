// The signature check, by xml-crypto. What it returns is the canonical text that was signed: all that is believed of an
// assertion is read from that, and never from the document that came (A44).

import type { KeyObject } from 'node:crypto';
import { SignedXml } from 'xml-crypto';
import {
  ENVELOPED_SIGNATURE,
  EXCLUSIVE_CANONICALIZATION,
  RSA_PSS_SHA256,
  RSA_SHA256,
  RSA_SHA512,
  SHA256,
  SHA512,
} from './signature-profile.ts';

/**
 * The signed text; undefined where this key did not sign it.
 *
 * @param xml the document, as it was parsed
 * @param signature of the same document, of the profile
 */
export function signedBytes(xml: string, signature: Element, key: KeyObject): string | undefined {
  const signedXml = openSignedXml(key);
  try {
    signedXml.loadSignature(signature);
    if (!signedXml.checkSignature(xml)) return undefined;
  } catch {
    // xml-crypto throws for a wrong signature as for a malformed one; neither is ours.
    return undefined;
  }
  const signed = signedXml.getSignedReferences();
  return signed.length === 1 ? signed[0] : undefined;
}

/** With the algorithms of the profile alone, so that what the profile refuses xml-crypto can't do either. */
function openSignedXml(key: KeyObject): SignedXml {
  // A key, not a certificate, and nothing from KeyInfo, whatever the version's default is (A51).
  const signedXml = new SignedXml({
    publicCert: key.export({ format: 'pem', type: 'spki' }).toString(),
    getCertFromKeyInfo: () => null,
  });
  signedXml.CanonicalizationAlgorithms = only(signedXml.CanonicalizationAlgorithms, [ENVELOPED_SIGNATURE, EXCLUSIVE_CANONICALIZATION]);
  signedXml.SignatureAlgorithms = only(signedXml.SignatureAlgorithms, [RSA_SHA256, RSA_SHA512, RSA_PSS_SHA256]);
  signedXml.HashAlgorithms = only(signedXml.HashAlgorithms, [SHA256, SHA512]);
  return signedXml;
}

function only<T extends object>(algorithms: T, names: readonly string[]): T {
  return Object.fromEntries(Object.entries(algorithms).filter(([name]) => names.includes(name))) as T;
}
