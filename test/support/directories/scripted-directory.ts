// A directory that answers as its script says: for what no real one can be made to say at will. It knows as much of
// LDAP (RFC 4511) as that takes: simple binds, searches, extended operations and what ends them.

import { createServer, type Socket } from 'node:net';
import { berSize, readAllBer, readBer } from '../../../functions/keys/ber.ts';

export interface ScriptedEntry {
  readonly dn: string;
  readonly attributes: Readonly<Record<string, string | Buffer | readonly string[]>>;
}

/** What a search asks for. */
export interface AskedSearch {
  readonly base: string;
  readonly attributes: readonly string[];
  /** As bytes: whether a value is in it can be seen. */
  readonly filter: Buffer;
}

export interface ScriptedResult {
  readonly code: number;
  readonly diagnostic?: string;
}

/** `silent`: no answer ever comes; `hang-up`: the connection ends in place of one. */
type Answer<T> = T | 'silent' | 'hang-up';

/** What it says; may be changed at any time. */
export interface DirectoryScript {
  /** To a bind with this DN, empty for nobody. */
  bind(dn: string): Answer<ScriptedResult>;
  search(asked: AskedSearch): Answer<ScriptedResult & { readonly entries?: readonly ScriptedEntry[] }>;
  /** To an extended operation, such as a change of a password. Absent: silent. */
  extended?(): Answer<ScriptedResult>;
}

export interface ScriptedDirectory {
  readonly url: string;
  script: DirectoryScript;
  stop(): void;
}

const BIND = 0x60;
const SEARCH = 0x63;
const EXTENDED = 0x77;

export async function startScriptedDirectory(script: DirectoryScript): Promise<ScriptedDirectory> {
  const sockets = new Set<Socket>();
  const directory = { url: '', script, stop: () => {} };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    let received: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      for (;;) {
        const size = berSize(received);
        if (size === undefined || size === 'incomplete' || received.length < size.headerBytes + size.contentBytes) return;
        const length = size.headerBytes + size.contentBytes;
        answer(socket, directory.script, received.subarray(0, length));
        received = received.subarray(length);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  directory.url = `ldap://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  directory.stop = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return directory;
}

function answer(socket: Socket, script: DirectoryScript, message: Buffer): void {
  const [id, operation] = readAllBer(readBer(message)?.content ?? message) ?? [];
  if (id === undefined || operation === undefined) return;
  if (operation.tag === BIND) {
    const [, dn] = readAllBer(operation.content) ?? [];
    const result = script.bind(dn?.content.toString() ?? '');
    if (isSaid(socket, result)) socket.write(ldapMessage(id.content, 0x61, resultOf(result)));
  } else if (operation.tag === SEARCH) {
    const result = script.search(askedOf(operation.content));
    if (!isSaid(socket, result)) return;
    for (const entry of result.entries ?? []) socket.write(ldapMessage(id.content, 0x64, entryOf(entry)));
    socket.write(ldapMessage(id.content, 0x65, resultOf(result)));
  } else if (operation.tag === EXTENDED) {
    const result = script.extended?.() ?? 'silent';
    if (isSaid(socket, result)) socket.write(ldapMessage(id.content, 0x78, resultOf(result)));
  }
}

function askedOf(content: Buffer): AskedSearch {
  const [base, , , , , , filter, attributes] = readAllBer(content) ?? [];
  const names = attributes === undefined ? [] : (readAllBer(attributes.content) ?? []);
  return {
    base: base?.content.toString() ?? '',
    filter: filter?.content ?? Buffer.alloc(0),
    attributes: names.map((name) => name.content.toString()),
  };
}

function isSaid<T>(socket: Socket, result: Answer<T>): result is T {
  if (result === 'hang-up') socket.end();
  return result !== 'hang-up' && result !== 'silent';
}

function element(tag: number, ...content: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat(content);
  const long = [0x83, bytes.length >> 16, (bytes.length >> 8) & 0xff, bytes.length & 0xff];
  const length = bytes.length < 0x80 ? [bytes.length] : long;
  return Buffer.concat([Buffer.from([tag, ...length]), bytes]);
}

const text = (value: string | Buffer): Buffer => element(0x04, Buffer.from(value));

function ldapMessage(id: Buffer, tag: number, content: Buffer): Buffer {
  return element(0x30, element(0x02, id), element(tag, content));
}

function resultOf({ code, diagnostic = '' }: ScriptedResult): Buffer {
  return Buffer.concat([element(0x0a, Buffer.from([code])), text(''), text(diagnostic)]);
}

function entryOf({ dn, attributes }: ScriptedEntry): Buffer {
  const list = Object.entries(attributes).map(([name, values]) =>
    element(0x30, text(name), element(0x31, ...(Buffer.isBuffer(values) ? [values] : [values].flat()).map(text))),
  );
  return Buffer.concat([text(dn), element(0x30, ...list)]);
}
