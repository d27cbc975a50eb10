// A role that IAM does not know everywhere yet.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VersionedSecret } from '../../../functions/signing-keys/rotate-keys.ts';
import { waitForPermission } from '../../../functions/signing-keys/wait-for-permission.ts';
import { openMemorySecret } from './versioned-secret.ts';

class Denied extends Error {}

/** Refuses the first calls, then answers. */
function openLate(refusals: number, error: Error = new Denied()) {
  const secret = openMemorySecret('value');
  const pauses: number[] = [];
  async function after<T>(call: () => Promise<T>): Promise<T> {
    if (refusals-- > 0) throw error;
    return call();
  }
  const late: VersionedSecret = {
    readCurrent: () => after(() => secret.readCurrent()),
    readVersion: (id) => after(() => secret.readVersion(id)),
    writeVersion: (id, value) => after(() => secret.writeVersion(id, value)),
  };
  const pause = async (milliseconds: number) => void pauses.push(milliseconds);
  return { patient: waitForPermission(late, (thrown) => thrown instanceof Denied, pause), pauses };
}

test('a refusal is waited out, at reading and at writing', async () => {
  const { patient, pauses } = openLate(3);
  assert.equal((await patient.readCurrent())?.value, 'value');
  assert.deepEqual(pauses, [5000, 5000, 5000]);
  assert.equal(await openLate(2).patient.writeVersion('next', 'x'), true);
});

test('for half a minute, and then it is an error', async () => {
  const { patient, pauses } = openLate(100);
  await assert.rejects(patient.readCurrent(), Denied);
  assert.ok(pauses.reduce((sum, pause) => sum + pause, 0) < 40_000, 'the answer to CloudFormation is still sent in time');
});

test('every other error is one at once', async () => {
  const { patient, pauses } = openLate(1, new Error('other'));
  await assert.rejects(patient.readVersion('x'), /other/);
  assert.deepEqual(pauses, []);
});
