// The custom resource protocol of CloudFormation: a request comes as the event, the answer goes by PUT to a URL that
// CloudFormation signed. An answer that never comes would hold the deployment for an hour.

import type { CloudFormationCustomResourceEvent } from 'aws-lambda';

const ATTEMPTS = 3;
const ATTEMPT_TIMEOUT_MS = 10_000;

export function isCustomResourceEvent(event: unknown): event is CloudFormationCustomResourceEvent {
  return (
    typeof event === 'object' && event !== null && 'RequestType' in event && 'ResponseURL' in event && typeof event.ResponseURL === 'string'
  );
}

/** What CloudFormation knows the resource by: where it changes at an update, the old one is deleted afterwards. */
interface PhysicalResource {
  readonly physicalResourceId: string;
}

export type CustomResourceAnswer = PhysicalResource &
  (
    | { readonly status: 'SUCCESS'; readonly data: Readonly<Record<string, string>> }
    | { readonly status: 'FAILED'; readonly message: string }
  );

/**
 * Sends the answer.
 *
 * @throws Error when no attempt gets through: the invocation then counts as failed, and Lambda tries it again
 */
export async function answerCloudFormation(
  fetch: typeof globalThis.fetch,
  event: CloudFormationCustomResourceEvent,
  answer: CustomResourceAnswer,
): Promise<void> {
  const body = JSON.stringify({
    Status: answer.status,
    ...(answer.status === 'FAILED' && { Reason: answer.message }),
    PhysicalResourceId: answer.physicalResourceId,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    ...(answer.status === 'SUCCESS' && { Data: answer.data }),
  });
  for (let attempt = 1; ; attempt++) {
    const status = await put(fetch, event.ResponseURL, body);
    if (status !== undefined && status >= 200 && status < 300) return;
    if (attempt === ATTEMPTS) throw new Error(`CloudFormation did not take the answer: ${status ?? 'no reply'}.`);
  }
}

async function put(fetch: typeof globalThis.fetch, url: string, body: string): Promise<number | undefined> {
  try {
    // The signature of the URL covers an empty content type.
    const reply = await fetch(url, {
      method: 'PUT',
      headers: { 'content-type': '' },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(ATTEMPT_TIMEOUT_MS),
    });
    await reply.body?.cancel();
    return reply.status;
  } catch {
    // The message would name the URL, which is a credential. The caller counts attempts.
    return undefined;
  }
}
