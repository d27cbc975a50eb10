// Request trace: fields of the one log line of a request. Steps write into it; nothing but the log reads it.

import type { LogFields } from '../shared/log.ts';

export interface RequestTrace {
  /** Adds fields. Never a secret, a token, a password or a name as typed (A61). */
  note(fields: LogFields): void;
}

/** A trace, and what it has gathered. */
export function createRequestTrace(): RequestTrace & { fields(): LogFields } {
  const noted: Record<string, LogFields[string]> = {};
  return {
    note(fields) {
      Object.assign(noted, fields);
    },
    fields: () => noted,
  };
}
