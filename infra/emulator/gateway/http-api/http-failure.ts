// The ways in which an HTTP API itself answers: no gateway responses, bodies are API Gateway's own
// (infra/emulator/README.md, "What a caller gets").

import type { GatewayResponse } from '../http-message.ts';

const MESSAGES = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Request Entity Too Large',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
} as const;

export class HttpFailure extends Error {
  readonly status: keyof typeof MESSAGES;

  /** @param why for the terminal alone */
  constructor(status: keyof typeof MESSAGES, why: string) {
    super(why);
    this.name = 'HttpFailure';
    this.status = status;
  }
}

export function failureResponse({ status }: HttpFailure): GatewayResponse {
  return { status, headers: [['Content-Type', 'application/json']], body: Buffer.from(JSON.stringify({ message: MESSAGES[status] })) };
}
