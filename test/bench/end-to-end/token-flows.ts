// What is asked of the token function: every grant in both formats of tokens, and what is asked about a token.

import type { APIGatewayProxyEvent } from 'aws-lambda';
import { basic, type TokenCall, tokenEvent } from '../../support/token-events.ts';
import { externalJwt, samlAssertion } from './assertions.ts';
import { askForTokens, eachOf, type Flow, FORMATS, type Format, loginForm, type TokenPool, tokenCall } from './flow.ts';
import { SECRET } from './secret.ts';
import { openCodes } from './sign-in.ts';
import { clientOf, ISSUER, RESOURCE, type World } from './world.ts';

const GRANT = 'urn:ietf:params:oauth:grant-type:';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

type Form = Record<string, string>;

/** Logins come first, and leave their tokens in the pool. */
export function loginFlows(pool: TokenPool): readonly Flow[] {
  return FORMATS.map((format) => ({
    ...grantFlow('password', format, async () => loginForm()),
    keep: ({ body }) => pool.add(clientOf('check', format), JSON.parse(body)),
  }));
}

export function grantFlows(world: Pick<World, 'token'>, pool: TokenPool): readonly Flow[] {
  return FORMATS.flatMap((format) => {
    const client = clientOf('check', format);
    const [exchanged, renewed] = [eachOf(pool, client), eachOf(pool, client)];
    const nextCode = openCodes(world, client);
    return [
      grantFlow('client_credentials', format, async () => ({ grant_type: 'client_credentials', scope: 'order:write' })),
      grantFlow('authorization_code', format, nextCode),
      grantFlow('jwt-bearer', format, async () => ({ grant_type: `${GRANT}jwt-bearer`, assertion: await externalJwt({ aud: ISSUER }) })),
      grantFlow('saml2-bearer', format, async () => ({ grant_type: `${GRANT}saml2-bearer`, assertion: samlAssertion() })),
      grantFlow('token-exchange', format, async () => ({
        ...{ grant_type: `${GRANT}token-exchange`, resource: RESOURCE, subject_token_type: ACCESS_TOKEN },
        subject_token: (await exchanged()).access_token,
      })),
      // Last: the access tokens of before are then of no use.
      grantFlow('refresh_token', format, async () => ({ grant_type: 'refresh_token', refresh_token: (await renewed()).refresh_token })),
    ];
  });
}

function grantFlow(name: string, format: Format, next: () => Promise<Form>): Flow {
  return {
    ...{ what: `${name}, ${format}`, function: 'token' },
    next: async (): Promise<APIGatewayProxyEvent> => tokenEvent(tokenCall(await next(), format)),
  };
}

/** What is asked about a token, and its end. */
export function tokenStateFlows(world: Pick<World, 'token'>, pool: TokenPool): readonly Flow[] {
  const client = clientOf('check', 'opaque');
  const [introspected, used] = [eachOf(pool, client), eachOf(pool, client)];
  const flow = (what: string, next: () => Promise<TokenCall>): Flow => ({
    what,
    function: 'token',
    next: async () => tokenEvent(await next()),
  });
  const about = (path: string, token: string): TokenCall => ({ path, form: { token }, headers: basic(client, SECRET) });
  const userinfo = (token: string) => ({ method: 'GET', path: '/oauth2/userinfo', headers: { Authorization: `Bearer ${token}` } });
  const newToken = () => askForTokens(world, tokenCall({ grant_type: 'client_credentials' }, 'opaque'));
  return [
    flow('introspection', async () => about('/oauth2/introspect', (await introspected()).access_token)),
    flow('userinfo', async () => userinfo((await used()).access_token)),
    flow('revocation', async () => about('/oauth2/revoke', (await newToken()).access_token)),
  ];
}
