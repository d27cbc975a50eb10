// What goes wrong between a store and its directory, at each step of the protocol: never a wrong answer, never later
// than the deadline, and over as soon as it is over.

import assert from 'node:assert/strict';
import { after, afterEach, before, suite, test } from 'node:test';
import type { TestDirectory } from '../support/directories/index.ts';
import { type Fault, type LdapProxy, ldapResult, type ProxyEvent, startLdapProxy } from '../support/directories/ldap-proxy.ts';
import { enterDirectory, portOf } from '../support/directories/open-directory.ts';
import { OPENLDAP } from '../support/directories/openldap.ts';
import { ANN, JOE, STAFF } from '../support/directories/people.ts';
import { openLoginFixture } from '../support/login-fixture.ts';
import { skipWithout } from '../support/required-part.ts';

const TIMEOUT_MS = 400;
/** Two slow cores with other tests on them. */
const SLACK_MS = 5000;

type Step = Pick<Extract<ProxyEvent, { kind: 'message' }>, 'from' | 'operation'> & { readonly nth: number };

/** Messages of a first login, in their order; both kinds of connection bind, the service first. */
const STEPS: Readonly<Record<string, Step>> = {
  'the request of the service bind': { from: 'client', operation: 'bind', nth: 0 },
  'the answer to the service bind': { from: 'server', operation: 'bind', nth: 0 },
  'the search of the user': { from: 'client', operation: 'search', nth: 0 },
  'the entry of the user': { from: 'server', operation: 'entry', nth: 0 },
  'the end of the search': { from: 'server', operation: 'search', nth: 0 },
  "the request of the user's bind": { from: 'client', operation: 'bind', nth: 1 },
  "the answer to the user's bind": { from: 'server', operation: 'bind', nth: 1 },
  'the search of groups': { from: 'client', operation: 'search', nth: 1 },
  'the end of the search of groups': { from: 'server', operation: 'search', nth: 1 },
};

const ACTIONS: Readonly<Record<string, Fault>> = {
  stalls: { action: 'stall' },
  resets: { action: 'reset' },
  'half-closes': { action: 'half-close' },
  'stalls in the middle': { action: 'stall', cutAfter: 5 },
  'resets in the middle': { action: 'reset', cutAfter: 5 },
  'half-closes in the middle': { action: 'half-close', cutAfter: 5 },
};

/** The same fault at this step and at all that come after it. */
function from(step: Step, fault: Fault): (event: ProxyEvent) => Fault | undefined {
  let seen = 0;
  return (event) => {
    if (event.kind !== 'message' || event.from !== step.from || event.operation !== step.operation) return undefined;
    seen += 1;
    return seen > step.nth ? fault : undefined;
  };
}

