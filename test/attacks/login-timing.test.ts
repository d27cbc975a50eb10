// The time of a failed login tells nothing, also where a store is slow or an imported hash is costly (A21, A95). Waiting
// moves a clock on in place of the machine's, so that only what was computed takes real time.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import bcrypt from 'bcryptjs';
import { CURRENT_COST } from '../../functions/userstores/password-hashes/argon2.ts';
import { cpuMs } from '../support/cpu-time.ts';
import { type LoginFixture, openLoginFixture } from '../support/login-fixture.ts';

/** What `.ci/run` looks at, of each kind. */
const ALL_SAMPLES = 60;
const SAMPLES = Number(process.env.GATEHOUSE_TIMING_SAMPLES ?? 20);
/** One takes over a second of computing. */
const COSTLY_SAMPLES = SAMPLES === ALL_SAMPLES ? ALL_SAMPLES : 3;
/** Three standard deviations of the rank sum of as many and as many that are alike. */
const allowedLead = (samples: number): number => 3 * Math.sqrt((2 * samples + 1) / (12 * samples ** 2));

/** A tenant with a web service that answers after 700 ms or so, and users with hashes of all costs. */
function openSlowTenant() {
  let waitedMs = 0;
  const wait = async (ms: number): Promise<void> => {
    waitedMs += ms;
  };
  // Of the processor, not of the wall: other tests run beside this one.
  const stopwatch = () => cpuMs() + waitedMs;
  const fixture = openLoginFixture({
    failureQuantumMs: 500,
    passwordCost: CURRENT_COST,
    sleep: wait,
    stopwatch,
    async sendOutbound(_dependency, { body = '' }) {
      await wait(680 + Math.random() * 40);
      const isUserx = JSON.parse(body).credentials.password === 'mypass';
      return {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ response: { status: String(isUserx) } }),
      };
    },
  });
  fixture.putStore('EXTERNAL', { type: 'rest', url: 'https://users.example.org/' });
  fixture.putUser('publisher');
  fixture.putUser('disabled', { status: 'disabled' });
  fixture.putUser('wrong', { roles: 1 });
  fixture.stores.put('Tenants', { tenant: 'other', entry: 'tenant' });
  const timeOf = async (name: string, password: string, request: Parameters<LoginFixture['login']>[2] = {}): Promise<number> => {
    fixture.time.nowMs += 3_600_000; // no count is left of what was before
    const startMs = stopwatch();
    assert.equal((await fixture.login(name, password, request)).kind, 'refused', name);
    return stopwatch() - startMs;
  };
  return { ...fixture, timeOf };
}

/** How probable it is that one of the first took longer than one of the second: 0.5 where nothing tells them apart. */
function superiority(some: readonly number[], others: readonly number[]): number {
  // Nobody sees a tenth of a millisecond through a network.
  const [ones, twos] = [some, others].map((times) => times.map((ms) => Math.round(ms * 10))) as [number[], number[]];
  const wins = ones.map((one) => twos.reduce((sum, two) => sum + (one > two ? 1 : one === two ? 0.5 : 0), 0));
  return wins.reduce((sum, count) => sum + count, 0) / (ones.length * twos.length);
}

const KINDS = [
  ['an unknown user', 'nobody', 'wrong'],
  ['a wrong password in the Users table', 'publisher', 'wrong'],
  ['a right password of a disabled user', 'disabled', 'publisher-pass'],
  ['a user whose entry is wrong', 'wrong', 'wrong'],
  ['a wrong password at the slow store', 'EXTERNAL/userx', 'wrong'],
  ['an unknown tenant', 'publisher@nowhere', 'wrong'],
  ['another tenant', 'publisher@other', 'wrong'],
  ['a malformed name', 'publisher\u0000', 'wrong'],
  ['an unknown store', 'NOWHERE/publisher', 'wrong'],
  ['an empty password', 'publisher', ''],
] as const;

/** Those that are compared by rank. */
const MOST_TELLING: ReadonlySet<string> = new Set([
  ...['an unknown user', 'a wrong password in the Users table', 'a wrong password at the slow store'],
  ...['an unknown tenant', 'a malformed name'],
]);

test('A21 A95 failures of each kind are not told apart by their times, with a store that takes 700 ms', async () => {
  const { timeOf } = openSlowTenant();
  const times = new Map<string, number[]>();
  for (const [kind, name, password] of KINDS) {
    const own: number[] = [];
    const samples = MOST_TELLING.has(kind) ? SAMPLES : ALL_SAMPLES / 10;
    for (let sample = 0; sample < samples; sample += 1) own.push(await timeOf(name, password));
    times.set(kind, own);
  }
  const [ofUnknown = []] = times.values();
  for (const [kind, own] of times) {
    const probability = superiority(own, ofUnknown);
    if (MOST_TELLING.has(kind)) assert.ok(Math.abs(probability - 0.5) < allowedLead(SAMPLES), `${kind}: ${probability}`);
    assert.ok(Math.max(...own) - Math.min(...own) < 20, `${kind}: ${Math.min(...own)} to ${Math.max(...own)} ms`);
  }
});

test('A95 a bcrypt hash of cost 14 is answered when a name is that nobody has', async () => {
  const { putUser, timeOf } = openSlowTenant();
  putUser('imported', { passwordHash: await bcrypt.hash('publisher-pass', 14) });
  const [ofHash, ofNobody] = [[] as number[], [] as number[]];
  for (let sample = 0; sample < COSTLY_SAMPLES; sample += 1) {
    ofNobody.push(await timeOf('nobody', 'wrong'));
    ofHash.push(await timeOf('imported', 'wrong'));
  }
  assert.ok(Math.max(...ofHash, ...ofNobody) - Math.min(...ofHash, ...ofNobody) < 20, `${ofHash} ms and ${ofNobody} ms`);
  if (COSTLY_SAMPLES === ALL_SAMPLES) assert.ok(Math.abs(superiority(ofHash, ofNobody) - 0.5) < allowedLead(ALL_SAMPLES));
});

test('A95 at an API, which names no tenant, a tenant that is not there takes the time of the API’s owner', async () => {
  const { timeOf } = openSlowTenant();
  const ofApi = { requiredTenant: undefined, fallbackTenant: 'my_company' };
  const known = await timeOf('nobody@my_company', 'wrong', ofApi);
  for (const name of ['nobody@nowhere', 'publisher@my_company', 'nobody', '@', 'a\u0000'])
    assert.ok(Math.abs((await timeOf(name, 'wrong', ofApi)) - known) < 20, name);
});
