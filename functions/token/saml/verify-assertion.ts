// FLOW of a SAML assertion, in the order of WSO2's checks: base64 → XML → issuer → signature → signed bytes → conditions.
// This file, and XML with it, is loaded when the first assertion comes.

import type { SamlIssuerEntry } from '../../configuration/entries/issuer-entry.ts';
import type { Tenant } from '../../configuration/model.ts';
import { parseCertificate, type VerificationKey } from '../../keys/public-key.ts';
import { withoutBlanks } from '../assertion-text.ts';
import { refuseAssertion } from './assertion-fault.ts';
import { checkConditions, SAML_SKEW_SECONDS } from './check-conditions.ts';
import { parseXml, requirePlainMarkup } from './parse-xml.ts';
import { type Assertion, readAssertion } from './read-assertion.ts';
import { requireSignature } from './signature-profile.ts';
import { signedBytes } from './signed-bytes.ts';

export interface VerifiedAssertion {
  /** Read from the signed bytes alone. */
  readonly assertion: Assertion;
  readonly entry: SamlIssuerEntry;
  readonly keyFingerprint: string;
  /** End of the assertion, the skew of the other clock included. */
  readonly endsAtSeconds: number;
}

/**
 * @param encoded the `assertion` parameter: base64url of a bare Assertion (RFC 7522 section 2.1)
 * @throws OAuthError `invalid_grant` for all that is wrong with it
 */
export function verifyAssertion(encoded: string, tenant: Tenant, nowSeconds: number): VerifiedAssertion {
  const xml = requirePlainMarkup(decode(encoded));
  const unverifiedRoot = parseXml(xml);
  const unverified = readAssertion(unverifiedRoot);
  const signature = requireSignature(unverifiedRoot, unverified.id);
  const entry = requireIssuer(tenant, unverified.issuer);
  const found = signedBytes(xml, signature, requireCertificates(entry, nowSeconds)) ?? refuseAssertion('signature');
  const { signed, keyFingerprint } = found;
  const assertion = readAssertion(parseXml(signed));
  // The certificates were chosen by what the document said; the signed bytes have to say the same.
  if (assertion.issuer !== unverified.issuer || assertion.id !== unverified.id) refuseAssertion('signature');
  return { assertion, entry, keyFingerprint, endsAtSeconds: checkConditions(assertion, entry, nowSeconds) + SAML_SKEW_SECONDS };
}

/** The body of a request has at most 64 KiB. */
const MAX_ENCODED_CHARACTERS = 64 * 1024;
/** The RFC asks for base64url without padding; clients of WSO2 send either alphabet. */
const BASE64 = /^(?:[A-Za-z0-9_-]+|[A-Za-z0-9+/]+)={0,2}$/;
const utf8 = new TextDecoder('utf-8', { fatal: true });

function decode(text: string): string {
  if (text.length > MAX_ENCODED_CHARACTERS) refuseAssertion('too-large');
  const encoded = withoutBlanks(text);
  if (!BASE64.test(encoded)) refuseAssertion('unreadable');
  try {
    return utf8.decode(Buffer.from(encoded, 'base64'));
  } catch {
    return refuseAssertion('unreadable');
  }
}

/** Issuer of this tenant alone: an identity provider of another tenant is none here (A53). */
function requireIssuer(tenant: Tenant, issuer: string): SamlIssuerEntry {
  const entry = tenant.issuers.get(issuer);
  if (entry?.type !== 'saml') return refuseAssertion('unknown-issuer');
  return entry.enabled ? entry : refuseAssertion('disabled-issuer');
}

type Certificate = Omit<VerificationKey, 'kid'>;

const parsedCertificates = new WeakMap<SamlIssuerEntry, readonly Certificate[]>();

/** Certificates that are valid now (A36); the entry's parser refused what is no certificate, and weak keys. */
function requireCertificates(entry: SamlIssuerEntry, nowSeconds: number): readonly Certificate[] {
  const parsed =
    parsedCertificates.get(entry) ??
    entry.certificates.flatMap((pem) => {
      const certificate = parseCertificate(pem);
      return 'fault' in certificate || certificate.publicKey.asymmetricKeyType !== 'rsa' ? [] : [certificate];
    });
  parsedCertificates.set(entry, parsed);
  const valid = parsed.filter(
    ({ validFromSeconds = 0, validToSeconds = 0 }) => nowSeconds >= validFromSeconds && nowSeconds <= validToSeconds,
  );
  return valid.length === 0 ? refuseAssertion('no-certificate') : valid;
}
