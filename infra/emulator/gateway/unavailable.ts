// The answer of a route that can't be run on one machine: said to the caller and in the log, and never an answer that AWS
// would give.

import type { GatewayResponse } from './http-message.ts';

export function unavailableResponse(why: string): GatewayResponse {
  return {
    status: 501,
    headers: [['Content-Type', 'application/json']],
    body: Buffer.from(JSON.stringify({ message: `Not run on this machine: ${why}` })),
  };
}
