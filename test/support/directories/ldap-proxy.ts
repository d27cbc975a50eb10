// A TCP proxy between a userstore and its directory that stalls, resets, half-closes or delays: at the connection, at
// any message of either side while these are in clear, or at any byte under TLS. It also counts operations.

import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { messageSize } from '../../../functions/userstores/ldap/ldap-message.ts';

export type Operation = 'bind' | 'search' | 'extended' | 'unbind' | 'entry' | 'reference' | 'other';

/** What happens: a connection comes, a message is about to be passed on, or bytes that nobody but TLS understands. */
export type ProxyEvent =
  | { readonly kind: 'connect'; readonly connection: number }
  | {
      readonly kind: 'message';
      readonly connection: number;
      readonly from: 'client' | 'server';
      readonly operation: Operation;
      readonly id: number;
    }
  | { readonly kind: 'bytes'; readonly connection: number; readonly from: 'client' | 'server'; readonly total: number };

/** Instead of passing it on. `cutAfter`: passes on so many bytes of it before. `replace`: sends these bytes to the client. */
export interface Fault {
  readonly action: 'stall' | 'reset' | 'half-close' | 'delay' | 'replace';
  readonly cutAfter?: number;
  readonly delayMs?: number;
  readonly bytes?: Buffer;
}

export interface LdapProxy {
  readonly port: number;
  /** Undefined: all is well. May be set at any time. */
  fault: ((event: ProxyEvent) => Fault | undefined) | undefined;
  /** Operations that clients asked for, in clear. */
  readonly operations: Operation[];
  /** How many connections there were. */
  connections(): number;
  /** Cuts all connections: `reset` as a restart does, `silent` as a firewall that forgets: bytes go nowhere any more. */
  cut(how: 'reset' | 'silent'): void;
  stop(): void;
}

const OPERATIONS: ReadonlyMap<number, Operation> = new Map([
  [0x60, 'bind'],
  [0x61, 'bind'],
  [0x63, 'search'],
  [0x65, 'search'],
  [0x64, 'entry'],
  [0x73, 'reference'],
  [0x77, 'extended'],
  [0x78, 'extended'],
  [0x42, 'unbind'],
]);

interface Link {
  readonly near: Socket;
  readonly far: Socket;
  /** Nothing goes through any more, either way. */
  silent: boolean;
  /** Not yet, or not at all, under TLS. */
  isClear: boolean;
}

export async function startLdapProxy(targetPort: number, { tls = false }: { readonly tls?: boolean } = {}): Promise<LdapProxy> {
  const links = new Set<Link>();
  let count = 0;
  const server: Server = createServer((near) => accept(near));
  const proxy: LdapProxy = {
    port: 0,
    fault: undefined,
    operations: [],
    connections: () => count,
    cut(how) {
      for (const link of links) {
        link.silent = true;
        if (how === 'reset') link.near.resetAndDestroy();
      }
    },
    stop() {
      for (const { near, far } of links) for (const socket of [near, far]) socket.destroy();
      server.close();
    },
  };

  const accept = (near: Socket): void => {
    const connection = count;
    count += 1;
    near.setNoDelay(true).on('error', () => {});
    const fault = proxy.fault?.({ kind: 'connect', connection });
    if (fault?.action === 'reset') near.resetAndDestroy();
    else if (fault?.action === 'half-close') near.end();
    else openLink(near, connection, fault?.action === 'stall');
  };

  const openLink = (near: Socket, connection: number, silent: boolean): void => {
    const far = connect({ port: targetPort, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    const link: Link = { near, far, silent, isClear: !tls };
    links.add(link);
    far.on('error', () => near.destroy());
    far.on('end', () => !link.silent && near.end());
    near.on('close', () => {
      links.delete(link);
      far.destroy();
    });
    for (const from of ['client', 'server'] as const) relay(proxy, link, from, connection);
  };

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return Object.assign(proxy, { port: address.port });
}

/** Passes on what one side sends, message by message while it is in clear. */
function relay(proxy: LdapProxy, link: Link, from: 'client' | 'server', connection: number): void {
  const [source, target] = from === 'client' ? [link.near, link.far] : [link.far, link.near];
  let waiting: Buffer = Buffer.alloc(0);
  let total = 0;
  let queue = Promise.resolve();
  const pass = async (bytes: Buffer, event: ProxyEvent): Promise<void> => {
    const fault = link.silent ? undefined : proxy.fault?.(event);
    if (fault?.action === 'delay') await delay(fault.delayMs ?? 0, undefined, { ref: false });
    if (link.silent) return;
    if (fault === undefined || fault.action === 'delay') target.write(bytes);
    else if (fault.action === 'replace') link.near.write(fault.bytes ?? '');
    else {
      if (fault.cutAfter !== undefined) target.write(bytes.subarray(0, fault.cutAfter));
      link.silent = true;
      if (fault.action === 'half-close') link.near.end();
      // What was cut off must have left before.
      if (fault.action === 'reset') setImmediate(() => link.near.resetAndDestroy());
    }
  };
  const send = (bytes: Buffer, event: ProxyEvent): void => {
    queue = queue.then(() => pass(bytes, event));
  };
  source.on('data', (chunk: Buffer) => {
    if (!link.isClear) {
      total += chunk.length;
      send(chunk, { kind: 'bytes', connection, from, total });
      return;
    }
    waiting = Buffer.concat([waiting, chunk]);
    for (let size = messageSize(waiting); size !== undefined && waiting.length >= size; size = messageSize(waiting)) {
      const message = waiting.subarray(0, size);
      waiting = waiting.subarray(size);
      const { operation, id } = readHeader(message);
      if (from === 'client') proxy.operations.push(operation);
      send(message, { kind: 'message', connection, from, operation, id });
      if (from === 'server' && operation === 'extended') link.isClear = false;
    }
  });
}

/** The tag of the operation stands after the header of the message and the message ID. */
function readHeader(message: Buffer): { operation: Operation; id: number } {
  const first = message[1] ?? 0;
  const idAt = first < 0x80 ? 2 : 2 + (first & 0x7f);
  const idLength = message[idAt + 1] ?? 0;
  return {
    operation: OPERATIONS.get(message[idAt + 2 + idLength] ?? 0) ?? 'other',
    id: message.readUIntBE(idAt + 2, idLength),
  };
}

/** A whole message with nothing in it but a result. @param tag of the response: 0x61 bind, 0x65 search, 0x78 extended */
export function ldapResult(id: number, tag: number, code: number, diagnostic = ''): Buffer {
  const text = Buffer.from(diagnostic);
  const body = Buffer.concat([Buffer.from([0x0a, 0x01, code, 0x04, 0x00, 0x04, text.length]), text]);
  const content = Buffer.concat([Buffer.from([0x02, 0x01, id, tag, body.length]), body]);
  return Buffer.concat([Buffer.from([0x30, content.length]), content]);
}
