// The operations Invoke and ListFunctions of the Lambda API for the functions of the template, so that a userstore or a
// handler of type `lambda`, an SDK, the AWS CLI or our command line calls them as on AWS ("Invoke" and "ListFunctions" of
// the Lambda API reference).

import type { GatewayRequest, GatewayResponse, HeaderList } from '../gateway/http-message.ts';
import { headerValue } from '../gateway/http-message.ts';
import { type Handle, type Listener, listen } from '../gateway/listen.ts';
import { guardHandle } from '../local-caller.ts';
import type { LocalFunction } from './open-function.ts';

/** The functions that there are, by name or ARN. */
interface Known {
  find(nameOrArn: string): LocalFunction | undefined;
  readonly all: readonly LocalFunction[];
}

function failure(status: number, type: string, message: string): GatewayResponse {
  const headers: HeaderList = [
    ['Content-Type', 'application/json'],
    ['x-amzn-ErrorType', type],
  ];
  return { status, headers, body: Buffer.from(JSON.stringify({ Type: 'User', Message: message })) };
}

function parseEvent(body: Buffer): { readonly event: unknown } | undefined {
  try {
    return { event: body.length === 0 ? {} : JSON.parse(body.toString('utf8')) };
  } catch {
    return undefined;
  }
}

async function invoke(handler: LocalFunction, request: GatewayRequest): Promise<GatewayResponse> {
  const parsed = parseEvent(request.body);
  if (parsed === undefined) return failure(400, 'InvalidRequestContentException', 'Could not parse request body into json.');
  const executed: HeaderList = [['X-Amz-Executed-Version', '$LATEST']];
  switch (headerValue(request.headers, 'x-amz-invocation-type') ?? 'RequestResponse') {
    case 'DryRun':
      return { status: 204, headers: executed, body: Buffer.alloc(0) };
    case 'Event':
      void handler.invoke(parsed.event);
      return { status: 202, headers: [], body: Buffer.alloc(0) };
    default: {
      const result = await handler.invoke(parsed.event);
      if (result.kind === 'result') return { status: 200, headers: executed, body: Buffer.from(result.payload) };
      return {
        status: 200,
        headers: [...executed, ['X-Amz-Function-Error', 'Unhandled']],
        body: Buffer.from(JSON.stringify(result.error)),
      };
    }
  }
}

/** All on one page: a template has few. */
function list({ all }: Known): GatewayResponse {
  const Functions = all.map(({ name, arn, ownVariables = {} }) => ({
    FunctionName: name,
    FunctionArn: arn,
    Environment: { Variables: ownVariables },
  }));
  return { status: 200, headers: [['Content-Type', 'application/json']], body: Buffer.from(JSON.stringify({ Functions })) };
}

/** Listens on this port of loopback, or on a free one where somebody has it. */
export async function openLambdaEndpoint(port: number, known: () => Known, report: (line: string) => void): Promise<Listener> {
  const open = (wanted: number) => listen(wanted, guardHandle(answerWith(known)), report);
  return port === 0 ? open(0) : open(port).catch(() => open(0));
}

function answerWith(known: () => Known): Handle {
  return async (request) => {
    if (request.method === 'GET' && /^\/2015-03-31\/functions\/?$/.test(request.path)) return list(known());
    const name = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.path)?.[1];
    if (name === undefined || request.method !== 'POST')
      return failure(404, 'UnknownOperationException', 'Only Invoke and ListFunctions are known to the local run.');
    const handler = known().find(decodeURIComponent(name));
    if (handler === undefined) return failure(404, 'ResourceNotFoundException', `Function not found: ${decodeURIComponent(name)}`);
    return invoke(handler, request);
  };
}
