// The demo's web service that knows users, as an organisation may have one: HTTP Basic in front, a name and a password
// in, "true" or "false" out. It runs behind a function URL.

import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { DEMO, USER_SERVICE_CREDENTIALS } from './demo-data.ts';

interface KnownUser {
  readonly password: string;
  readonly roles: readonly string[];
  readonly claims: Readonly<Record<string, string>>;
}

const USERS: ReadonlyMap<string, KnownUser> = new Map([
  [
    DEMO.externalUser.username,
    {
      password: DEMO.externalUser.password,
      roles: ['customer'],
      claims: { givenname: 'Ursula', lastname: 'Xavier', emailaddress: 'userx@example.org' },
    },
  ],
]);

const EXPECTED_AUTHORIZATION = `Basic ${Buffer.from(`${USER_SERVICE_CREDENTIALS.username}:${USER_SERVICE_CREDENTIALS.password}`).toString('base64')}`;

function answer(statusCode: number, body: object, headers: Readonly<Record<string, string>> = {}): APIGatewayProxyStructuredResultV2 {
  return { statusCode, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

function parseCredentials(body: string): { readonly username: string; readonly password: string } | undefined {
  try {
    const { username, password } = JSON.parse(body).credentials;
    return typeof username === 'string' && typeof password === 'string' ? { username, password } : undefined;
  } catch {
    return undefined;
  }
}

export const handler = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  if (event.headers.authorization !== EXPECTED_AUTHORIZATION) {
    return answer(401, { error: 'unauthorized' }, { 'www-authenticate': 'Basic realm="user-service"' });
  }
  if (event.requestContext.http.method !== 'POST') return answer(405, { error: 'method not allowed' }, { allow: 'POST' });
  const body = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString('utf8') : (event.body ?? '');
  const credentials = parseCredentials(body);
  if (credentials === undefined) return answer(400, { error: 'bad request' });
  const user = USERS.get(credentials.username);
  if (user === undefined || user.password !== credentials.password) return answer(200, { response: { status: 'false' } });
  const { roles, claims } = user;
  return answer(200, { response: { status: 'true', username: credentials.username, roles, claims } });
};
