// The demo's backend, the PizzaShack API, behind a function URL: it believes no header but X-JWT-Assertion, and that only once
// it is verified.

import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { JWTPayload } from 'jose';
import { ENDUSER, isFor, openAssertionCheck } from './verify-assertion.ts';

const { ISSUER = '', AUDIENCE = '' } = process.env;

const verifiedAssertion = openAssertionCheck(ISSUER);

const MENU = [
  { name: 'Margherita', price: '8.50' },
  { name: 'Funghi', price: '9.50' },
  { name: 'Quattro Stagioni', price: '11.00' },
] as const;

function answer(statusCode: number, body: object): APIGatewayProxyStructuredResultV2 {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function order(event: APIGatewayProxyEventV2, jwt: JWTPayload): APIGatewayProxyStructuredResultV2 {
  const orderedBy = jwt[ENDUSER];
  try {
    const asked: unknown = JSON.parse(event.body ?? '{}');
    const pizza = typeof asked === 'object' && asked !== null && 'pizza' in asked ? asked.pizza : MENU[0].name;
    const known = MENU.find(({ name }) => name === pizza);
    return known === undefined
      ? answer(404, { error: 'no such pizza' })
      : answer(201, { pizza: known.name, price: known.price, orderedBy, jwt });
  } catch {
    return answer(400, { error: 'the order is not JSON' });
  }
}

export const handler = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  const name = event.rawPath.replace(/^\/pizzashack\/1\.0\.0/, '');
  // Open: it answers what came, so that a test sees that a client's own assertion did not.
  if (name === '/health') return answer(200, { status: 'ok', headers: event.headers });
  const jwt = await verifiedAssertion(event.headers['x-jwt-assertion']);
  if (jwt === undefined) return answer(401, { error: 'no valid X-JWT-Assertion' });
  // It shows what came and serves nothing, so it also shows a JWT that says another audience.
  if (name === '/whoami') return answer(200, { headers: event.headers, jwt });
  if (!isFor(jwt, AUDIENCE)) return answer(401, { error: `X-JWT-Assertion is not for ${AUDIENCE}` });
  switch (`${event.requestContext.http.method} ${name}`) {
    case 'GET /menu':
      return answer(200, { menu: MENU, servedTo: jwt[ENDUSER], jwt });
    case 'POST /order':
      return order(event, jwt);
    default:
      return answer(404, { error: 'not found' });
  }
};
