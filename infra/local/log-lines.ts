// The log of the run: at a terminal a short line that a person reads, elsewhere one JSON object a line.

import { isRecord } from '../emulator/template/json.ts';

const parse = (line: string): Readonly<Record<string, unknown>> | undefined => {
  if (!line.startsWith('{')) return undefined;
  try {
    const parsed: unknown = JSON.parse(line);
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
};

/** One object: what the function said, with who said it. */
export function jsonLine(source: string, line: string, nowMs: number): string {
  return JSON.stringify({ source, ...(parse(line) ?? { timestamp: new Date(nowMs).toISOString(), message: line }) });
}

/** Said in front, or of use to machines alone. */
const LEFT_OUT = new Set(
  'service function_name function_version function_request_id cold_start timestamp level message requestId sourceAddress xray_trace_id endpoint status outcome reason durationMs userKey audit _aws'.split(
    ' ',
  ),
);

const shortened = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
};

/** `GatehouseTokenFunction` → `token`: the function's own words, in small letters. */
const nameOf = (source: string): string =>
  source
    .replace(/^.*?Gatehouse(?=.)/, '')
    .replace(/Function$/, '')
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-')
    .toLowerCase();

/** A terminal obeys control characters, and a caller may have sent some. */
const printable = (text: string): string => text.replaceAll(/\p{Cc}/gu, '?');

const COLOURS: Readonly<Record<string, string>> = { WARN: '\u001b[33m', ERROR: '\u001b[31m' };

/** @param hasColours warnings and errors stand out */
export function readableLine(source: string, line: string, nowMs: number, hasColours: boolean): string {
  const said = parse(line);
  const time = new Date(nowMs).toTimeString().slice(0, 8);
  const name = nameOf(source).padEnd(12);
  if (said === undefined) return `${time}  ${name}  ${printable(line)}`;
  const { message, endpoint, status, outcome, reason, durationMs, level } = said;
  const first = [endpoint ?? message, status, outcome, reason].filter((part) => part !== undefined).map(String);
  const rest = Object.entries(said).flatMap(([key, value]) =>
    LEFT_OUT.has(key) || value === undefined || value === null ? [] : [`${key}=${shortened(value)}`],
  );
  const text = printable([...first, ...rest, ...(durationMs === undefined ? [] : [`${String(durationMs)} ms`])].join(' '));
  const colour = hasColours ? COLOURS[String(level)] : undefined;
  return `${time}  ${name}  ${colour === undefined ? text : `${colour}${text}\u001b[0m`}`;
}

export interface LocalLog {
  write(source: string, line: string): void;
  /** Keeps lines back until `flow`, so that what the run says of itself stands apart. */
  hold(): void;
  flow(): void;
}

/** @param stream standard error */
export function openLog(stream: NodeJS.WritableStream & { readonly isTTY?: boolean }, clock: () => number): LocalLog {
  const isTerminal = stream.isTTY === true;
  const hasColours = isTerminal && process.env.NO_COLOR === undefined;
  let held: string[] | undefined;
  return {
    write(source, line) {
      if (line.trim() === '') return;
      const text = isTerminal ? readableLine(source, line, clock(), hasColours) : jsonLine(source, line, clock());
      if (held === undefined) stream.write(`${text}\n`);
      else held.push(text);
    },
    hold() {
      held ??= [];
    },
    flow() {
      for (const text of held ?? []) stream.write(`${text}\n`);
      held = undefined;
    },
  };
}
