// Opens connections to a directory server: TCP, TLS from the first byte (ldaps), or StartTLS (RFC 4511 section 4.14).
// Certificates are verified, always, and the name with them (A14).

import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls';
import { ExtendedRequest } from 'ldapts';
import type { DirectoryFault } from '../../shared/reasons/directories.ts';
import type { Deadline } from '../deadline.ts';
import { createLdapConnection, type LdapConnection } from './ldap-connection.ts';
import { CONNECTION_LOST, LdapResultCode, ServerFault, SUCCESS } from './ldap-fault.ts';
import { EXTENDED_RESPONSE } from './ldap-message.ts';

/** One server of a store. */
export interface ServerAddress {
  /** URL as the entry has it, for the log. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly security: 'ldaps' | 'startTls' | 'plaintext';
}

/** @throws Error where the URL is none, which the schema has ruled out */
export function parseServerAddress(url: string, startTls: boolean): ServerAddress {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (protocol === 'ldaps:') return { url, host, port: Number(port || 636), security: 'ldaps' };
  return { url, host, port: Number(port || 389), security: startTls ? 'startTls' : 'plaintext' };
}

const START_TLS = '1.3.6.1.4.1.1466.20037';

/**
 * A connection on which nobody is bound yet.
 *
 * @throws ServerFault `connection-failed`, `tls-failed`, `timeout`, `start-tls-refused`
 */
export async function connectLdap(server: ServerAddress, secureContext: SecureContext, deadline: Deadline): Promise<LdapConnection> {
  const tcp = await openTcp(server, deadline);
  if (server.security === 'plaintext') return createLdapConnection(tcp);
  const plain = server.security === 'startTls' ? await startTls(tcp, deadline) : tcp;
  return createLdapConnection(await openTls(plain, server.host, secureContext, deadline));
}

/** @throws ServerFault `connection-failed`, `timeout` */
export async function openTcp({ host, port }: Pick<ServerAddress, 'host' | 'port'>, deadline: Deadline): Promise<Socket> {
  const tcp = connectTcp({ host, port, noDelay: true, keepAlive: true });
  await opened(tcp, 'connect', 'connection-failed', deadline);
  return tcp;
}

/** @throws ServerFault `tls-failed`, `timeout` */
export async function openTls(tcp: Socket, host: string, secureContext: SecureContext, deadline: Deadline): Promise<TLSSocket> {
  const tls = connectTls({
    socket: tcp,
    host,
    ...(isIP(host) === 0 && { servername: host }),
    secureContext,
    // Written out, because an environment variable could turn the default off.
    rejectUnauthorized: true,
  });
  await opened(tls, 'secureConnect', 'tls-failed', deadline);
  return tls;
}

/**
 * Asks for TLS on a plain connection. What came in plain with or after the answer ends it: else somebody in the
 * middle could send the beginning of a bind response that the first bytes under TLS complete.
 *
 * @throws ServerFault
 */
export async function startTls(socket: Socket, deadline: Deadline): Promise<Socket> {
  const connection = createLdapConnection(socket);
  const request = (messageId: number): ExtendedRequest => new ExtendedRequest({ messageId, oid: START_TLS });
  const { result } = await connection.send(EXTENDED_RESPONSE, request, deadline.remainingMs());
  if (result.code === SUCCESS) return connection.detach();
  connection.close();
  throw new ServerFault('start-tls-refused', { cause: new LdapResultCode(result.code) });
}

/** Waits until the socket is open; a socket that does not get there is destroyed. */
function opened(socket: Socket, event: 'connect' | 'secureConnect', reason: DirectoryFault, deadline: Deadline): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (fault?: ServerFault): void => {
      clearTimeout(timer);
      socket.off('error', onError).off('close', onClose).off(event, onOpen);
      if (fault === undefined) resolve();
      else {
        socket.on('error', () => {});
        socket.destroy();
        reject(fault);
      }
    };
    const onOpen = (): void => end();
    const onError = (cause: unknown): void => end(new ServerFault(reason, { cause }));
    const onClose = (): void => end(new ServerFault(reason, { cause: new Error(CONNECTION_LOST) }));
    const timer = setTimeout(() => end(new ServerFault('timeout')), deadline.remainingMs());
    socket.on('error', onError).on('close', onClose).on(event, onOpen);
  });
}
