// A client of the AWS JSON protocols 1.0 and 1.1, for the two services that every request may need. Loading the SDK in
// its place is most of a cold start: `npm run bench` shows what is left without it.
// It owns the retries that AWS asks for: 3 tries, each of them 1 s, and half a second more where it must connect, and all
// of them within what the request has left.

import { setTimeout as delay } from 'node:timers/promises';
import { createHttpClient, HttpFailure, type HttpReply } from '../../outbound/http-client.ts';
import { remainingMs } from '../../shared/time-budget.ts';
import { AwsRefusal, type AwsReply, type CreateAwsClient } from './aws-call.ts';
import { environmentSettings } from './aws-settings.ts';
import { createSkewedClock } from './clock-skew.ts';
import { endpointOf } from './endpoint.ts';
import { signRequest } from './sign-request.ts';

const TRIES = 3;
const BACKOFF_MS = 50;
/** Time from the request to the last byte of the answer. */
const REPLY_MS = 1000;
/** Additional time where there is no connection yet. */
const CONNECT_MS = 500;
/** A page of a Query is 1 MB, and JSON may be several times as long. */
const MAX_REPLY_BYTES = 16 * 1024 * 1024;
/** Longer ago, and the connections of a function that was frozen are likely dead. */
const MAX_IDLE_MS = 60_000;
const MAX_IDLE_CONNECTIONS = 50;

const MAY_PASS: ReadonlySet<string> = new Set([
  'ThrottlingException',
  'ThrottledException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'TooManyRequestsException',
  'InternalServerError',
  'InternalServiceError',
  'InternalFailure',
  'ServiceUnavailable',
]);

export const createAwsClient: CreateAwsClient = (service, readSettings = environmentSettings) => {
  const sendHttp = createHttpClient({ maxIdleMs: MAX_IDLE_MS, maxIdlePerOrigin: MAX_IDLE_CONNECTIONS, clock: Date.now });
  const clock = createSkewedClock(Date.now);

  async function send(operation: string, body: string): Promise<HttpReply> {
    const { region, credentials } = await readSettings();
    const url = new URL(endpointOf(service.name, region, process.env));
    const unsigned = {
      service: service.name,
      region,
      host: url.host,
      headers: { 'content-type': service.mediaType, 'x-amz-target': `${service.target}.${operation}` },
      body,
    };
    const limitMs = remainingMs();
    if (limitMs === 0) throw new HttpFailure('timeout');
    const timeoutMs = Math.min(REPLY_MS, limitMs);
    const connectMs = Math.min(CONNECT_MS, limitMs - timeoutMs);
    const headers = signRequest(unsigned, credentials, clock.nowMs());
    return sendHttp({ method: 'POST', url, headers, body, timeoutMs, connectMs, maxBytes: MAX_REPLY_BYTES });
  }

  return async (operation, input, known) => {
    const body = JSON.stringify(input);
    for (let tries = 1; ; tries++) {
      let failure: Error;
      try {
        const reply = await send(operation, body);
        if (reply.isResent) tries += 1;
        if (reply.status === 200) return known?.(reply.body) ?? parseReply(reply.body);
        failure = new AwsRefusal(errorTypeOf(reply), tries);
        if (clock.learn(failure.name, Date.parse(reply.headers.date ?? '')) && tries < TRIES) continue;
        if (reply.status < 500 && !MAY_PASS.has(failure.name)) throw failure;
      } catch (error) {
        if (!(error instanceof HttpFailure)) throw error;
        failure = error;
      }
      if (tries >= TRIES || remainingMs() === 0) throw failure;
      // Full jitter, so that those who failed together don't come back together.
      await delay(Math.min(Math.random() * BACKOFF_MS * 2 ** tries, remainingMs()));
    }
  };
};

function parseReply(text: string): AwsReply {
  try {
    const reply: unknown = JSON.parse(text);
    if (typeof reply === 'object' && reply !== null) return { ...reply };
  } catch {
    // Something in between answered 200 in the service's place.
  }
  throw new HttpFailure('bad-reply');
}

/** `com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException` → `ConditionalCheckFailedException` */
function errorTypeOf({ headers, body }: HttpReply): string {
  const header = headers['x-amzn-errortype'];
  if (header !== undefined) return shortErrorType(header);
  try {
    const reply: unknown = JSON.parse(body);
    if (typeof reply === 'object' && reply !== null && '__type' in reply && typeof reply.__type === 'string')
      return shortErrorType(reply.__type);
  } catch {
    // An answer that is no JSON has no type.
  }
  return 'UnknownError';
}

const shortErrorType = (type: string): string => type.replace(/^.*#/, '').replace(/:.*$/, '');
