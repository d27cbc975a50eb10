// How long every failed login of a tenant takes: above the slowest that its entries name, and never past a bound.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Tenant } from '../../../functions/configuration/model.ts';
import { createFailureDeadlines } from '../../../functions/userstores/failure-deadline.ts';
import { openMemoryStores } from '../../support/memory-stores.ts';

async function openTenant(lockout: Record<string, number> = {}, timeouts: readonly number[] = [], more: Record<string, unknown> = {}) {
  const stores = openMemoryStores({ clock: () => 0 });
  stores.put('Tenants', { tenant: 't', entry: 'tenant', lockout });
  for (const [at, timeoutMs] of timeouts.entries())
    stores.put('Tenants', { tenant: 't', entry: `userstore#S${at}`, type: 'rest', url: 'https://a.example/', timeoutMs, ...more });
  const tenant = await stores.tenants.findTenant('t');
  assert.ok(tenant !== undefined);
  return tenant;
}

/** A clock that only what is waited for moves on. */
function openDeadlines(failureQuantumMs?: number) {
  let nowMs = 0;
  const spend = async (ms: number): Promise<void> => {
    nowMs += ms;
  };
  const start = createFailureDeadlines({
    ...(failureQuantumMs !== undefined && { failureQuantumMs }),
    stopwatch: () => nowMs,
    sleep: spend,
  });
  return async (tenants: readonly Tenant[], spentMs: number): Promise<number> => {
    const startMs = nowMs;
    const deadline = start();
    await spend(spentMs);
    await deadline.wait(tenants);
    return nowMs - startMs;
  };
}

test('above the time-outs of all stores together, and above the costliest hash', async () => {
  const answeredAt = openDeadlines();
  assert.equal(await answeredAt([await openTenant()], 3), 2500);
  assert.equal(await answeredAt([await openTenant({}, [500])], 3), 2500);
  assert.equal(await answeredAt([await openTenant({}, [3000])], 3), 3500);
  assert.equal(await answeredAt([await openTenant({}, [1000, 2100])], 3), 4000);
  assert.equal(await answeredAt([await openTenant({}, [3000], { enabled: false })], 3), 2500, 'a store that is not asked');
  assert.equal(await answeredAt([], 3), 2500, 'where nobody’s settings are known');
});

test('as the tenant says, where it does, and the later of two tenants', async () => {
  const answeredAt = openDeadlines();
  assert.equal(await answeredAt([await openTenant({ failureMs: 900 }, [3000])], 3), 1000);
  assert.equal(await answeredAt([await openTenant({ failureMs: 900 }), await openTenant({ failureMs: 1900 })], 3), 2000);
});

test('never past 5 s, or an authorizer would have no time left to say so', async () => {
  const answeredAt = openDeadlines();
  const many = Array.from({ length: 50 }, () => 10_000);
  assert.equal(await answeredAt([await openTenant({}, many)], 3), 5000);
});

test('what took longer is waited for by those that follow, for ten minutes', async () => {
  const answeredAt = openDeadlines();
  const tenant = await openTenant({ failureMs: 500 });
  assert.equal(await answeredAt([tenant], 30), 500);
  assert.equal(await answeredAt([tenant], 1234), 1500);
  assert.equal(await answeredAt([tenant], 30), 1500);
  await answeredAt([], 600_000);
  assert.equal(await answeredAt([tenant], 30), 500);
});

test('no quantum, no waiting', async () => {
  assert.equal(await openDeadlines(0)([await openTenant()], 30), 30);
});
