// A DynamoDB as far away as it is from a function on AWS: every answer takes 3 ms, every hundredth 50 ms. It counts what
// each call consumes, as DynamoDB itself says when asked (`ReturnConsumedCapacity`).

import { Agent, createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';

const USUAL_MS = 3;
const RARE_MS = 50;
const RARE_EVERY = 100;

/** One call as DynamoDB bills it. */
export interface CountedCall {
  readonly operation: string;
  /** Read request units: 1 is a consistent read of 4 KB. */
  readonly readUnits: number;
  /** Write request units of table and indexes: 1 is a write of 1 KB. */
  readonly writeUnits: number;
}

export interface DistantDynamoDb {
  readonly endpoint: string;
  /** Calls since they were last taken. */
  takeCalls(): readonly CountedCall[];
  close(): Promise<void>;
}

const WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems']);

/** @param target the DynamoDB that answers */
export async function openDistantDynamoDb(target: string): Promise<DistantDynamoDb> {
  const agent = new Agent({ keepAlive: true });
  const { hostname, port } = new URL(target);
  let calls: CountedCall[] = [];
  let answered = 0;

  const forward = (message: IncomingMessage, body: Buffer) =>
    new Promise<{ reply: IncomingMessage; body: Buffer }>((resolve, reject) => {
      const headers = { ...message.headers, 'content-length': String(body.length) };
      const sent = request({ agent, hostname, port, method: 'POST', path: '/', headers }, async (reply) => {
        resolve({ reply, body: await bytesOf(reply) });
      });
      sent.on('error', reject);
      sent.end(body);
    });

  const server = createServer(async (message, response) => {
    const dueMs = performance.now() + (++answered % RARE_EVERY === 0 ? RARE_MS : USUAL_MS);
    const operation = String(message.headers['x-amz-target']).split('.')[1] ?? '';
    const asked = { ...JSON.parse((await bytesOf(message)).toString()), ReturnConsumedCapacity: 'INDEXES' };
    const { reply, body } = await forward(message, Buffer.from(JSON.stringify(asked)));
    const units = unitsOf(JSON.parse(body.toString() || '{}'));
    const isWrite = WRITES.has(operation);
    calls.push({ operation, readUnits: isWrite ? 0 : units, writeUnits: isWrite ? units : 0 });
    await until(dueMs);
    response.writeHead(reply.statusCode ?? 500, reply.headers);
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    takeCalls() {
      const taken = calls;
      calls = [];
      return taken;
    },
    close: () =>
      new Promise((resolve) => {
        agent.destroy();
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Timers are a millisecond coarse: the last one is waited for turn by turn. */
async function until(dueMs: number): Promise<void> {
  const leftMs = dueMs - performance.now();
  if (leftMs > 1.5) await new Promise((resolve) => setTimeout(resolve, leftMs - 1.5));
  while (performance.now() < dueMs) await new Promise((resolve) => setImmediate(resolve));
}

interface Answer {
  readonly ConsumedCapacity?: Capacity | readonly Capacity[];
}
interface Capacity {
  readonly CapacityUnits?: number;
}

function unitsOf({ ConsumedCapacity = [] }: Answer): number {
  const list = Array.isArray(ConsumedCapacity) ? ConsumedCapacity : [ConsumedCapacity];
  return list.reduce((sum: number, { CapacityUnits = 0 }: Capacity) => sum + CapacityUnits, 0);
}
