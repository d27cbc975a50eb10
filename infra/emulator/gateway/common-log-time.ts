// Time as `requestTime` of an event has it.

/** `10/Oct/2000:13:55:36 +0000` (common log format). @param ms since the epoch */
export function commonLogTime(ms: number): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(ms).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}
