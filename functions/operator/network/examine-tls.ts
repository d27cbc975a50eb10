// Step `tls`: the handshake as a login does it. Where it fails, the server's certificate is looked at on a second connection,
// on which nothing is ever sent, so that the operator reads whose certificate it is and what is wrong with it.

import type { Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { Deadline } from '../../userstores/deadline.ts';
import { ServerFault } from '../../userstores/ldap/ldap-fault.ts';
import { describeFailure } from '../describe-failure.ts';
import { passed, type StepResult, warning } from '../step-result.ts';
import { type CertificateView, dayOf, describeCertificate } from './describe-certificate.ts';

export interface TlsQuestion {
  readonly host: string;
  /** Whether the entry has `caPem`: else the CAs of Node are trusted. */
  readonly hasCa: boolean;
  /** The handshake of a login. */
  readonly open: (deadline: Deadline) => Promise<TLSSocket>;
  /** Another connection of the same kind, ready for TLS. */
  readonly openAnother: (deadline: Deadline) => Promise<Socket>;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

const DAY_MS = 86_400_000;
const SOON_DAYS = 30;

export async function examineTls(asked: TlsQuestion, deadline: Deadline): Promise<StepResult<TLSSocket>> {
  try {
    const socket = await asked.open(deadline);
    const view = describeCertificate(socket.getPeerCertificate(true));
    const days = Math.floor(((view?.endsMs ?? 0) - asked.clock()) / DAY_MS);
    const found = `${socket.getProtocol() ?? 'TLS'}, ${textOf(view)}`;
    if (view === undefined || days > SOON_DAYS) return passed(socket, found);
    return warning(socket, found, `Renew the certificate of ${view.endsFirst}: it ends in ${days} days.`);
  } catch (error) {
    const failure = describeFailure(error);
    if (!(error instanceof ServerFault) || error.reason !== 'tls-failed') return failure;
    const view = await lookAtCertificate(asked, deadline).catch(() => undefined);
    return { ...failure, remedy: remedyOf(codeOf(error), view, asked), ...(view !== undefined && { found: textOf(view) }) };
  }
}

function textOf(view: CertificateView | undefined): string {
  if (view === undefined) return 'no certificate';
  return `certificate for ${view.names}; chain ${[...view.chain, ...(view.chain.at(-1) === view.issuer ? [] : [view.issuer])].join(' < ')}; valid until ${dayOf(view.endsMs)}`;
}

/** The certificate that the server shows, whatever it is worth. Nothing is sent behind the handshake. */
async function lookAtCertificate({ host, openAnother }: TlsQuestion, deadline: Deadline): Promise<CertificateView | undefined> {
  const socket = await openAnother(deadline);
  return new Promise((resolve) => {
    const tls = connectTls({ socket, host, rejectUnauthorized: false });
    const end = (view?: CertificateView): void => {
      clearTimeout(timer);
      tls.destroy();
      socket.destroy();
      resolve(view);
    };
    const timer = setTimeout(end, deadline.remainingMs());
    tls.on('error', () => end()).on('close', () => end());
    tls.on('secureConnect', () => end(describeCertificate(tls.getPeerCertificate(true))));
  });
}

function codeOf({ cause }: ServerFault): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}

/** Codes of OpenSSL for a chain that ends at nobody whom we trust. */
const UNTRUSTED = /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_UNTRUSTED|INVALID_CA)/;

function remedyOf(code: string, view: CertificateView | undefined, { host, hasCa, clock }: TlsQuestion): string {
  if (code === 'CERT_HAS_EXPIRED')
    return `Renew the certificate${view === undefined ? '' : ` of ${view.endsFirst}`} on the server${view === undefined ? '' : `: it ended on ${dayOf(view.endsMs)}`}.`;
  if (code === 'CERT_NOT_YET_VALID')
    return `The certificate begins on ${dayOf(view?.beginsMs ?? Number.NaN)}, and here it is ${dayOf(clock())}: look at the clock of whoever made it.`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `The certificate is for ${view?.names ?? 'another name'}, and the URL says ${host}. Write one of its names into the URL, or have a certificate made for ${host}.`;
  if (UNTRUSTED.test(code))
    return `${hasCa ? 'caPem of the entry does not have the CA' : 'The entry has no caPem, so public CAs alone are trusted, and none of them is the one'} that signed it${view === undefined ? '' : `, ${view.issuer}`}. Put the PEM of that CA into caPem, and have the server send the certificates between.`;
  return 'Check the port of the URL: what listens there may not speak TLS, or no version from 1.2 on. ldaps:// is TLS from the first byte (636), ldap:// with startTls begins it later (389).';
}
