// From what a request was counted to take to what a million of them cost.

import type { FlowFigures } from '../end-to-end/measure-flows.ts';
import { ACCESS_LOG_BYTES, PLATFORM_LOG_BYTES, PRICES } from './prices.ts';

/** US dollars for a million requests. */
export interface Bill {
  readonly lambda: number;
  readonly dynamoDb: number;
  readonly logs: number;
  readonly total: number;
}

const BYTES_A_GB = 1e9;
const MB_A_GB = 1024;

/** A million invocations. @param memoryMb of the function */
export function costOf({ billedMs, readUnits, writeUnits, loggedBytes }: FlowFigures, memoryMb: number): Bill {
  const lambda = PRICES.lambdaMillion + (billedMs / 1000) * (memoryMb / MB_A_GB) * PRICES.lambdaGbSecond * 1e6;
  const dynamoDb = readUnits * PRICES.readUnitsMillion + writeUnits * PRICES.writeUnitsMillion;
  const logs = logCost(loggedBytes + PLATFORM_LOG_BYTES);
  return { lambda, dynamoDb, logs, total: lambda + dynamoDb + logs };
}

/** What API Gateway itself asks for a million requests, with the line in its access log. */
export const gatewayCost = (kind: 'restApiMillion' | 'httpApiMillion'): number => PRICES[kind] + logCost(ACCESS_LOG_BYTES);

const logCost = (bytes: number): number => ((bytes * 1e6) / BYTES_A_GB) * PRICES.logsGb;