suite('userstore: LDAP, faults', { skip: skipWithout(OPENLDAP.missing) }, () => {
  let directory: TestDirectory;
  let proxy: LdapProxy;
  let tlsProxy: LdapProxy;
  before(async () => {
    directory = await OPENLDAP.start();
    proxy = await startLdapProxy(portOf(directory.ldapUrl));
    tlsProxy = await startLdapProxy(portOf(directory.ldapsUrl), { tls: true });
  });
  afterEach(() => {
    proxy.fault = undefined;
    tlsProxy.fault = undefined;
  });
  after(async () => {
    proxy.stop();
    tlsProxy.stop();
    await directory.stop();
  });

  const open = (attributes: Readonly<Record<string, unknown>> = {}) => {
    const fixture = openLoginFixture();
    const urls = [`ldap://127.0.0.1:${proxy.port}`];
    enterDirectory(fixture, directory, {
      urls,
      allowPlaintext: true,
      timeoutMs: TIMEOUT_MS,
      roles: { [STAFF]: 'customer' },
      ...attributes,
    });
    const joe = async () => {
      const outcome = await fixture.login(JOE.name, JOE.password);
      // As the grant that follows does.
      await fixture.remember(outcome);
      return outcome.kind;
    };
    const outage = async (why: string) => {
      const startMs = performance.now();
      await assert.rejects(joe(), { name: 'Unavailable', dependency: 'userstore LDAP of my_company' }, why);
      assert.ok(performance.now() - startMs < TIMEOUT_MS + SLACK_MS, `${why} took ${performance.now() - startMs} ms`);
    };
    return { ...fixture, joe, outage };
  };

  for (const [action, fault] of Object.entries(ACTIONS)) {
    test(`a server that ${action}, at each step, is an outage within the deadline, and works again after it`, async () => {
      for (const [name, step] of Object.entries(STEPS)) {
        const { joe, outage } = open();
        proxy.fault = from(step, fault);
        await outage(name);
        proxy.fault = undefined;
        assert.equal(await joe(), 'authenticated', name);
      }
    });

    test(`a second server serves where the first ${action}, at each step`, async () => {
      const spare = `ldap://127.0.0.1:${portOf(directory.ldapUrl)}`;
      for (const [name, step] of Object.entries(STEPS)) {
        const { joe, lines } = open({ urls: [`ldap://127.0.0.1:${proxy.port}`, spare], timeoutMs: 1000 });
        proxy.fault = from(step, fault);
        assert.equal(await joe(), 'authenticated', name);
        assert.ok(
          lines.some(({ event }) => event === 'ldap-server-down'),
          name,
        );
      }
    });
  }

  test('a delay at each step is waited for', async () => {
    for (const [name, step] of Object.entries(STEPS)) {
      const { joe } = open();
      proxy.fault = from(step, { action: 'delay', delayMs: 20 });
      assert.equal(await joe(), 'authenticated', name);
    }
  });

  test('delays that add up to more than the deadline are an outage', async () => {
    const { outage } = open();
    proxy.fault = (event) => (event.kind === 'message' ? { action: 'delay', delayMs: 150 } : undefined);
    await outage('150 ms a message');
  });

  test('a server that stalls, resets or half-closes at any byte of TLS is an outage', async () => {
    for (const action of ['stall', 'reset', 'half-close'] as const) {
      for (const bytes of [1, 300, 900, 1500]) {
        const { outage } = open({ urls: [`ldaps://127.0.0.1:${tlsProxy.port}`], allowPlaintext: false, caPem: directory.caPem });
        tlsProxy.fault = (event) => (event.kind === 'bytes' && event.total >= bytes ? { action, cutAfter: bytes % 64 } : undefined);
        await outage(`${action} after ${bytes} bytes`);
      }
    }
  });

  test('a server that takes no connection, or drops it, is an outage', async () => {
    for (const action of ['stall', 'reset', 'half-close'] as const) {
      proxy.fault = () => ({ action });
      await open().outage(action);
    }
    await open({ urls: ['ldap://127.0.0.1:1'] }).outage('nothing listens');
  });

  for (const code of [1, 2, 3, 4, 8, 10, 11, 12, 32, 50, 51, 52, 53, 71, 80]) {
    test(`result code ${code} is an outage, and no answer about the user`, async () => {
      for (const [operation, tag] of [
        ['search', 0x65],
        ['bind', 0x61],
      ] as const) {
        if (operation === 'bind' && code === 32) continue; // the user is gone since the search
        const { outage, joe } = open();
        assert.equal(await joe(), 'authenticated');
        proxy.fault = (event) =>
          event.kind === 'message' && event.from === 'server' && event.operation === operation
            ? { action: 'replace', bytes: ldapResult(event.id, tag, code) }
            : undefined;
        await outage(`${operation} ${code}`);
        proxy.fault = undefined;
      }
    });
  }

  test('an answer that is none is an outage: without a code, of another operation, of another request, with nonsense', async () => {
    const answers: Readonly<Record<string, (id: number) => Buffer>> = {
      'without a code': (id) => Buffer.from([0x30, 0x05, 0x02, 0x01, id, 0x61, 0x00]),
      'half a code': (id) => Buffer.from([0x30, 0x08, 0x02, 0x01, id, 0x61, 0x03, 0x0a, 0x02, 0x00]),
      'of a search': (id) => ldapResult(id, 0x65, 0),
      'of another request': (id) => ldapResult(id + 1, 0x61, 0),
      'indefinite length': (id) => Buffer.from([0x30, 0x80, 0x02, 0x01, id, 0x61, 0x00, 0x00, 0x00]),
      HTTP: () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
      'four gigabytes': () => Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0x02, 0x01]),
    };
    for (const [name, bytes] of Object.entries(answers)) {
      const { outage, joe } = open();
      assert.equal(await joe(), 'authenticated');
      proxy.fault = (event) =>
        event.kind === 'message' && event.from === 'server' && event.operation === 'bind' && event.id > 1
          ? { action: 'replace', bytes: bytes(event.id) }
          : undefined;
      await outage(name);
      proxy.fault = undefined;
    }
  });

  test('an endless answer is an outage, and is not kept in memory', async () => {
    const { outage } = open();
    const part = Buffer.concat(
      Array.from({ length: 2000 }, () =>
        Buffer.concat([Buffer.from([0x30, 0x0c, 0x02, 0x01, 0x02, 0x64, 0x07, 0x04, 0x01, 0x61, 0x30, 0x00, 0x05, 0x00])]),
      ),
    );
    proxy.fault = (event) =>
      event.kind === 'message' && event.from === 'server' && event.operation === 'entry'
        ? { action: 'replace', bytes: Buffer.concat(Array.from({ length: 300 }, () => part)) }
        : undefined;
    await outage('endless');
  });

  for (const how of ['reset', 'silent'] as const) {
    test(`after a freeze the first login works, where connections were ${how === 'reset' ? 'reset' : 'forgotten'}`, async () => {
      const { joe, time } = open();
      assert.equal(await joe(), 'authenticated');
      proxy.cut(how);
      // A reset shows at once; what a firewall forgot does not, but then time has gone by.
      if (how === 'silent') time.nowMs += 60_000;
      assert.equal(await joe(), 'authenticated');
      assert.equal(await joe(), 'authenticated');
    });
  }

  test('kept connections are used again, and not when they are old', async () => {
    const { joe, time } = open();
    await joe();
    const opened = proxy.connections();
    for (let at = 0; at < 14; at += 1) {
      time.nowMs += 20_000;
      await joe();
    }
    assert.equal(proxy.connections(), opened, 'within five minutes, and never idle for long');
    time.nowMs += 29_000;
    await joe();
    assert.equal(proxy.connections(), opened + 2, 'older than five minutes');
    time.nowMs += 31_000;
    await joe();
    assert.equal(proxy.connections(), opened + 4, 'idle for more than thirty seconds');
  });

  test('logins at once on kept connections are never mixed up', async () => {
    const { login, stores } = open({ timeoutMs: 10_000 });
    stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', lockout: { maxAttempts: 100, lockSeconds: 1 } });
    const people = [JOE, ANN, ...directory.oddNames];
    const logins = Array.from({ length: 200 }, async (_, at) => {
      const person = people[at % people.length] ?? JOE;
      const neighbour = people[(at + 1) % people.length] ?? ANN;
      const isRight = at % 3 !== 0;
      const outcome = await login(person.name, isRight ? person.password : neighbour.password, { sourceAddress: `192.0.2.${at}` });
      assert.equal(outcome.kind, isRight ? 'authenticated' : 'refused');
      if (outcome.kind === 'authenticated') assert.equal(outcome.user.username, person.name);
    });
    await Promise.all(logins);
    assert.ok(proxy.connections() < 400);
  });

  test('the first server gets its place back, by one login that tries', async () => {
    const spare = await startLdapProxy(portOf(directory.ldapUrl));
    const { joe, time, lines } = open({ urls: [`ldap://127.0.0.1:${proxy.port}`, `ldap://127.0.0.1:${spare.port}`], timeoutMs: 2000 });
    const used = (of: LdapProxy): number => of.operations.length;
    await joe();
    assert.equal(used(spare), 0);
    proxy.fault = () => ({ action: 'reset' });
    proxy.cut('reset');
    await joe();
    const tried = proxy.connections();
    for (let at = 0; at < 5; at += 1) await joe();
    assert.equal(proxy.connections(), tried, 'while it is down it is left alone');
    proxy.fault = undefined;
    time.nowMs += 4000;
    await joe();
    assert.equal(proxy.connections(), tried);
    time.nowMs += 1500;
    const before = used(spare);
    await joe();
    assert.ok(proxy.connections() > tried);
    assert.equal(used(spare), before);
    assert.deepEqual(
      lines.filter(({ event }) => event.startsWith('ldap-server')).map(({ event }) => event),
      ['ldap-server-down', 'ldap-server-up'],
    );
    spare.stop();
  });

  test('a store that is down does not keep users of others from logging in', async () => {
    const { login, putUser } = open();
    putUser('publisher');
    proxy.fault = () => ({ action: 'stall' });
    const before = proxy.connections();
    assert.equal((await login('publisher', 'publisher-pass')).kind, 'authenticated');
    assert.equal(proxy.connections(), before);
  });
});
