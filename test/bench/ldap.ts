// LDAPS logins: Gatehouse's store against the raw protocol on the same directory, operations and milliseconds a login
// for each kind of connection, and how long a failover takes. `node test/bench/ldap.ts`; needs slapd.

import { connect as connectTls, type TLSSocket } from 'node:tls';
import { BindRequest, EqualityFilter, SearchRequest } from 'ldapts';
import { parseEntry } from '../../functions/configuration/entries/parse-entry.ts';
import { createLdapUserstore } from '../../functions/userstores/ldap/index.ts';
import { messageSize } from '../../functions/userstores/ldap/ldap-message.ts';
import type { Userstore } from '../../functions/userstores/userstore.ts';
import { DS389 } from '../support/directories/ds389.ts';
import type { DirectorySubject, TestDirectory } from '../support/directories/index.ts';
import { startLdapProxy } from '../support/directories/ldap-proxy.ts';
import { OPENLDAP } from '../support/directories/openldap.ts';
import { JOE, STAFF } from '../support/directories/people.ts';
import { SAMBA } from '../support/directories/samba.ts';
import { openLoginFixture } from '../support/login-fixture.ts';
import type { Row } from './row.ts';

const SECRET_ID = 'Gatehouse/tenants/my_company/directory';
const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function openStore(directory: TestDirectory, attributes: Readonly<Record<string, unknown>>): Promise<Userstore> {
  const { dependencies, stores } = openLoginFixture({ clock: Date.now });
  stores.putSecret(SECRET_ID, JSON.stringify(directory.service));
  const parsed = parseEntry('userstore', { type: 'ldap', secretId: SECRET_ID, ...directory.entry, ...attributes });
  if (!('entry' in parsed) || parsed.entry.type !== 'ldap') throw new Error(JSON.stringify(parsed));
  return createLdapUserstore('my_company', 'LDAP', parsed.entry, dependencies);
}

async function login(store: Userstore): Promise<void> {
  const answer = await store.authenticate(JOE.name, JOE.password, async () => ({ kind: 'reserved' }));
  if (answer.kind !== 'authenticated') throw new Error(JSON.stringify(answer));
}

/** Until then code is compiled, not measured. */
const WARM_UP_MS = 3000;

/** Operations a second with `width` at once, the median milliseconds of one, and the CPU time of this process for one. */
async function measure(work: () => Promise<void>, width: number, seconds = 2): Promise<Measured> {
  const times: number[] = [];
  const run = async (untilMs: number, keep: boolean): Promise<void> => {
    while (performance.now() < untilMs) {
      const startMs = performance.now();
      await work();
      if (keep) times.push(performance.now() - startMs);
    }
  };
  const all = (untilMs: number, keep: boolean) => Promise.all(Array.from({ length: width }, () => run(untilMs, keep)));
  await all(performance.now() + WARM_UP_MS, false);
  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  await all(startMs + seconds * 1000, true);
  const { user, system } = process.cpuUsage(startCpu);
  const perSecond = (times.length * 1000) / (performance.now() - startMs);
  times.sort((one, other) => one - other);
  return { perSecond, medianMs: times[Math.floor(times.length / 2)] ?? Number.NaN, cpuMicroseconds: (user + system) / times.length };
}

interface Measured {
  readonly perSecond: number;
  readonly medianMs: number;
  readonly cpuMicroseconds: number;
}

const show = ({ medianMs, perSecond, cpuMicroseconds }: Measured): string =>
  `${medianMs.toFixed(2)} ms, ${Math.round(perSecond)}/s, ${Math.round(cpuMicroseconds)} µs CPU`;

/** Search and bind as bytes made once, on two kept connections: what no client can be faster than. */
async function openRawLogin(directory: TestDirectory): Promise<() => Promise<void>> {
  const { hostname, port } = new URL(directory.ldapsUrl);
  const open = async (): Promise<(request: Buffer) => Promise<void>> => {
    const socket: TLSSocket = connectTls({ host: hostname, port: Number(port), ca: directory.caPem });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    socket.setNoDelay(true);
    let received: Buffer = Buffer.alloc(0);
    let answered: (() => void) | undefined;
    socket.on('data', (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      for (let size = messageSize(received); size !== undefined && received.length >= size; size = messageSize(received)) {
        const first = received[1] ?? 0;
        const idAt = first < 0x80 ? 2 : 2 + (first & 0x7f);
        const isEntry = received[idAt + 3] === 0x64;
        received = received.subarray(size);
        if (!isEntry) answered?.();
      }
    });
    return (request) =>
      new Promise((resolve) => {
        answered = resolve;
        socket.write(request);
      });
  };
  const filter = new EqualityFilter({ attribute: 'uid', value: JOE.name });
  const { peopleBase, service } = directory;
  const search = new SearchRequest({ messageId: 2, baseDN: peopleBase, filter, attributes: ['uid', 'entryUUID'] }).write();
  const bind = new BindRequest({ messageId: 2, dn: `uid=${JOE.name},${peopleBase}`, password: JOE.password }).write();
  const serviceBind = new BindRequest({ messageId: 1, dn: service.bindDn, password: service.bindPassword }).write();
  const [searches, logins] = [await open(), await open()];
  await searches(serviceBind);
  return async () => {
    await searches(search);
    await logins(bind);
  };
}

