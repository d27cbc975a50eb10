// One connection to a directory, one operation at a time: so no answer can be taken for another's, and a user's bind
// never shares a connection with anything that is under way (the lesson of concurrent binds on one client).

import type { Socket } from 'node:net';
import type { Message } from 'ldapts';
import { CONNECTION_LOST, ServerFault } from './ldap-fault.ts';
import { type LdapEntry, type LdapMessage, type LdapResult, messageSize, parseLdapMessage } from './ldap-message.ts';

/** Size of one answer, all its entries together: photographs and ten thousand groups of one user. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
/** Entries of one answer: one user, or the groups that an entry lists. */
const MAX_ANSWER_ENTRIES = 2000;

interface LdapAnswer {
  readonly result: LdapResult;
  readonly entries: readonly LdapEntry[];
}

export interface LdapConnection {
  readonly isOpen: boolean;
  /**
   * Sends a request and waits for its result. References to other servers are left out: they are never followed (A15).
   *
   * @param operation the tag of the response that belongs to the request
   * @throws ServerFault after which the connection is closed
   */
  send(operation: number, request: (messageId: number) => Pick<Message, 'write'>, timeoutMs: number): Promise<LdapAnswer>;
  /** Whether it keeps the process alive: not while it waits in a pool. */
  keepAlive(keep: boolean): void;
  /** Gives the socket up, for StartTLS. Fails when anything came after the last answer: nobody may slip in plain bytes. */
  detach(): Socket;
  close(): void;
}

interface Pending {
  readonly id: number;
  readonly operation: number;
  readonly entries: LdapEntry[];
  bytes: number;
  readonly resolve: (answer: LdapAnswer) => void;
  readonly reject: (fault: ServerFault) => void;
}

/** Takes over a socket that is connected. */
export function createLdapConnection(socket: Socket): LdapConnection {
  let open = true;
  /** What has come and is not a whole message yet. Joined when it can be one, for joining at each piece would copy all of it anew. */
  let pieces: Buffer[] = [];
  let neededBytes = 0;
  let pending: Pending | undefined;
  let lastId = 0;

  const fail = (fault: ServerFault): void => {
    if (!open) return;
    open = false;
    socket.destroy();
    pending?.reject(fault);
    pending = undefined;
  };

  /** What is wrong with a message of this size coming now. */
  const faultOf = (message: LdapMessage, waiting: Pending | undefined): ServerFault | undefined => {
    // That nobody waits for: a notice of disconnection (RFC 4511 section 4.4.1), or not for us.
    if (waiting === undefined || message.id === 0) return new ServerFault(CONNECTION_LOST);
    if (waiting.bytes > MAX_ANSWER_BYTES || waiting.entries.length > MAX_ANSWER_ENTRIES) return new ServerFault('too-large');
    const isForeign = message.id !== waiting.id || (message.kind === 'result' && message.operation !== waiting.operation);
    return isForeign ? new ServerFault('malformed-answer') : undefined;
  };
  const take = (message: LdapMessage, bytes: number): void => {
    if (pending !== undefined) pending.bytes += bytes;
    const fault = faultOf(message, pending);
    if (fault !== undefined) fail(fault);
    else if (message.kind === 'entry') pending?.entries.push(message.entry);
    else if (message.kind === 'result') {
      const answered = pending;
      pending = undefined;
      answered?.resolve({ result: message.result, entries: answered.entries });
    }
  };

  const onData = (chunk: Buffer): void => {
    pieces.push(chunk);
    neededBytes -= chunk.length;
    if (neededBytes > 0) return;
    let received = pieces.length === 1 ? chunk : Buffer.concat(pieces);
    try {
      for (let size = messageSize(received); open; size = messageSize(received)) {
        if (size !== undefined && size > MAX_ANSWER_BYTES) throw new ServerFault('too-large');
        if (size === undefined || received.length < size) {
          pieces = received.length === 0 ? [] : [received];
          neededBytes = size === undefined ? 0 : size - received.length;
          return;
        }
        const message = received.subarray(0, size);
        received = received.subarray(size);
        take(parseLdapMessage(message), size);
      }
    } catch (error) {
      fail(error instanceof ServerFault ? error : new ServerFault('malformed-answer', { cause: error }));
    }
  };
  const onClose = (): void => fail(new ServerFault(CONNECTION_LOST));
  const onError = (cause: unknown): void => fail(new ServerFault(CONNECTION_LOST, { cause }));

  socket.on('data', onData);
  socket.on('error', onError);
  socket.on('end', onClose);
  socket.on('close', onClose);

  return {
    get isOpen() {
      return open;
    },
    send(operation, request, timeoutMs) {
      if (!open) return Promise.reject(new ServerFault(CONNECTION_LOST));
      if (pending !== undefined) return Promise.reject(new Error('A connection does one operation at a time.'));
      lastId += 1;
      const id = lastId;
      return new Promise<LdapAnswer>((resolve, reject) => {
        const timer = setTimeout(() => fail(new ServerFault('timeout')), Math.max(1, timeoutMs));
        pending = {
          id,
          operation,
          entries: [],
          bytes: 0,
          resolve: (answer) => {
            clearTimeout(timer);
            resolve(answer);
          },
          reject: (fault) => {
            clearTimeout(timer);
            reject(fault);
          },
        };
        socket.write(request(id).write());
      });
    },
    keepAlive(keep) {
      if (keep) socket.ref();
      else socket.unref();
    },
    detach() {
      if (!open || pending !== undefined || pieces.length > 0) {
        fail(new ServerFault('malformed-answer'));
        throw new ServerFault('malformed-answer');
      }
      open = false;
      socket.off('data', onData).off('error', onError).off('end', onClose).off('close', onClose);
      return socket;
    },
    close() {
      if (!open) return;
      open = false;
      socket.end(UNBIND);
      // What the directory says to it is of no interest, nor is whether it says anything.
      socket
        .off('data', onData)
        .resume()
        .setTimeout(1000, () => socket.destroy());
      socket.unref();
    },
  };
}

/** UnbindRequest (RFC 4511 section 4.3), which has no answer. Its message ID need only differ from those in use. */
const UNBIND = Buffer.from([0x30, 0x06, 0x02, 0x02, 0x7f, 0xff, 0x42, 0x00]);
