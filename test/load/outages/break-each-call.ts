// One flow with a service failing at each of its calls in turn, in each way that it can fail, once and for good: whatever
// should be allowed is, or is an outage as documented; what should not be is never; and it is over as soon as it is over.

import { setTimeout as delay } from 'node:timers/promises';
import type { Flow } from '../../bench/end-to-end/flow.ts';
import type { FunctionProcess } from '../../bench/end-to-end/function-process.ts';
import type { Answer } from '../../bench/end-to-end/measure-flows.ts';
import type { Breakable } from './breakable-service.ts';
import { type IsRight, isOutage } from './outcomes.ts';
import type { Report } from './report.ts';

export interface BrokenFlow {
  readonly flow: Pick<Flow, 'what' | 'next'>;
  readonly isRight: IsRight;
  readonly service: Breakable;
  /** The function that is asked, made ready for one break: cold, or with caches that have run out. */
  prepare(): Promise<FunctionProcess>;
  /** After one break. */
  release?(process: FunctionProcess): void;
  /** How long it may take, once the service is back, until everything is as ever, milliseconds. Default: some seconds. */
  readonly recoveryMs?: number;
  /** True: the function's clock is moved while it is waited for, and nobody waits. */
  readonly recoversByClock?: boolean;
  /** True: the service is called behind the answer. Default: for it. */
  readonly isCalledBehind?: boolean;
  /** Whether what is kept serves on while this is so, and there must be no outage. Default: no. */
  servesOn?(fault: string): boolean;
  /** Of calls that others break elsewhere: whether this one is broken here. Default: each is. */
  isMine?(at: number): boolean;
  /** What is wrong besides the answer, after one break. */
  findFault?(): string | undefined;
}

interface Break {
  readonly at: number;
  readonly fault: string;
  readonly isForGood: boolean;
}

/** The next request is answered as ever; a machine that is busy gets some more. */
const RECOVERY_MS = 5000;
const BETWEEN_TRIES_MS = 200;
const BETWEEN_MOVES_MS = 1000;
const TRIES_BEHIND = 30;
const BETWEEN_LOOKS_MS = 10;

/** @returns how many calls were broken */
export async function breakEachCall(broken: BrokenFlow, report: Report): Promise<number> {
  const { service } = broken;
  const calls = await countCalls(broken, report);
  const mine = [...Array(calls).keys()].filter((at) => broken.isMine?.(at) ?? true);
  for (const at of mine)
    for (const fault of service.faults) for (const isForGood of timesOf(fault)) await breakCall(broken, { at, fault, isForGood }, report);
  return mine.length;
}

/** Who does not listen is not called, once. Late again and again is as silent. */
function timesOf(fault: string): readonly boolean[] {
  return fault === 'refused' ? [true] : fault === 'late' ? [false] : [false, true];
}

/** The next request, made ready by functions that may be busy: everything runs at once here. */
async function nextOf(flow: BrokenFlow['flow']): Promise<unknown> {
  for (let tries = 1; ; tries++) {
    try {
      return await flow.next();
    } catch (error) {
      if (tries === 3) throw error;
      await delay(BETWEEN_TRIES_MS);
    }
  }
}

/** Calls since the service was broken or mended, of which one is waited for where they come behind the answer. */
async function callsOf({ service, isCalledBehind = false }: BrokenFlow): Promise<number> {
  for (let tries = 0; isCalledBehind && service.calls() === 0 && tries < TRIES_BEHIND; tries++) await delay(BETWEEN_LOOKS_MS);
  return service.calls();
}

/** Calls of the flow on a day without faults. */
async function countCalls(broken: BrokenFlow, report: Report): Promise<number> {
  const { flow, service, isRight } = broken;
  for (let tries = 1; ; tries++) {
    const event = await nextOf(flow);
    await service.breakCalls(undefined);
    const process = await broken.prepare();
    const { answer } = await process.invoke<Answer>(event);
    const calls = await callsOf(broken);
    broken.release?.(process);
    if (isRight(answer)) return calls;
    // Everything starts at once here: what is late may come again.
    if (tries === 3) {
      report.fault(`${flow.what} without a fault: ${tell(answer, process)}`);
      return 0;
    }
  }
}

async function breakCall(broken: BrokenFlow, { at, fault, isForGood }: Break, report: Report): Promise<void> {
  const { flow, service, isRight } = broken;
  const event = await nextOf(flow);
  await service.breakCalls((n) => (n === at || (isForGood && n > at) ? fault : undefined));
  const process = await broken.prepare();
  process.takeLogged();
  const startedMs = performance.now();
  const { answer } = await process.invoke<Answer>(event);
  const answeredMs = performance.now() - startedMs;
  await callsOf(broken);
  const found = broken.findFault?.();
  await service.breakCalls(undefined);
  const how = `${flow.what}, ${fault} at call ${at}${isForGood ? ' and after it' : ''}`;
  const outcome = isRight(answer) ? 'as ever' : (await isOutage(answer, process)) ? 'outage' : 'wrong';
  if (outcome === 'wrong' || (outcome === 'outage' && broken.servesOn?.(fault) === true)) report.fault(`${how}: ${tell(answer, process)}`);
  if (found !== undefined) report.fault(`${how}: ${found}`);
  const recoveredMs = await recover(broken, process, how, report);
  report.note({ kind: `${fault}${isForGood ? ', for good' : ''}`, outcome, answeredMs, recoveredMs });
  broken.release?.(process);
}

/** @returns after how many milliseconds it was answered as ever, by the function's clock */
async function recover(broken: BrokenFlow, process: FunctionProcess, how: string, report: Report): Promise<number> {
  const { flow, isRight, recoveryMs = RECOVERY_MS, recoversByClock = false } = broken;
  const startedMs = performance.now();
  for (let passedMs = 0; ; ) {
    const triedMs = passedMs + performance.now() - startedMs;
    const { answer } = await process.invoke<Answer>(await nextOf(flow));
    if (isRight(answer)) return passedMs + performance.now() - startedMs;
    if (triedMs >= recoveryMs || !(await isOutage(answer, process))) {
      report.fault(`${how}, after it: ${tell(answer, process)}`);
      return triedMs;
    }
    if (!recoversByClock) await delay(BETWEEN_TRIES_MS);
    else {
      await process.passMs(BETWEEN_MOVES_MS);
      passedMs += BETWEEN_MOVES_MS;
    }
  }
}

/** What was answered, and why: the log says it. */
function tell(answer: Answer, process: FunctionProcess): string {
  const reasons = /"(?:outcome|error)":.*$/m.exec(process.lastLogged())?.[0] ?? process.lastLogged();
  return `${JSON.stringify(answer).slice(0, 200)} ${reasons.slice(0, 400)}`;
}
