// What can be wrong with a JWT that somebody else signed, told of whichever kind of JWT it is.

import type { JwtFault } from '../../../functions/shared/reasons/assertions.ts';
import type { Explained } from './explanation.ts';

/** What the sentences speak of. */
interface JwtKind {
  /** `client assertion` */
  readonly subject: string;
  /** Who signs: `application`, `issuer`. */
  readonly signer: string;
  /** Where the keys are that verify it. */
  readonly keys: string;
  readonly types: string;
  readonly algorithms: string;
  readonly audience: string;
  /** Claims that have to be there. */
  readonly claims: string;
  /** Longest time to live. */
  readonly lifetime: string;
}

export function explainJwtFaults(kind: JwtKind): Explained<JwtFault> {
  const { subject, signer, keys } = kind;
  return { ...formFaults(kind), ...claimFaults(kind), ...keyFaults({ subject, signer, keys }) };
}

type KeyFault = 'kid-revoked' | 'unknown-kid' | 'ambiguous-kid' | 'certificate-expired' | 'signature';
type ClaimFault =
  | 'issuer'
  | 'audience'
  | 'claim-missing'
  | 'claim-malformed'
  | 'expired'
  | 'not-yet-valid'
  | 'issued-in-the-future'
  | 'lifetime';

function formFaults({ subject, signer, types, algorithms }: JwtKind): Explained<Exclude<JwtFault, KeyFault | ClaimFault>> {
  const sendWhole = `Look at what is sent: the ${subject} must be the text that the ${signer} made, whole and unchanged.`;
  return {
    'too-long': { meaning: `The ${subject} has more than 16,384 characters.`, change: `The ${signer} must put less into it.` },
    'not-compact': {
      meaning: `The ${subject} is not three base64url parts with dots between them, so it is no signed JWT.`,
      change: sendWhole,
    },
    'not-canonical': {
      meaning: `A part of the ${subject} is base64url that nobody writes, with padding or spare bits: a second spelling of the same token.`,
      change: sendWhole,
    },
    'not-json': { meaning: `Header or payload of the ${subject} is no JSON object in UTF-8.`, change: sendWhole },
    encrypted: {
      meaning: `The ${subject} is encrypted (JWE), which is not supported.`,
      change: `The ${signer} must send a signed JWT without encryption.`,
    },
    extension: {
      meaning: `The header of the ${subject} has crit, b64 or zip, which change what is signed or read, and none of which is supported.`,
      change: `The ${signer} must leave them out.`,
    },
    algorithm: {
      meaning: `The ${subject} names an algorithm that may not be used here, or one that its key is not made for. None and HMAC never are.`,
      change: `The ${signer} must sign with ${algorithms}.`,
    },
    'kid-malformed': {
      meaning: `kid in the header of the ${subject} is empty, no string, or longer than 256 characters.`,
      change: `The ${signer} must name its key by a short string, or leave kid out where it has one key alone.`,
    },
    type: {
      meaning: `typ in the header of the ${subject} says that it is a JWT of another kind.`,
      change: `The ${signer} must send the right kind of JWT: ${types}.`,
    },
  };
}

function claimFaults({ subject, signer, audience, claims, lifetime }: JwtKind): Explained<ClaimFault> {
  return {
    issuer: {
      meaning: `iss of the ${subject} is not, character by character, the one that was expected.`,
      change: `Compare iss with the name of the entry; a slash at the end makes a difference. A list is no issuer.`,
    },
    audience: {
      meaning: `aud of the ${subject} does not name us: it was made for somebody else.`,
      change: `The ${signer} must write into aud: ${audience}.`,
    },
    'claim-missing': {
      meaning: `The ${subject} lacks a claim that it must have.`,
      change: `The ${signer} must write all of ${claims} into it.`,
    },
    'claim-malformed': {
      meaning: `A claim of the ${subject} has the wrong type: sub and jti are texts that are not empty, exp, iat and nbf are seconds.`,
      change: `The ${signer} must write them as in RFC 7519 section 4.1.`,
    },
    expired: {
      meaning: `The ${subject} has expired: exp lies more than the 30 seconds back that a clock may be off.`,
      change: `The caller must get a new one. Where it is new, look at the clock of the ${signer}.`,
    },
    'not-yet-valid': {
      meaning: `nbf of the ${subject} lies more than 30 seconds ahead.`,
      change: `Look at the clock of the ${signer}.`,
    },
    'issued-in-the-future': {
      meaning: `iat of the ${subject} lies more than 30 seconds ahead.`,
      change: `Look at the clock of the ${signer}.`,
    },
    lifetime: {
      meaning: `The ${subject} is valid for longer than is accepted: ${lifetime} at most.`,
      change: `The ${signer} must set exp nearer to iat.`,
    },
  };
}

function keyFaults({ subject, signer, keys }: Pick<JwtKind, 'subject' | 'signer' | 'keys'>): Explained<KeyFault> {
  return {
    'kid-revoked': {
      meaning: `The ${subject} is signed with a key that is listed under revokedKids.`,
      change: `The ${signer} must sign with another key.`,
    },
    'unknown-kid': {
      meaning: `No key of this kid is among those of the ${signer}; or there is no kid, and more than one key.`,
      change: `Look at kid in the header of the ${subject} and at ${keys}: the key must be there, with the same kid.`,
    },
    'ambiguous-kid': {
      meaning: `More than one key of the ${signer} has this kid (or none), and is for the algorithm of the ${subject}: which of them counts would be a matter of order.`,
      change: `The ${signer} must give each key a kid of its own. Look at ${keys}.`,
    },
    'certificate-expired': {
      meaning: `The certificate with which the ${subject} would be verified has expired, or is not valid yet.`,
      change: `Write the certificate that the ${signer} signs with now into ${keys}.`,
    },
    signature: {
      meaning: `The signature of the ${subject} is not by the key that it names.`,
      change: `Look at ${keys}: is it the key that the ${signer} signs with now? If it is, the ${subject} was changed or forged.`,
    },
  };
}
