// A17, A38: an address in an entry can't make a function call what it must not.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import fc from 'fast-check';
import type { OutboundRequest } from '../../functions/outbound/outbound.ts';
import { isPublicAddress } from '../../functions/outbound/public-address.ts';
import { createSendOutbound } from '../../functions/outbound/send-outbound.ts';
import { listen } from '../support/listen.ts';

const request = (url: string, more: Partial<OutboundRequest> = {}): OutboundRequest => ({
  method: 'GET',
  url,
  headers: {},
  timeoutMs: 5000,
  maxBytes: 1000,
  allowPlaintext: true,
  allowPrivateAddress: false,
  ...more,
});

const REFUSED_HOSTS = [
  ['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0177.0.0.1', '0x7f.1', '127.0.0.1.', '①②⑦.0.0.1', '%31%32%37.0.0.1', '127。0。0。1'],
  ['0.0.0.0', '0', '10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', '100.127.255.255'],
  [
    '169.254.169.254',
    '169.254.170.2',
    '0xa9fea9fe',
    '169.16689662',
    '198.18.0.1',
    '224.0.0.1',
    '239.1.1.1',
    '240.0.0.1',
    '255.255.255.255',
  ],
  ['192.0.0.1', '192.0.2.1', '198.51.100.1', '203.0.113.1', '192.88.99.1'],
  [
    '[::1]',
    '[::]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:a9fe:a9fe]',
    '[::127.0.0.1]',
    '[64:ff9b::a9fe:a9fe]',
    '[64:ff9b:1::1]',
  ],
  ['[2002:7f00:1::]', '[2001:0:7f00:1::]', '[2001:db8::1]', '[2001:20::1]', '[3fff::1]', '[5f00::1]', '[100::1]'],
  ['[fc00::1]', '[fd00:ec2::254]', '[fe80::1]', '[fec0::1]', '[ff02::1]'],
  ['localhost', 'LOCALHOST', 'localhost.', 'metadata.localhost'],
].flat();

for (const host of REFUSED_HOSTS) {
  test(`A17 A38 no call goes to ${host}`, async () => {
    await assert.rejects(createSendOutbound()('it', request(`http://${host}/`)), { name: 'Unavailable', reason: 'refused-address' });
  });
}

test('A17 A38 a name is refused when any of its addresses is not public', async () => {
  for (const addresses of [
    ['10.0.0.1'],
    ['93.184.216.34', '127.0.0.1'],
    ['2606:2800:220:1::1', '::1'],
    ['not an address'],
    ['fe80::1%eth0'],
  ]) {
    const send = createSendOutbound({ resolveName: () => Promise.resolve(addresses) });
    await assert.rejects(send('it', request('https://store.example/')), { reason: 'refused-address' });
  }
});

test('A17 A38 the name is looked up once, and the connection goes to what was checked', async (context) => {
  let lookups = 0;
  const server = createServer((incoming, outgoing) => {
    outgoing.end(incoming.headers.host);
  });
  const port = await listen(context, server);
  const send = createSendOutbound({
    // A second look-up would answer with an address where nobody listens.
    resolveName: () => {
      lookups += 1;
      return Promise.resolve([lookups === 1 ? '127.0.0.1' : '127.0.0.2']);
    },
  });
  const reply = await send('it', request(`http://rebinding.example:${port}/`, { allowPrivateAddress: true }));
  assert.equal(reply.body, `rebinding.example:${port}`);
  assert.equal(lookups, 1);
});

test('A17 A38 a connection kept for an entry that may call private addresses serves no entry that may not', async (context) => {
  let calls = 0;
  const server = createServer((_incoming, outgoing) => {
    calls += 1;
    outgoing.end('{}');
  });
  const port = await listen(context, server);
  let address = '127.0.0.1';
  const send = createSendOutbound({ resolveName: () => Promise.resolve([address]), clock: () => 0 });
  await send('it', request(`http://shared.example:${port}/`, { allowPrivateAddress: true }));
  address = '203.0.114.1'; // public, and nobody answers: the call must not land on the kept connection
  await assert.rejects(send('it', request(`http://shared.example:${port}/`, { timeoutMs: 300 })), { name: 'Unavailable' });
  assert.equal(calls, 1);
});

test('A17 A38 schemes, credentials, plaintext and ports', async () => {
  const send = createSendOutbound({ resolveName: () => Promise.reject(new Error('no look-up may happen')) });
  for (const url of [
    'file:///etc/passwd',
    'ftp://x.example/',
    'data:,x',
    'gopher://x.example/',
    '//x.example/',
    'x',
    '',
    'https://',
    'http://[::1%25lo]/',
  ]) {
    await assert.rejects(send('it', request(url)), { reason: 'bad-url' }, url);
  }
  await assert.rejects(send('it', request('https://user:secret@x.example/')), { reason: 'bad-url' });
  await assert.rejects(send('it', request('http://x.example/', { allowPlaintext: false })), { reason: 'plaintext' });
  for (const port of [22, 25, 53, 389, 636]) {
    await assert.rejects(send('it', request(`https://x.example:${port}/`)), { reason: 'refused-port' });
  }
});

test('A17 A38 property: no IPv4 address is public in one spelling and special in another', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      const asNumber = address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
      const spelled = new URL(`http://${asNumber}/`).hostname;
      assert.equal(isPublicAddress(spelled), isPublicAddress(address));
      assert.equal(isPublicAddress(`::ffff:${address}`), false);
    }),
  );
});

test('A17 A38 addresses of the public Internet are public', () => {
  for (const address of [
    '93.184.216.34',
    '8.8.8.8',
    '1.1.1.1',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700::1111',
    '2a00:1450::1',
    '2001:4860:4860::8888',
  ]) {
    assert.equal(isPublicAddress(address), true, address);
  }
  for (const address of ['', 'x', '1.2.3', '::x', '1.2.3.4.5', 'fe80::1%eth0']) assert.equal(isPublicAddress(address), false, address);
});
