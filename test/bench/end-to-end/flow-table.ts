// Tables of Markdown of what requests take.

import type { FlowFigures } from './measure-flows.ts';

export const tableOf = (head: readonly string[], lines: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** Of the cells of a flow, but for the first, which says what is asked. */
export const FLOW_HEAD = ['median ms', '99 % ms', 'billed ms', 'calls', 'read units', 'write units', 'bytes logged'] as const;

export const flowCells = (flow: FlowFigures): readonly string[] => [
  flow.what,
  ...[flow.medianMs, flow.p99Ms, flow.billedMs].map((ms) => ms.toFixed(ms < 1 ? 2 : 1)),
  ...[flow.calls, flow.readUnits, flow.writeUnits].map((count) => String(Number(count.toFixed(1)))),
  flow.loggedBytes.toFixed(0),
];
