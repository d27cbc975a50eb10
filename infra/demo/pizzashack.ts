// The demo's backend, the PizzaShack API, behind a function URL: it believes no header but X-JWT-Assertion, and that
// only after it has verified the signature with Gatehouse's public keys, as every backend should.

import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';

const { ISSUER = '', AUDIENCE = '' } = process.env;

const jwks = createRemoteJWKSet(new URL(`${ISSUER}/oauth2/jwks`), { timeoutDuration: 5000 });

const MENU = [
  { name: 'Margherita', price: '8.50' },
  { name: 'Funghi', price: '9.50' },
  { name: 'Quattro Stagioni', price: '11.00' },
] as const;

const ENDUSER = 'http://wso2.org/claims/enduser';

function answer(statusCode: number, body: object): APIGatewayProxyStructuredResultV2 {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** Undefined where there is no assertion, or one that Gatehouse did not sign for now, and for an API of this issuer. */
async function verifiedAssertion(event: APIGatewayProxyEventV2): Promise<JWTPayload | undefined> {
  const assertion = event.headers['x-jwt-assertion'];
  if (assertion === undefined) return undefined;
  try {
    const { payload } = await jwtVerify(assertion, jwks, {
      issuer: ISSUER,
      algorithms: ['RS256', 'ES256'],
      typ: 'JWT',
      requiredClaims: ['exp', 'sub', 'aud'],
      clockTolerance: 5,
    });
    return payload;
  } catch (error) {
    process.stdout.write(`The assertion was refused: ${error instanceof Error ? error.message : String(error)}\n`);
    return undefined;
  }
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
  const jwt = await verifiedAssertion(event);
  if (jwt === undefined) return answer(401, { error: 'no valid X-JWT-Assertion' });
  // It shows what came and serves nothing, so it also shows a JWT that says another audience.
  if (name === '/whoami') return answer(200, { headers: event.headers, jwt });
  if (![jwt.aud].flat().includes(AUDIENCE)) return answer(401, { error: `X-JWT-Assertion is not for ${AUDIENCE}` });
  switch (`${event.requestContext.http.method} ${name}`) {
    case 'GET /menu':
      return answer(200, { menu: MENU, servedTo: jwt[ENDUSER], jwt });
    case 'POST /order':
      return order(event, jwt);
    default:
      return answer(404, { error: 'not found' });
  }
};
