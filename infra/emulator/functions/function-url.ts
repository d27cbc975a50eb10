// A Lambda function URL: an HTTP server that turns requests into events of payload 2.0 and answers into responses
// ("Invoking Lambda function URLs" of the Lambda guide).

import { joinedByName, lowerCased } from '../gateway/event-maps.ts';
import { type GatewayRequest, type GatewayResponse, type HeaderList, headerValue, queryParameters } from '../gateway/http-message.ts';
import { type Listener, listen } from '../gateway/listen.ts';
import { remapResponseHeaders } from '../gateway/passing-headers.ts';
import { isRecord, type JsonRecord } from '../template/json.ts';
import type { LocalFunction } from './open-function.ts';

const TEXT = /^(text\/.*|application\/(json|javascript|xml|x-www-form-urlencoded|.*\+(json|xml)))(;.*)?$/i;

/** Headers that Lambda takes apart or adds itself. */
function eventHeaders(request: GatewayRequest): Readonly<Record<string, string>> {
  const plain = request.headers.filter(([name]) => !['cookie', 'connection', 'transfer-encoding'].includes(name.toLowerCase()));
  return { ...joinedByName(lowerCased(plain)), 'x-forwarded-proto': 'http', 'x-forwarded-port': String(request.port) };
}

function urlEvent(request: GatewayRequest, deployment: { readonly accountId: string }): object {
  const cookies = request.headers.filter(([name]) => name.toLowerCase() === 'cookie').flatMap(([, value]) => value.split(/;\s*/));
  const isText = TEXT.test(headerValue(request.headers, 'content-type') ?? 'text/plain');
  const host = headerValue(request.headers, 'host') ?? '';
  const query = queryParameters(request.query);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: request.path,
    rawQueryString: request.query,
    ...(cookies.length > 0 && { cookies }),
    headers: eventHeaders(request),
    ...(query.length > 0 && { queryStringParameters: joinedByName(query) }),
    requestContext: {
      accountId: deployment.accountId,
      apiId: host.split('.')[0],
      domainName: host,
      domainPrefix: host.split('.')[0],
      http: {
        method: request.method,
        path: request.path,
        protocol: request.protocol,
        sourceIp: request.sourceIp,
        userAgent: headerValue(request.headers, 'user-agent') ?? '',
      },
      requestId: request.requestId,
      routeKey: '$default',
      stage: '$default',
      time: new Date(request.receivedAtMs).toISOString(),
      timeEpoch: request.receivedAtMs,
    },
    ...(request.body.length > 0 && { body: request.body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: request.body.length > 0 && !isText,
  };
}

function structured(answer: JsonRecord, status: number): GatewayResponse {
  const headers = isRecord(answer.headers) ? Object.entries(answer.headers).map(([name, value]) => [name, String(value)] as const) : [];
  const cookies = Array.isArray(answer.cookies) ? answer.cookies.map((cookie) => ['Set-Cookie', String(cookie)] as const) : [];
  const { body } = answer;
  const text = typeof body === 'string' ? body : body === undefined || body === null ? '' : JSON.stringify(body);
  const typed: HeaderList =
    headerValue(headers, 'content-type') === undefined ? [['Content-Type', 'application/json'], ...headers] : headers;
  return {
    status,
    headers: remapResponseHeaders([...typed, ...cookies]),
    body: Buffer.from(text, answer.isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}

/** An answer without `statusCode` is the body of a 200 as it stands. */
export function responseOfPayload2(payload: string): GatewayResponse | undefined {
  const answer: unknown = JSON.parse(payload);
  if (!isRecord(answer) || answer.statusCode === undefined) {
    const text = typeof answer === 'string' ? answer : payload;
    return { status: 200, headers: [['Content-Type', 'application/json']], body: Buffer.from(text) };
  }
  const status = Number(answer.statusCode);
  return Number.isInteger(status) && status >= 100 && status <= 599 ? structured(answer, status) : undefined;
}

const BAD_GATEWAY: GatewayResponse = {
  status: 502,
  headers: [['Content-Type', 'application/json']],
  body: Buffer.from('{"Message":"Internal Server Error"}'),
};

/** Listens on a free port of loopback. */
export function openFunctionUrl(
  handler: LocalFunction,
  deployment: { readonly accountId: string },
  report: (line: string) => void,
): Promise<Listener> {
  return listen(
    0,
    async (request) => {
      const result = await handler.invoke(urlEvent(request, deployment));
      const response = result.kind === 'result' ? responseOfPayload2(result.payload) : undefined;
      const answered = response ?? BAD_GATEWAY;
      return { ...answered, headers: [...answered.headers, ['x-amzn-RequestId', request.requestId]] };
    },
    report,
  );
}
