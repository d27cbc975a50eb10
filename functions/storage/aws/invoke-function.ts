// Calls a tenant's own Lambda function and waits for its answer (Invoke, RequestResponse). Loaded when first used.

import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { InvokeFunction } from '../../outbound/invoke-function.ts';
import { Unavailable } from '../../shared/errors.ts';
import { reasonOf } from './failure-reason.ts';

/** Refusals of Lambda itself: the function has not seen the payload. */
const NOT_RUN: ReadonlySet<string> = new Set(['overloaded', 'throttled', 'access-denied', 'not-found', 'no-credentials']);

/** Region, endpoint (`AWS_ENDPOINT_URL_LAMBDA`) and credentials come from the environment; the region of a call from its ARN. */
export function createInvokeFunction(): InvokeFunction {
  const clients = new Map<string, LambdaClient>();
  return async (dependency, { functionArn, payload, timeoutMs, maxBytes }) => {
    const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
    const region = functionArn.split(':')[3] ?? '';
    const client =
      clients.get(region) ??
      // One try: the function may have counted the password as an attempt already.
      new LambdaClient({
        region,
        maxAttempts: 1,
        requestHandler: { connectionTimeout: 500, requestTimeout: 10_000, throwOnRequestTimeout: true },
      });
    clients.set(region, client);
    const command = new InvokeCommand({ FunctionName: functionArn, InvocationType: 'RequestResponse', Payload: Buffer.from(payload) });
    const deadline = AbortSignal.timeout(timeoutMs);
    const reply = await client.send(command, { abortSignal: deadline }).catch((cause: unknown) => {
      const reason = deadline.aborted ? 'timeout' : reasonOf(cause);
      throw new Unavailable(dependency, reason, { cause, neverSent: NOT_RUN.has(reason) });
    });
    if (reply.FunctionError !== undefined) throw new Unavailable(dependency, 'function-error');
    const answer = Buffer.from(reply.Payload ?? []);
    if (answer.length > maxBytes) throw new Unavailable(dependency, 'too-large');
    return answer.toString();
  };
}
