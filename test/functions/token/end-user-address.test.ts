// Where a login comes from that an application sends: its own server, unless its entry says that it tells (A92).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demoClient, openTokenApi, PASSWORD_GRANT } from '../../support/token-api.ts';
import { basic } from '../../support/token-events.ts';

const HEADER = 'Gatehouse-End-User-Address';

function openApi() {
  const api = openTokenApi();
  api.stores.put('Clients', demoClient('telling-app', 'telling-secret', { sendsEndUserAddress: true }));
  /** What the userstores were told of the place; the answer. */
  const login = async (clientId: string, secret: string, headers: Readonly<Record<string, string | readonly string[]>>) => {
    const answer = await api.token(PASSWORD_GRANT, { ...basic(clientId, secret), ...headers });
    const asked = api.users.calls.authenticate.splice(0)[0];
    return { ...answer, place: asked && [asked.sourceAddress, asked.addressSpeaksForMany] };
  };
  return {
    ofTelling: (headers: Parameters<typeof login>[2]) => login('telling-app', 'telling-secret', headers),
    ofOther: (headers: Parameters<typeof login>[2]) => login('demo-app', 'demo-app-secret', headers),
  };
}

test('A92 a client whose entry says so tells where its user is, in IPv4 or IPv6', async () => {
  const { ofTelling } = openApi();
  for (const address of ['203.0.113.7', '2001:db8::1', '2001:0DB8:0:0:1:2:3:4', '::ffff:203.0.113.7', '10.1.2.3']) {
    const { status, place, line } = await ofTelling({ [HEADER]: address });
    assert.deepEqual([status, place, line.endUserAddress], [200, [address, false], address]);
  }
  const { place } = await ofTelling({ [HEADER.toLowerCase()]: '203.0.113.7' });
  assert.deepEqual(place, ['203.0.113.7', false]);
});

test('A92 where it does not tell, and of every other client, the address is that of a server, and speaks for many', async () => {
  const { ofTelling, ofOther } = openApi();
  for (const answer of [
    await ofTelling({}),
    await ofOther({}),
    await ofOther({ [HEADER]: '203.0.113.7' }),
    await ofOther({ [HEADER]: 'nonsense' }),
    await ofOther({ [HEADER]: ['203.0.113.7', '203.0.113.8'] }),
    await ofOther({ 'X-Forwarded-For': '203.0.113.7' }),
  ]) {
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.place?.[1], true);
    assert.notEqual(answer.place?.[0], '203.0.113.7');
    assert.equal(answer.line.endUserAddress, undefined);
  }
});

test('A92 what is no one address is the client’s mistake, and no password is looked at', async () => {
  const { ofTelling } = openApi();
  for (const value of [
    ...['', ' ', 'unknown', 'localhost', '203.0.113.7:443', '203.0.113.7, 10.0.0.1', '203.0.113', '203.0.113.256', '0x7f.1', '2130706433'],
    ...['[2001:db8::1]', 'fe80::1%eth0', '2001:db8::1/64', '2001:db8:::1', '::ffff:999.0.0.1', '203.0.113.7\n', '２０３.0.113.7'],
    ['203.0.113.7', '203.0.113.7'],
  ]) {
    const { status, json, line, place } = await ofTelling({ [HEADER]: value });
    assert.deepEqual([status, json.error, line.reason, place], [400, 'invalid_request', 'bad-end-user-address', undefined], `${value}`);
  }
  const { line } = await ofTelling({ [HEADER]: '203.0.113.7', [HEADER.toUpperCase()]: '203.0.113.7' });
  assert.equal(line.reason, 'bad-end-user-address', 'in two spellings');
});
