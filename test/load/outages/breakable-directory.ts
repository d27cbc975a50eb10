// A proxy in front of a directory, at each of whose operations something can go wrong.

import { type Fault, ldapResult, type Operation, type ProxyEvent, startLdapProxy } from '../../support/directories/ldap-proxy.ts';
import type { Breakable, FaultOf } from './breakable-service.ts';

/**
 * By the names of `breakable-service.ts`, and besides: `half, then silent`: the answer stops in the middle, and the connection
 * stays. `busy`: the result code that says so.
 */
const FAULTS = ['refused', 'none', 'silent', 'lost', 'half', 'half, then silent', 'late', 'busy'] as const;
const BUSY = 51;
/** Bytes of an answer that are passed on where it is cut. */
const HALF_BYTES = 5;
const TAGS: ReadonlyMap<Operation, number> = new Map([
  ['bind', 0x61],
  ['search', 0x65],
]);

type Message = Extract<ProxyEvent, { kind: 'message' }>;

export interface BreakableDirectory extends Breakable {
  readonly port: number;
}

/** @param waitedMs how long the caller waits at most, milliseconds */
export async function openBreakableDirectory(targetPort: number, waitedMs: number): Promise<BreakableDirectory> {
  const proxy = await startLdapProxy(targetPort);
  let faultOf: FaultOf | undefined;
  let asked = 0;
  let operation: Operation = 'other';

  const ofRequest = (event: Message): Fault | undefined => {
    if (event.operation === 'unbind') return undefined;
    operation = event.operation;
    const n = asked++;
    const fault = faultOf?.(n);
    if (fault === 'none' || fault === 'refused') return { action: 'reset' };
    return fault === 'silent' ? { action: 'stall' } : undefined;
  };
  const ofAnswer = ({ id }: Message): Fault | undefined => {
    switch (faultOf?.(asked - 1)) {
      case 'lost':
        return { action: 'reset' };
      case 'half':
        return { action: 'reset', cutAfter: HALF_BYTES };
      case 'half, then silent':
        return { action: 'stall', cutAfter: HALF_BYTES };
      case 'late':
        return { action: 'delay', delayMs: waitedMs * 1.3 };
      case 'busy':
        return { action: 'replace', bytes: ldapResult(id, TAGS.get(operation) ?? 0x61, BUSY) };
      default:
        return undefined;
    }
  };
  proxy.fault = (event) => {
    if (event.kind === 'connect') return faultOf?.(asked) === 'refused' ? { action: 'reset' } : undefined;
    if (event.kind !== 'message') return undefined;
    return event.from === 'client' ? ofRequest(event) : ofAnswer(event);
  };
  return {
    port: proxy.port,
    faults: FAULTS,
    async breakCalls(next) {
      faultOf = next;
      asked = 0;
      if (next?.(0) === 'refused') proxy.cut('reset');
    },
    calls: () => asked,
    close: async () => proxy.stop(),
  };
}
