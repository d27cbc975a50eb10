// Log lines of a local run, which keeps the latest of them in memory (infra/local/log-page.ts).

import { type FoundLines, type LogSource, parseLines } from './log-source.ts';

const DEADLINE_MS = 5000;

/** @param port of the local gateway */
export function openLocalLog(port: number): LogSource {
  const url = `http://127.0.0.1:${port}/_gatehouse/log`;
  return {
    async findRequest(requestId): Promise<FoundLines> {
      const answer = await fetch(`${url}?request=${encodeURIComponent(requestId)}`, { signal: AbortSignal.timeout(DEADLINE_MS) });
      if (answer.status !== 200) throw new Error(`The local run answers ${answer.status} at ${url}: is it of this version?`);
      const { lines } = (await answer.json()) as { lines: readonly string[] };
      return { lines: parseLines(lines), searched: [url] };
    },
  };
}
