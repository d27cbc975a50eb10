// Headers that API Gateway changes as a request and its answer pass.

import { type GatewayRequest, type HeaderList, headerValues } from './http-message.ts';

/** The headers of a request with what API Gateway says of the caller to functions and backends. */
export function forwardedHeaders(request: GatewayRequest): HeaderList {
  const chain = [...headerValues(request.headers, 'x-forwarded-for'), request.sourceIp].join(', ');
  const replaced = new Set(['x-forwarded-for', 'x-forwarded-port', 'x-forwarded-proto', 'x-amzn-trace-id']);
  return [
    ...request.headers.filter(([name]) => !replaced.has(name.toLowerCase()) && !name.startsWith(':')),
    [
      'X-Amzn-Trace-Id',
      `Root=1-${Math.floor(request.receivedAtMs / 1000).toString(16)}-${request.requestId.replaceAll('-', '').slice(0, 24)}`,
    ],
    ['X-Forwarded-For', chain],
    ['X-Forwarded-Port', String(request.port)],
    ['X-Forwarded-Proto', 'http'],
  ];
}

const REMAPPED = new Set(['connection', 'content-length', 'date', 'server', 'www-authenticate']);

/**
 * `WWW-Authenticate` of a backend becomes `x-amzn-Remapped-WWW-Authenticate`, and so on; gateway responses are not
 * touched (infra/emulator/README.md, "Renamed headers").
 */
export function remapResponseHeaders(headers: HeaderList): HeaderList {
  return headers.map(([name, value]) => [REMAPPED.has(name.toLowerCase()) ? `x-amzn-Remapped-${name}` : name, value]);
}
