// A user at the sign-in page of the bench.

import type { APIGatewayProxyResult } from 'aws-lambda';
import { authorizationQuery, newPkce, openBrowser } from '../../support/sign-in-browser.ts';
import { answerOf } from '../../support/token-api.ts';
import { type TokenCall, tokenEvent } from '../../support/token-events.ts';
import { REDIRECT_URI, USER, type World } from './world.ts';

/** Codes of one browser, which asks for the password once. @returns makes the form in which the client redeems the next */
export function openCodes({ token }: Pick<World, 'token'>, clientId: string): () => Promise<Record<string, string>> {
  const call = async (request: TokenCall) => answerOf((await token.invoke<APIGatewayProxyResult>(tokenEvent(request))).answer, undefined);
  const browser = openBrowser({ call });
  return async () => {
    const { verifier, challenge } = newPkce();
    const query = authorizationQuery(challenge, { client_id: clientId, redirect_uri: REDIRECT_URI });
    const page = await browser.get('/oauth2/authorize', query);
    const login = { ...page.hidden, username: USER.name, password: USER.password };
    const { sentBack } = page.sentBack.code === undefined ? await browser.post('/oauth2/authorize', login) : page;
    if (sentBack.code === undefined) throw new Error(`The sign-in page gives no code: ${token.lastLogged()}`);
    return { grant_type: 'authorization_code', code: sentBack.code, redirect_uri: REDIRECT_URI, code_verifier: verifier };
  };
}
