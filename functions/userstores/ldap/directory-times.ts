// Times as directories write them. What can't be read is `undefined`: what is safe then, the reader of it knows.

/** `20261122054200Z`, `2026112205Z`, `20261122054200.25+0100` (RFC 4517 section 3.3.13): milliseconds since the epoch. */
export function generalizedTimeMs(text: string): number | undefined {
  const found = /^(\d{4})(\d{2})(\d{2})(\d{2})(?:(\d{2})(\d{2})?)?(?:[.,]\d+)?(?:Z|([+-])(\d{2})(\d{2})?)$/.exec(text);
  if (found === null) return undefined;
  const [, year, month, day, hour, minute = '00', second = '00', sign, offsetHour, offsetMinute = '00'] = found;
  const offset = sign === undefined ? 'Z' : `${sign}${offsetHour}:${offsetMinute}`;
  // A leap second is the first one of the next minute.
  const leapMs = second === '60' ? 1000 : 0;
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${leapMs === 0 ? second : '59'}${offset}`);
  return Number.isNaN(ms) ? undefined : ms + leapMs;
}

const FILETIME_EPOCH_MS = 11_644_473_600_000n;

/** 100 ns since 1601, as Active Directory counts: milliseconds since the epoch. */
export function filetimeMs(time: bigint): number {
  return Number(time / 10_000n - FILETIME_EPOCH_MS);
}
