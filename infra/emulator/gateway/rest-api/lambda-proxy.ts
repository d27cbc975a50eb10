// The AWS_PROXY integration of a REST API: request → event (payload 1.0) → function → response
// (infra/emulator/README.md).

import type { LocalFunction } from '../../functions/open-function.ts';
import type { InvocationResult } from '../../functions/protocol.ts';
import { isRecord, type JsonRecord } from '../../template/json.ts';
import { GatewayFailure } from '../gateway-failure.ts';
import { type GatewayResponse, type HeaderList, headerValue } from '../http-message.ts';
import { invokeInTime } from '../invoke-in-time.ts';
import { forwardedHeaders, remapResponseHeaders } from '../passing-headers.ts';
import { requestEvent } from './authorize-rest-request.ts';
import type { MatchedRoute } from './match-route.ts';
import type { ParameterSource } from './rest-parameters.ts';

/** All that a function may answer; anything else is malformed. */
const RESPONSE_KEYS = new Set(['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded']);

function matchesMediaType(pattern: string, type: string): boolean {
  const [major = '', minor = ''] = pattern.toLowerCase().split('/');
  const [actualMajor = '', actualMinor = ''] = type.toLowerCase().split(/[;/ ]/);
  return (major === '*' || major === actualMajor) && (minor === '*' || minor === actualMinor);
}

const isBinary = (types: readonly string[], type: string): boolean => types.some((pattern) => matchesMediaType(pattern, type));

function proxyEvent(source: ParameterSource & { readonly matched: MatchedRoute }) {
  const { request, matched } = source;
  const {
    type: _,
    methodArn: __,
    ...shared
  } = requestEvent({ ...source, request: { ...request, headers: forwardedHeaders(request) } }, '');
  const binary = isBinary(matched.api.binaryMediaTypes, headerValue(request.headers, 'content-type') ?? '');
  const body = request.body.length === 0 ? null : request.body.toString(binary ? 'base64' : 'utf8');
  return { ...shared, body, isBase64Encoded: binary && body !== null };
}

const malformed = (why: string): GatewayFailure =>
  new GatewayFailure('MALFORMED_PROXY_RESPONSE', `malformed Lambda proxy response: ${why}`);

function responseHeaders(answer: JsonRecord): HeaderList {
  const single = isRecord(answer.headers) ? answer.headers : {};
  const multi = isRecord(answer.multiValueHeaders) ? answer.multiValueHeaders : {};
  const many = Object.entries(multi).flatMap(([name, values]) => {
    if (!Array.isArray(values)) throw malformed('a value of multiValueHeaders is no list');
    return values.map((value) => [name, String(value)] as const);
  });
  const given = new Set(many.map(([name]) => name.toLowerCase()));
  const one = Object.entries(single).flatMap(([name, value]) =>
    given.has(name.toLowerCase()) || value === null ? [] : [[name, String(value)] as const],
  );
  return [...one, ...many];
}

/** @throws GatewayFailure */
export function parseProxyResponse(result: InvocationResult, binaryAccepted: boolean): GatewayResponse {
  if (result.kind === 'error') throw malformed(`the function failed: ${result.error.errorType}: ${result.error.errorMessage}`);
  const answer: unknown = JSON.parse(result.payload);
  if (!isRecord(answer)) throw malformed('it answered no object');
  const unknown = Object.keys(answer).filter((key) => !RESPONSE_KEYS.has(key));
  if (unknown.length > 0) throw malformed(`it answered ${unknown.join(', ')}`);
  const status = Number(answer.statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) throw malformed('statusCode is no status');
  const { body } = answer;
  if (body !== undefined && body !== null && typeof body !== 'string') throw malformed('body is no string');
  const headers = remapResponseHeaders(responseHeaders(answer));
  const typed: HeaderList =
    headerValue(headers, 'content-type') === undefined ? [['Content-Type', 'application/json'], ...headers] : headers;
  return {
    status,
    headers: typed,
    body: Buffer.from(body ?? '', answer.isBase64Encoded === true && binaryAccepted ? 'base64' : 'utf8'),
  };
}

/** @throws GatewayFailure INTEGRATION_TIMEOUT, MALFORMED_PROXY_RESPONSE */
export async function integrateLambdaProxy(
  handler: LocalFunction,
  timeoutMs: number,
  source: ParameterSource & { readonly matched: MatchedRoute },
): Promise<GatewayResponse> {
  const tooLate = (why: string) => new GatewayFailure('INTEGRATION_TIMEOUT', why);
  const result = await invokeInTime(handler, proxyEvent(source), timeoutMs, tooLate);
  const accept = (headerValue(source.request.headers, 'accept') ?? '').split(',')[0]?.trim() ?? '';
  return parseProxyResponse(result, isBinary(source.matched.api.binaryMediaTypes, accept));
}
