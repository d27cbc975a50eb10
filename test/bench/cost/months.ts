// What a month costs, idle, small and large, beside what API Gateway asks for the same requests.

import type { FlowFigures } from '../end-to-end/measure-flows.ts';
import { costOf, gatewayCost } from './cost-of.ts';
import type { IdleItem } from './idle-month.ts';

/** Millions of requests in a month. */
export interface Usage {
  readonly name: string;
  readonly logins: number;
  readonly renewals: number;
  readonly calls: number;
  /** Calls for which API Gateway asks the authorizer: the rest it answers from its cache. */
  readonly authorized: number;
}

export const USAGES: readonly Usage[] = [
  { name: 'idle', logins: 0, renewals: 0, calls: 0, authorized: 0 },
  { name: 'small: 10,000 logins, 100,000 renewals, 1 million calls', logins: 0.01, renewals: 0.1, calls: 1, authorized: 0.1 },
  { name: 'large: 1 million logins, 10 million renewals, 100 million calls', logins: 1, renewals: 10, calls: 100, authorized: 10 },
];

/** Of the functions, as the construct sets it. */
export const MEMORY_MB = { token: 1769, authorizer: 1024 } as const;

export interface Month {
  readonly name: string;
  /** US dollars. */
  readonly gatehouse: number;
  readonly gateway: number;
}

export function monthsOf(figures: readonly FlowFigures[], idle: readonly IdleItem[]): readonly Month[] {
  const million = (what: string, memoryMb: number): number => {
    const found = figures.find((flow) => flow.what === what);
    if (found === undefined) throw new Error(`${what} was not measured.`);
    return costOf(found, memoryMb).total;
  };
  const login = million('password, opaque', MEMORY_MB.token);
  const renewal = million('refresh_token, opaque', MEMORY_MB.token);
  const call = million('authorized call, new opaque token', MEMORY_MB.authorizer);
  const fixed = idle.reduce((sum, { dollars }) => sum + dollars, 0);
  return USAGES.map(({ name, logins, renewals, calls, authorized }) => ({
    name,
    gatehouse: fixed + logins * login + renewals * renewal + authorized * call,
    gateway: (logins + renewals + calls) * gatewayCost('restApiMillion'),
  }));
}
