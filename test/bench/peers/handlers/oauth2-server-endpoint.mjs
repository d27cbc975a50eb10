// A token endpoint made of @node-oauth/oauth2-server: the event becomes its request, and its response the answer.

import OAuth2Server from '@node-oauth/oauth2-server';
import { ACCESS_TOKEN_SECONDS, REFRESH_TOKEN_SECONDS } from './clients.mjs';
import { model } from './oauth2-server-model.mjs';

const server = new OAuth2Server({
  model,
  accessTokenLifetime: ACCESS_TOKEN_SECONDS,
  refreshTokenLifetime: REFRESH_TOKEN_SECONDS,
});

export async function handler({ httpMethod: method, headers, body }) {
  const text = body ?? '';
  // It looks at the body of what has a length alone, and events have none.
  const received = { ...headers, 'content-length': String(text.length) };
  const request = new OAuth2Server.Request({ method, headers: received, query: {}, body: Object.fromEntries(new URLSearchParams(text)) });
  const response = new OAuth2Server.Response({});
  try {
    await server.token(request, response);
    return answer(response.status, response.headers, response.body);
  } catch ({ code = 500, name = 'server_error' }) {
    return answer(code, response.headers, { error: name });
  }
}

const answer = (statusCode, headers, body) => ({
  statusCode,
  headers: { ...headers, 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
