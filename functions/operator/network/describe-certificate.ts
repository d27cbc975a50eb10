// What a server's certificate says: whom it is for, who signed it, until when.

import type { DetailedPeerCertificate } from 'node:tls';
import { quote } from '../quoted-text.ts';

export interface CertificateView {
  readonly names: string;
  /** Subjects, from the server's own to the last one that was sent. */
  readonly chain: readonly string[];
  /** Who signed the last one. */
  readonly issuer: string;
  /** Milliseconds since the epoch: the first of the chain that ends. */
  readonly endsMs: number;
  /** Subject of the one that ends first. */
  readonly endsFirst: string;
  /** Milliseconds since the epoch: the last of the chain that begins. */
  readonly beginsMs: number;
}

const MAX_CHAIN = 10;

/** Undefined where the server showed none. */
export function describeCertificate(certificate: DetailedPeerCertificate): CertificateView | undefined {
  if (certificate.subject === undefined) return undefined;
  const chain: DetailedPeerCertificate[] = [];
  for (
    let one: DetailedPeerCertificate | undefined = certificate;
    one !== undefined && chain.length < MAX_CHAIN;
    one = one.issuerCertificate
  ) {
    if (chain.some(({ fingerprint256 }) => fingerprint256 === one?.fingerprint256)) break;
    chain.push(one);
  }
  const last = chain.at(-1) ?? certificate;
  const ends = chain.map((one) => ({ subject: nameOf(one.subject), atMs: Date.parse(one.valid_to) })).sort((a, b) => a.atMs - b.atMs);
  return {
    names: quote(certificate.subjectaltname?.replaceAll('IP Address:', 'IP:') ?? nameOf(certificate.subject)),
    chain: chain.map((one) => nameOf(one.subject)),
    issuer: nameOf(last.issuer),
    endsMs: ends[0]?.atMs ?? 0,
    endsFirst: ends[0]?.subject ?? '',
    beginsMs: Math.max(...chain.map((one) => Date.parse(one.valid_from))),
  };
}

function nameOf(name: DetailedPeerCertificate['subject']): string {
  const { CN, O, OU } = name ?? {};
  return quote(`${[CN ?? O ?? OU ?? 'no name'].flat().join('+')}`);
}

/** `2027-01-31` */
export const dayOf = (ms: number): string => (Number.isFinite(ms) ? new Date(ms).toISOString().slice(0, 10) : 'an unreadable date');