/** One login at a time, and sixteen at once, each beside the raw protocol. */
async function againstRaw(directory: TestDirectory): Promise<readonly { width: number; ours: Measured; raw: Measured }[]> {
  const { caPem, ldapsUrl } = directory;
  const raws = await Promise.all(Array.from({ length: 16 }, () => openRawLogin(directory)));
  const results = [];
  for (const width of [1, 16]) {
    const free = raws.slice(0, width);
    const raw = await measure(async () => {
      const rawLogin = free.pop();
      if (rawLogin === undefined) throw new Error('more at once than there are connections');
      await rawLogin();
      free.push(rawLogin);
    }, width);
    const store = await openStore(directory, { urls: [ldapsUrl], caPem });
    const ours = await measure(() => login(store), width);
    store.close?.();
    results.push({ width, ours, raw });
  }
  return results;
}

/** For the table of `npm run bench`. The aims are absolute: milliseconds of one login, thousands a second at sixteen at once. */
export async function ldapRows(): Promise<readonly Row[]> {
  if (OPENLDAP.missing !== undefined) return [];
  const directory = await OPENLDAP.start();
  const results = await againstRaw(directory);
  await directory.stop();
  return results.map(({ width, ours, raw }) => ({
    what: width === 1 ? 'LDAPS login, kept connections, ms' : `LDAPS logins at ${width} at once, thousands a second`,
    limit: `raw protocol ${show(raw)}`,
    measured: show(ours),
    ratio: width === 1 ? ours.medianMs : ours.perSecond / 1000,
    aim: width === 1 ? '≤ 0.6' : '≥ 6',
  }));
}

async function eachTransport({ name, takesPlaintext }: DirectorySubject, directory: TestDirectory): Promise<void> {
  const { caPem, ldapUrl, ldapsUrl } = directory;
  const transports = {
    plain: { urls: [ldapUrl.replace('127.0.0.1', directory.host)], allowPlaintext: true },
    StartTLS: { urls: [ldapUrl.replace('127.0.0.1', directory.host)], startTls: true, caPem },
    ldaps: { urls: [ldapsUrl], caPem },
  };
  for (const [transport, attributes] of Object.entries(transports)) {
    if (transport === 'plain' && !takesPlaintext) continue;
    for (const [groups, roles] of [
      ['no groups', {}],
      ['groups', { [STAFF]: 'customer' }],
    ] as const) {
      const store = await openStore(directory, { ...attributes, roles });
      const firstMs = performance.now();
      await login(store);
      const openMs = performance.now() - firstMs;
      const { medianMs } = await measure(() => login(store), 1, 1);
      store.close?.();
      print(
        `${name}, ${transport}, ${groups}: ${groups === 'groups' ? 3 : 2} operations, ${medianMs.toFixed(2)} ms kept, ${openMs.toFixed(1)} ms first`,
      );
    }
  }
}

async function failover(directory: TestDirectory): Promise<void> {
  const proxy = await startLdapProxy(Number(new URL(directory.ldapsUrl).port), { tls: true });
  const urls = [`ldaps://${directory.host}:${proxy.port}`, directory.ldapsUrl];
  for (const [what, action] of [
    ['resets', 'reset'],
    ['is silent', 'stall'],
  ] as const) {
    const store = await openStore(directory, { urls, caPem: directory.caPem });
    await login(store);
    proxy.fault = () => ({ action });
    proxy.cut(action === 'reset' ? 'reset' : 'silent');
    const times: number[] = [];
    for (let at = 0; at < 3; at += 1) {
      const startMs = performance.now();
      await login(store);
      times.push(performance.now() - startMs);
    }
    proxy.fault = undefined;
    store.close?.();
    print(
      `failover, first of two servers ${what} (timeoutMs 3000): ${times.map((ms) => ms.toFixed(1)).join(', ')} ms for the next three logins`,
    );
  }
  proxy.stop();
}

async function printAll(): Promise<void> {
  for (const subject of [OPENLDAP, SAMBA, DS389]) {
    if (subject.missing !== undefined) {
      print(`${subject.name}: not measured: ${subject.missing}`);
      continue;
    }
    const directory = await subject.start();
    if (subject === OPENLDAP) {
      for (const { width, ours, raw } of await againstRaw(directory)) {
        const ratio = (ours.perSecond / raw.perSecond).toFixed(2);
        print(`ldaps login, ${width} at once: ${show(ours)}; raw protocol ${show(raw)}; ratio of the rates ${ratio}`);
      }
      await failover(directory);
    }
    await eachTransport(subject, directory);
    await directory.stop();
  }
}

if (process.argv[1] === import.meta.filename) await printAll();
