// Logins, renewals and HTTP Basic with a userstore of each kind failing at each of its calls, with its secret failing, and
// with the store away for so long that it is left alone for a while.

import { setTimeout as delay } from 'node:timers/promises';
import type { FunctionProcess } from '../../bench/end-to-end/function-process.ts';
import type { Answer } from '../../bench/end-to-end/measure-flows.ts';
import type { TestDirectory } from '../../support/directories/index.ts';
import { atOnce } from './at-once.ts';
import { breakEachCall } from './break-each-call.ts';
import { type NearAws, openNearAws } from './near-aws.ts';
import { isOutage } from './outcomes.ts';
import { createReport, type Report } from './report.ts';
import { type StoreFlow, storeFlows } from './store-flows.ts';
import { openStore, STORE_KINDS, type StoreKind, startDirectory } from './store-kinds.ts';
import { openStoreTenant, type StoreTenant } from './store-tenant.ts';

const AT_ONCE = 9;
/** Secrets are read again after it. */
const KEPT_MS = 300_100;
/** A secret that can't be used is asked for again after ten seconds. */
const SECRET_RECOVERY_MS = 12_000;
/** A store that did not answer five times in a row is left alone for ten seconds. */
const LEFT_ALONE_MS = 12_000;

/** One tenant's share of the work. */
interface Piece {
  readonly what: string;
  readonly flow: string;
  work(given: Given): Promise<void>;
}

interface Given {
  readonly name: string;
  readonly flow: StoreFlow;
  readonly tenant: StoreTenant;
  readonly process: FunctionProcess;
  readonly report: Report;
}

const FLOWS = [
  ...['wrong password', 'wrong password, second store', 'HTTP Basic, wrong password', 'login, new connections'],
  ...['login', 'login, second store', 'renewal', 'renewal of somebody who is gone', 'HTTP Basic'],
];

const PIECES: readonly Piece[] = [
  ...FLOWS.map((flow) => ({ what: 'store', flow, work: breakStore })),
  { what: 'secret, cold', flow: 'login', work: breakColdSecret },
  { what: 'secret, warm', flow: 'login', work: breakWarmSecret },
  { what: 'away', flow: 'login', work: leaveAlone },
];

export async function breakUserstores(): Promise<Report> {
  const report = createReport('userstores');
  const [near, directory] = await Promise.all([openNearAws(), startDirectory()]);
  const pieces = PIECES.flatMap((piece) => STORE_KINDS.map((kind) => ({ piece, kind })));
  await atOnce(pieces, AT_ONCE, ({ piece, kind }) => workOn(near, directory, kind, piece, report));
  await directory.stop();
  await near.close();
  return report;
}

async function workOn(near: NearAws, directory: TestDirectory, kind: StoreKind, piece: Piece, report: Report): Promise<void> {
  const tenant = await openStoreTenant(near, await openStore(kind, directory));
  const token = await tenant.open('token');
  const flow = storeFlows(tenant, token).find(({ what }) => what === piece.flow);
  if (flow === undefined) throw new Error(`No flow is called ${piece.flow}.`);
  const process = flow.function === 'token' ? token : await tenant.open('authorizer');
  await piece.work({ name: `${kind}, ${piece.what}: ${flow.what}`, flow, tenant, process, report });
  for (const opened of [token, process]) opened.close();
  await tenant.close();
}

async function breakStore({ name, flow, tenant, process, report }: Given): Promise<void> {
  const { isRight, passMs = 0, isOfSecondStore = false } = flow;
  const broken = {
    ...{ flow: { what: name, next: flow.next }, isRight, service: tenant.store.service },
    async prepare() {
      if (passMs > 0) await process.passMs(passMs);
      return process;
    },
    findFault: () => (tenant.hasAskedSecondStore() && !isOfSecondStore ? 'the second store was asked' : undefined),
  };
  // The first request opens what the others find open.
  await process.invoke(await flow.next());
  report.tellBroken(name, await breakEachCall(broken, report));
}

async function breakColdSecret({ name, flow, tenant, report }: Given): Promise<void> {
  const broken = {
    ...{ flow: { what: name, next: flow.next }, isRight: flow.isRight, service: tenant.secretsManager },
    ...{ recoveryMs: SECRET_RECOVERY_MS, recoversByClock: true, prepare: () => tenant.open('token') },
    release: (process: FunctionProcess) => process.close(),
  };
  report.tellBroken(name, await breakEachCall(broken, report));
}

/** What is not read, or can't be used, leaves the secret of before in use. */
async function breakWarmSecret({ name, flow, tenant, process, report }: Given): Promise<void> {
  const broken = {
    ...{ flow: { what: name, next: flow.next }, isRight: flow.isRight, service: tenant.secretsManager },
    ...{ recoveryMs: SECRET_RECOVERY_MS, recoversByClock: true, servesOn: () => true },
    async prepare() {
      await process.passMs(KEPT_MS);
      return process;
    },
  };
  await process.invoke(await flow.next());
  report.tellBroken(name, await breakEachCall(broken, report));
}

/** Enough logins in an outage for the store to be left alone: all are told of the outage, and users log in seconds after it. */
async function leaveAlone({ name, flow, tenant, process, report }: Given): Promise<void> {
  for (const fault of ['refused', 'silent']) {
    await tenant.store.service.breakCalls(() => fault);
    let answeredMs = 0;
    for (let tries = 0; tries < 7; tries++) {
      const { answer, ms } = await process.invoke<Answer>(await flow.next());
      answeredMs = Math.max(answeredMs, ms);
      if (!(await isOutage(answer, process))) report.fault(`${name}, ${fault}: ${JSON.stringify(answer)}`);
    }
    await tenant.store.service.breakCalls(undefined);
    const startedMs = performance.now();
    for (let isBack = false; !isBack; await delay(500)) {
      const { answer } = await process.invoke<Answer>(await flow.next());
      isBack = flow.isRight(answer);
      const isTooLate = performance.now() - startedMs > LEFT_ALONE_MS;
      if (isBack || (!isTooLate && (await isOutage(answer, process)))) continue;
      report.fault(`${name}, after ${fault}: ${JSON.stringify(answer)} ${process.lastLogged()}`);
      break;
    }
    report.note({ kind: `${fault}, seven logins`, outcome: 'outage', answeredMs, recoveredMs: performance.now() - startedMs });
    if (tenant.hasAskedSecondStore()) report.fault(`${name}, ${fault}: the second store was asked`);
  }
}
