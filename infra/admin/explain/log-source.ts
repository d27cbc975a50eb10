// The contract of where log lines are kept: CloudWatch Logs, or the memory of a local run.

/** A line as one of the functions, or an API's access log, has written it. */
export type FoundLine = Readonly<Record<string, unknown>>;

export interface FoundLines {
  readonly lines: readonly FoundLine[];
  /** Where was looked. */
  readonly searched: readonly string[];
  /** Why there may be more than was found: the search ended before it was through. Absent: it was through. */
  readonly incomplete?: string;
}

export interface LogSource {
  /**
   * Lines about one request, by API Gateway's id of it, or Lambda's.
   *
   * @throws Error where nothing can be searched
   */
  findRequest(requestId: string, sinceMs: number): Promise<FoundLines>;
}

/** Ids as API Gateway and Lambda write them: nothing that a search would take for something other. */
export function isRequestId(text: string): boolean {
  return /^[A-Za-z0-9_=-]{8,128}$/.test(text);
}

/** Objects of JSON; lines of Lambda itself may be anything else, and are passed over. */
export function parseLines(texts: readonly string[]): readonly FoundLine[] {
  return texts.map(parseLine).filter((line) => line !== undefined);
}

function parseLine(text: string): FoundLine | undefined {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === 'object' && line !== null && !Array.isArray(line) ? { ...line } : undefined;
  } catch {
    return undefined;
  }
}
