// Log lines about wrong entries: one for each fault, once per change, since the same entries are read every few seconds.

import type { EntryReport } from '../../configuration/entries/read-entry.ts';
import { setNewest } from '../../shared/bounded-map.ts';
import type { Log } from '../../shared/log.ts';

/** Logs the reports of one load, but for those that the last load of the same scope brought as well. */
export type LogReports = (scope: string, reports: readonly EntryReport[]) => void;

/** Scopes with faults that are remembered; above it the oldest may be said twice. */
const MAX_SCOPES = 5000;

export function createEntryReports(log: Log): LogReports {
  const saidByScope = new Map<string, ReadonlySet<string>>();
  return (scope, reports) => {
    const said = saidByScope.get(scope);
    if (reports.length === 0) {
      saidByScope.delete(scope);
      return;
    }
    const lines = new Map(reports.flatMap(linesOf).map((line) => [JSON.stringify(line), line]));
    for (const [text, { level, event, ...fields }] of lines) {
      if (said?.has(text) !== true) log(level, event, fields);
    }
    setNewest(saidByScope, scope, new Set(lines.keys()), MAX_SCOPES);
  };
}

/** The value is never said: it may be a secret that was written to the wrong place. */
function linesOf({ table, key, outcome, faults }: EntryReport) {
  const head =
    outcome === 'refused' ? ({ level: 'ERROR', event: 'entry-refused' } as const) : ({ level: 'WARN', event: 'entry-warning' } as const);
  return faults.map(({ path, expected }) => ({ ...head, table, key, path, expected }));
}
