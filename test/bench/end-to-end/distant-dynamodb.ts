// A DynamoDB as far away as it is from a function on AWS: every answer takes 3 ms, every hundredth 50 ms. It counts what
// each call consumes, as DynamoDB itself says when asked (`ReturnConsumedCapacity`), and what its indexes do.

import { Agent, createServer, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createIndexUnits, OWN_INDEXES } from './index-units.ts';

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
  /** Of the answer. */
  readonly bytes: number;
}

export interface DistantDynamoDb {
  readonly endpoint: string;
  /** From now on: to whom each hundredth call is slow, who keep their own count. Until it is said: to all alike. */
  countFor(name: string): void;
  /** Calls since they were last taken. */
  takeCalls(): readonly CountedCall[];
  close(): Promise<void>;
}

const WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems']);

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * @param target the DynamoDB that answers
 * @param unchanging tables of which what was read once is answered out of memory, so that a large answer is as quick as a small one
 * @param indexes default: those of our own tables
 */
export async function openDistantDynamoDb(
  target: string,
  unchanging: readonly string[] = [],
  indexes = OWN_INDEXES,
): Promise<DistantDynamoDb> {
  const agent = new Agent({ keepAlive: true });
  const { hostname, port } = new URL(target);
  let calls: CountedCall[] = [];
  const indexUnits = createIndexUnits(indexes);
  const answered = new Map<string, number>();
  let counted = '';
  const isRare = (): boolean => {
    const count = (answered.get(counted) ?? 0) + 1;
    answered.set(counted, count);
    return count % RARE_EVERY === 0;
  };

  const forward = (message: IncomingMessage, body: Buffer) =>
    new Promise<Reply>((resolve, reject) => {
      const headers = { ...message.headers, 'content-length': String(body.length) };
      const sent = request({ agent, hostname, port, method: 'POST', path: '/', headers }, async (reply) => {
        resolve({ status: reply.statusCode ?? 500, headers: reply.headers, body: await bytesOf(reply) });
      });
      sent.on('error', reject);
      sent.end(body);
    });

  const remembered = new Map<string, { readonly reply: Reply; readonly units: number }>();
  async function answerOf(message: IncomingMessage, operation: string) {
    const input = (await bytesOf(message)).toString();
    const known = remembered.get(input);
    if (known !== undefined) return known;
    const asked = JSON.parse(input);
    const reply = await forward(message, Buffer.from(JSON.stringify({ ...asked, ReturnConsumedCapacity: 'INDEXES' })));
    const ofIndexes = reply.status === 200 ? indexUnits(operation, asked) : 0;
    const answer = { reply, units: unitsOf(JSON.parse(reply.body.toString() || '{}')) + ofIndexes };
    if (unchanging.includes(asked.TableName)) remembered.set(input, answer);
    return answer;
  }

  const server = createServer(async (message, response) => {
    const dueMs = performance.now() + (isRare() ? RARE_MS : USUAL_MS);
    const operation = String(message.headers['x-amz-target']).split('.')[1] ?? '';
    const { reply, units } = await answerOf(message, operation);
    const isWrite = WRITES.has(operation);
    calls.push({ operation, readUnits: isWrite ? 0 : units, writeUnits: isWrite ? units : 0, bytes: reply.body.length });
    await until(dueMs);
    response.writeHead(reply.status, reply.headers);
    response.end(reply.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    countFor(name) {
      counted = name;
    },
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
