// Names to addresses, against a DNS server of the test's own (RFC 1035 section 4).

import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { type TestContext, test } from 'node:test';
import { createResolveName } from '../../../functions/outbound/resolve-name.ts';
import { createSendOutbound } from '../../../functions/outbound/send-outbound.ts';

const A = 1;
const CNAME = 5;
const AAAA = 28;

interface DnsRecord {
  readonly type: number;
  readonly data: Buffer;
}

const ipv4 = (address: string): DnsRecord => ({ type: A, data: Buffer.from(address.split('.').map(Number)) });
const ipv6 = (hex: string): DnsRecord => ({ type: AAAA, data: Buffer.from(hex, 'hex') });

/** Answers of a name: records, `nothing` for no answer at all. A name that is not there is NXDOMAIN. */
type Zone = Readonly<Record<string, readonly DnsRecord[] | 'nothing'>>;

async function openDns(context: TestContext, zone: Zone): Promise<string> {
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    const { name, type, end } = questionOf(query);
    const records = zone[name];
    if (records === 'nothing') return;
    const answers = (records ?? []).filter((record) => record.type === type || record.type === CNAME);
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(records === undefined ? 0x8183 : 0x8180, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(answers.length, 6);
    const body = answers.map(({ type: of, data }) => {
      const fixed = Buffer.alloc(12);
      fixed.writeUInt16BE(0xc00c, 0); // the name of the question
      fixed.writeUInt16BE(of, 2);
      fixed.writeUInt16BE(1, 4);
      fixed.writeUInt16BE(data.length, 10);
      return Buffer.concat([fixed, data]);
    });
    socket.send(Buffer.concat([header, query.subarray(12, end), ...body]), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  context.after(() => new Promise<void>((resolve) => socket.close(() => resolve())));
  return `127.0.0.1:${socket.address().port}`;
}

function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

const ZONE: Zone = {
  'both.example': [ipv4('192.0.2.1'), ipv4('192.0.2.2'), ipv6('20010db8000000000000000000000001')],
  'four.example': [ipv4('192.0.2.1')],
  'six.example': [ipv6('20010db8000000000000000000000001')],
  'empty.example': [],
  'inside.example': [ipv4('93.184.216.34'), ipv6('00000000000000000000000000000001')],
  'silent.example': 'nothing',
};

test('all addresses of both families are found, since each must be checked', async (context) => {
  const resolve = createResolveName([await openDns(context, ZONE)]);
  assert.deepEqual([...(await resolve('both.example', 5000))].sort(), ['192.0.2.1', '192.0.2.2', '2001:db8::1']);
  assert.deepEqual(await resolve('four.example', 5000), ['192.0.2.1']);
  assert.deepEqual(await resolve('Six.Example.', 5000), ['2001:db8::1']);
});

test('a name without addresses, or that is not there, is an error', async (context) => {
  const resolve = createResolveName([await openDns(context, ZONE)]);
  await assert.rejects(resolve('empty.example', 5000));
  await assert.rejects(resolve('nowhere.example', 5000));
});

test('a server that says nothing costs the deadline, and no thread that others need', async (context) => {
  const send = createSendOutbound({ resolveName: createResolveName([await openDns(context, ZONE)]) });
  const silent = (timeoutMs: number) =>
    send('the store', {
      method: 'GET',
      url: 'https://silent.example/',
      headers: {},
      timeoutMs,
      maxBytes: 1000,
      allowPlaintext: false,
      allowPrivateAddress: false,
    });
  await Promise.all(
    Array.from({ length: 20 }, () => assert.rejects(silent(300), { name: 'Unavailable', reason: /timeout|name-not-resolved/ })),
  );
});

test('A17 a public name with a loopback address among its addresses is refused', async (context) => {
  const send = createSendOutbound({ resolveName: createResolveName([await openDns(context, ZONE)]) });
  const request = {
    method: 'GET',
    headers: {},
    timeoutMs: 5000,
    maxBytes: 1000,
    allowPlaintext: false,
    allowPrivateAddress: false,
  } as const;
  await assert.rejects(send('the store', { ...request, url: 'https://inside.example/' }), { reason: 'refused-address' });
});

test('localhost and what is below it never reach DNS', async () => {
  const resolve = createResolveName(['127.0.0.1:1']);
  for (const name of ['localhost', 'LOCALHOST.', 'a.b.localhost']) assert.deepEqual(await resolve(name, 100), ['127.0.0.1', '::1']);
});
