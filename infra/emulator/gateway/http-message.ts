// A request and a response as the gateway passes them on, whatever HTTP version they came by.

/** In the order and spelling of the wire, duplicates kept. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

export interface GatewayRequest {
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  /** As sent, without `?`; empty where there is none. */
  readonly query: string;
  readonly headers: HeaderList;
  readonly body: Buffer;
  /** Address of the connection, never from a header. */
  readonly sourceIp: string;
  /** `HTTP/1.1` or `HTTP/2.0`. */
  readonly protocol: string;
  /** Of the listener. */
  readonly port: number;
  readonly requestId: string;
  /** Milliseconds since the epoch. */
  readonly receivedAtMs: number;
}

export interface GatewayResponse {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Buffer;
}

/** All values of a header, whatever its case. */
export function headerValues(headers: HeaderList, name: string): readonly string[] {
  const wanted = name.toLowerCase();
  return headers.filter(([candidate]) => candidate.toLowerCase() === wanted).map(([, value]) => value);
}

/** The last value of a header, as API Gateway's single-value maps have it. */
export const headerValue = (headers: HeaderList, name: string): string | undefined => headerValues(headers, name).at(-1);

/** The list without every header of this name, in whatever case it came. */
export function withoutHeader(headers: HeaderList, name: string): HeaderList {
  const unwanted = name.toLowerCase();
  return headers.filter(([candidate]) => candidate.toLowerCase() !== unwanted);
}

/** Headers of one connection (RFC 9110 section 7.6.1), and those that `Connection` names. */
export function withoutHopByHop(headers: HeaderList): HeaderList {
  const named = headerValues(headers, 'connection').flatMap((value) => value.split(',').map((name) => name.trim().toLowerCase()));
  const unwanted = new Set([...HOP_BY_HOP, ...named]);
  return headers.filter(([name]) => !unwanted.has(name.toLowerCase()) && !name.startsWith(':'));
}

const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** Decoded query parameters in order, duplicates kept. */
export function queryParameters(query: string): HeaderList {
  return [...new URLSearchParams(query)];
}
