// The demo's MCP server, in a Lambda function behind API Gateway: Streamable HTTP with no session, so that any instance answers
// any request, and JSON in place of event streams, since API Gateway hands on an answer when it is whole.

import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { TOOLS } from './mcp-tools.ts';
import { isFor, openAssertionCheck } from './verify-assertion.ts';

const { ISSUER = '', AUDIENCE = '' } = process.env;
const MAX_BODY_BYTES = 65_536;

const verifiedAssertion = openAssertionCheck(ISSUER);

function refuse(statusCode: number, message: string): APIGatewayProxyResult {
  const body = { jsonrpc: '2.0', error: { code: -32000, message }, id: null };
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function requestOf({ httpMethod, headers, body, isBase64Encoded }: APIGatewayProxyEvent): Request {
  const known = Object.entries(headers ?? {}).filter((header): header is [string, string] => header[1] !== undefined);
  return new Request(AUDIENCE, {
    method: httpMethod,
    headers: known,
    body: body === null ? null : Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  });
}

const LOOPBACK: ReadonlySet<string | undefined> = new Set(['127.0.0.1', '[::1]', 'localhost']);

/**
 * Agents send no Origin. A browser does, and no page is trusted here but those of the server's own address, and where that is
 * this machine, those of this machine (DNS rebinding).
 */
function isOriginAllowed({ headers }: APIGatewayProxyEvent): boolean {
  const own = new URL(AUDIENCE);
  const origins = Object.entries(headers ?? {}).filter(([name]) => name.toLowerCase() === 'origin');
  return origins.every(
    ([, origin = '']) => origin === own.origin || (LOOPBACK.has(own.hostname) && LOOPBACK.has(URL.parse(origin)?.hostname)),
  );
}

/** GET and DELETE, which this server has no use for, are answered 405 by API Gateway itself. */
export const handler = async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
  if (!isOriginAllowed(event)) return refuse(403, 'Origin is not allowed');
  const openTools = TOOLS.get(event.resource);
  if (openTools === undefined) return refuse(404, 'There is no such endpoint');
  // Only the authorizer writes here; the header of this name may be a client's own.
  const assertion: unknown = event.requestContext.authorizer?.endUserJwt;
  const caller = await verifiedAssertion(typeof assertion === 'string' ? assertion : undefined);
  if (caller === undefined || !isFor(caller, AUDIENCE)) return refuse(401, `No valid end-user JWT for ${AUDIENCE}`);
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true, maxRequestBodySize: MAX_BODY_BYTES });
  const server = openTools(caller);
  await server.connect(transport);
  try {
    const response = await transport.handleRequest(requestOf(event));
    return { statusCode: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
  } finally {
    await server.close();
  }
};
