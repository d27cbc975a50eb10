// What API Gateway says of the caller to functions and backends.

import { type GatewayRequest, type HeaderList, headerValues } from './http-message.ts';

/** What API Gateway adds to the headers that a function or a backend gets. */
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
