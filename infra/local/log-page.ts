// The latest log lines of a local run, at `/_gatehouse/log?request=ID`: for the command line, and never for a page of
// another site, which may neither read nor frame what comes from here.

import { type GatewayRequest, type GatewayResponse, headerValue } from '../emulator/gateway/http-message.ts';
import { isLocalHost, refuseForeign } from '../emulator/local-caller.ts';

const PATH = '/_gatehouse/log';
const MAX_LINES = 5000;
const MAX_LINE_CHARACTERS = 16_384;

export interface LogPage {
  /** Keeps a line; the oldest are forgotten. */
  keep(line: string): void;
  /** Keeps what an access log would say of a request, and gives its answer back. */
  keepAccess(request: Pick<GatewayRequest, 'method' | 'path' | 'requestId'>, response: GatewayResponse): GatewayResponse;
  /** Undefined where the request is for something else. `POST` keeps the audit event of a command, as CloudWatch Logs does on AWS. */
  respond(request: Pick<GatewayRequest, 'method' | 'path' | 'query' | 'headers' | 'port' | 'body'>): GatewayResponse | undefined;
}

/** @param tell gets each audit event of a command, for the terminal of the local run */
export function openLogPage(tell: (line: string) => void = () => {}): LogPage {
  const lines: string[] = [];
  const keep = (line: string): void => {
    if (line.length <= MAX_LINE_CHARACTERS) lines.push(line);
    if (lines.length > MAX_LINES) lines.splice(0, lines.length - MAX_LINES);
  };
  return {
    keep,
    keepAccess({ method: httpMethod, path, requestId }, response) {
      const errorType = headerValue(response.headers, 'x-amzn-errortype');
      const decision = headerValue(response.headers, 'gatehouse-decision');
      keep(JSON.stringify({ requestId, httpMethod, path, status: response.status, errorType, decision }));
      return response;
    },
    respond({ method, path, query, headers, port, body }) {
      if (path === PATH && method === 'POST') {
        const line = body.toString('utf8');
        const refused = refuseForeign({ headers, port }) ?? (isAuditEvent(line) ? undefined : BAD_LINE);
        if (refused !== undefined) return refused;
        keep(line);
        tell(line);
        return { status: 204, headers: [], body: Buffer.alloc(0) };
      }
      if (path !== PATH || method !== 'GET' || !isLocalHost(headerValue(headers, 'host'), port)) return undefined;
      const id = new URLSearchParams(query).get('request') ?? '';
      // As it stands in the JSON of a line. No id: nothing is found, not everything.
      const found = id === '' ? [] : lines.filter((line) => line.includes(JSON.stringify(id)));
      return {
        status: 200,
        headers: [
          ['Content-Type', 'application/json'],
          ['Cache-Control', 'no-store'],
          ['X-Content-Type-Options', 'nosniff'],
          ['Cross-Origin-Resource-Policy', 'same-origin'],
        ],
        body: Buffer.from(JSON.stringify({ lines: found })),
      };
    },
  };
}

const BAD_LINE: GatewayResponse = { status: 400, headers: [], body: Buffer.alloc(0) };

function isAuditEvent(line: string): boolean {
  try {
    const event: unknown = JSON.parse(line);
    return typeof event === 'object' && event !== null && 'message' in event && event.message === 'operator' && !line.includes('\n');
  } catch {
    return false;
  }
}
