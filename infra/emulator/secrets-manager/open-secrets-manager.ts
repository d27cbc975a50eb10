// The local Secrets Manager: AWS JSON 1.1 over HTTP, so that SDKs and the AWS CLI use it as it is, with an endpoint URL.

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { KEEP_ALIVE_MS, type Listener, openListener } from '../gateway/listen.ts';
import { guardServer } from '../local-caller.ts';
import { OPERATIONS } from './operations.ts';
import { openVault, SecretsManagerError, type Vault } from './vault.ts';

export interface SecretsManagerOptions {
  readonly port: number;
  readonly region: string;
  readonly accountId: string;
  /** Undefined: in memory. */
  readonly file: string | undefined;
  readonly clock: () => number;
}

export interface LocalSecretsManager {
  readonly vault: Vault;
  readonly listener: Listener;
}

/** A value of 64 KiB, escaped as JSON at worst, and then some. */
const MAX_REQUEST_BYTES = 1024 * 1024;

async function readJson(message: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message) {
    bytes += chunk.length;
    if (bytes > MAX_REQUEST_BYTES) throw new SecretsManagerError('InvalidParameterException', 'The request is too long.');
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}');
  } catch {
    throw new SecretsManagerError('SerializationException', 'The request is not JSON.');
  }
}

async function answer(message: IncomingMessage, vault: Vault): Promise<object> {
  const target = String(message.headers['x-amz-target'] ?? '');
  const operation = OPERATIONS.get(target.replace(/^secretsmanager\./, ''));
  if (operation === undefined || message.method !== 'POST') {
    throw new SecretsManagerError('UnknownOperationException', `${target || message.method} is not known to the local Secrets Manager.`);
  }
  const result = operation(await readJson(message), vault);
  vault.save();
  return result;
}

function send(to: ServerResponse, status: number, headers: Record<string, string>, body: object): void {
  to.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.1', 'x-amzn-RequestId': randomUUID(), ...headers });
  to.end(JSON.stringify(body));
}

/** Listens on loopback. */
export async function openSecretsManager(options: SecretsManagerOptions): Promise<LocalSecretsManager> {
  const vault = openVault(options);
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (message, to) => {
    answer(message, vault)
      .then((body) => send(to, 200, {}, body))
      .catch((error: unknown) => {
        const known = error instanceof SecretsManagerError;
        const type = known ? error.type : 'InternalServiceError';
        const text = error instanceof Error ? error.message : String(error);
        send(to, known ? 400 : 500, { 'x-amzn-ErrorType': type }, { __type: type, Message: text, message: text });
      });
  });
  guardServer(server);
  return { vault, listener: await openListener(server, options.port) };
}
