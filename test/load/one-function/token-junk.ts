// What the token function is asked by those who may not, and by nobody in their right mind: names, tokens, paths and bodies
// that are new each time, so that whatever is remembered of them is remembered in vain.

import { randomBytes, randomUUID } from 'node:crypto';
import { FORMATS, tokenCall } from '../../bench/end-to-end/flow.ts';
import { SECRET } from '../../bench/end-to-end/secret.ts';
import { clientOf, IDP, ISSUER, REDIRECT_URI, tenantOf } from '../../bench/end-to-end/world.ts';
import { newForeignSigner, signForeignJwt } from '../../support/external-issuer-tokens.ts';
import { authorizationQuery, newPkce } from '../../support/sign-in-browser.ts';
import { basic, FORM, type TokenCall, tokenEvent } from '../../support/token-events.ts';
import { active, ok, page, refusal, status } from './documented-answers.ts';
import { type Asked, addressOf, createNumbers, type Kind, oneOf } from './kind.ts';

const CLIENT = clientOf('check', 'opaque');
const TOKEN_PATH = '/oauth2/token';
const CREDENTIALS = { grant_type: 'client_credentials' } as const;

const random = (): string => randomBytes(32).toString('base64url');

const junk = (what: string, share: number, call: () => TokenCall | Promise<TokenCall>, isRight: Asked['isRight']): Kind => ({
  ...{ what, share },
  next: async () => ({ event: tokenEvent(await call()), isRight }),
});

/** @param tellingClient a client that says where its users are */
export function tokenJunk(tellingClient: string): readonly Kind[] {
  return [refusedLogins(tellingClient), ...unknownNames(), ...junkTokens(), ...junkRequests(), ...publicDocuments()];
}

/** Of names and addresses that are new each time, at tenants that are there and that are not. */
function refusedLogins(tellingClient: string): Kind {
  const numbers = createNumbers();
  return {
    ...{ what: 'refused login', share: 8 },
    next() {
      const n = numbers();
      const form = {
        grant_type: 'password',
        username: `nobody-${n}@${n % 5 === 0 ? `nowhere-${n}` : tenantOf('check')}`,
        password: 'wrong',
      };
      const headers = { ...basic(tellingClient, SECRET), 'Gatehouse-End-User-Address': addressOf(n) };
      return { event: tokenEvent({ path: TOKEN_PATH, form, headers }), isRight: refusal(400, 'invalid_grant'), isLate: true };
    },
  };
}

/** What is looked up is remembered, also that it is not there: these come often, so that every place for it is taken soon. */
function unknownNames(): readonly Kind[] {
  const numbers = createNumbers();
  const own = (form: Record<string, string>): TokenCall => tokenCall(form, oneOf(FORMATS) ?? 'opaque');
  return [
    junk(
      'unknown client',
      250,
      () => ({ path: TOKEN_PATH, form: CREDENTIALS, headers: basic(`nobody-${numbers()}`, SECRET) }),
      refusal(401, 'invalid_client'),
    ),
    junk(
      'wrong secret',
      15,
      () => ({ path: TOKEN_PATH, form: CREDENTIALS, headers: basic(CLIENT, random()) }),
      refusal(401, 'invalid_client'),
    ),
    junk(
      'unknown resource',
      20,
      () => own({ ...CREDENTIALS, resource: `https://nowhere-${numbers()}.example/` }),
      refusal(400, 'invalid_target'),
    ),
    junk('unknown scope', 20, () => own({ ...CREDENTIALS, scope: `scope-${numbers()}` }), refusal(400, 'invalid_scope')),
    junk('unknown grant', 10, () => own({ grant_type: `grant-${numbers()}` }), refusal(400, 'unsupported_grant_type')),
    junk('path of an unknown tenant', 120, () => documentOf(`/t/nowhere-${numbers()}`), status(404)),
    junk('unknown path', 10, () => ({ method: 'GET', path: `/oauth2/${numbers()}` }), status(404)),
    junk('page for an unknown client', 15, () => authorization(`nobody-${numbers()}`), page(400)),
    junk('page of a client for an unknown address', 10, () => authorization(CLIENT, `https://nowhere-${numbers()}.example/`), page(400)),
    junk('page', 25, () => authorization(CLIENT), page(200)),
  ];
}

const documentOf = (at: string): TokenCall => ({ method: 'GET', path: `${at}/.well-known/openid-configuration` });

function authorization(client: string, redirectUri: string = REDIRECT_URI): TokenCall {
  const query = authorizationQuery(newPkce().challenge, { client_id: client, redirect_uri: redirectUri, state: random() });
  return { method: 'GET', path: '/oauth2/authorize', query };
}

function junkTokens(): readonly Kind[] {
  const introspection = (token: string): TokenCall => ({ path: '/oauth2/introspect', form: { token }, headers: basic(CLIENT, SECRET) });
  const stranger = newForeignSigner('ES256');
  const assertion = async (iss: string) => {
    const exp = Math.floor(Date.now() / 1000) + 300;
    const claims = { iss, sub: random(), aud: ISSUER, exp, jti: randomUUID(), preferred_username: random() };
    return signForeignJwt({ ...stranger, kid: random() }, claims);
  };
  const bearer = async (iss: string) => {
    const form = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: await assertion(iss) };
    return tokenCall(form, 'opaque');
  };
  const asClient = async () => {
    const proof = {
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await assertion(random()),
    };
    return { path: TOKEN_PATH, form: { ...CREDENTIALS, ...proof } };
  };
  return [
    junk('introspection of what is no token', 15, () => introspection(random()), active(false)),
    junk(
      'introspection of a token that nobody has',
      25,
      () => introspection(`gat_${randomBytes(49).toString('base64url').slice(0, 65)}`),
      active(false),
    ),
    junk(
      'revocation of a token that nobody has',
      15,
      () => ({ path: '/oauth2/revoke', form: { token: random() }, headers: basic(CLIENT, SECRET) }),
      ok,
    ),
    junk('assertion of an unknown issuer', 10, () => bearer(`https://${random()}.example`), refusal(400, 'invalid_grant')),
    junk('assertion with an unknown key', 10, () => bearer(IDP.iss), refusal(400, 'invalid_grant')),
    junk('client assertion of nobody', 10, asClient, refusal(401, 'invalid_client')),
  ];
}

function junkRequests(): readonly Kind[] {
  const headers = { ...basic(CLIENT, SECRET), 'Content-Type': FORM };
  const bytes = (): string => randomBytes(200).toString('latin1');
  return [
    junk('body of any bytes', 10, () => ({ path: TOKEN_PATH, headers, body: `%${bytes()}` }), refusal(400, 'invalid_request')),
    junk(
      'unknown parameters without a grant',
      10,
      () => ({ path: TOKEN_PATH, headers, form: { [random()]: random() } }),
      refusal(400, 'invalid_request'),
    ),
    junk(
      'media type that is not read',
      10,
      () => ({ path: TOKEN_PATH, headers: { ...headers, 'Content-Type': `text/${random()}` }, body: '{}' }),
      status(415),
    ),
    junk('body that is too large', 2, () => ({ path: TOKEN_PATH, headers, body: `grant_type=${'x'.repeat(70_000)}` }), status(413)),
    junk('method that is not there', 10, () => ({ method: 'GET', path: TOKEN_PATH }), status(405)),
  ];
}

function publicDocuments(): readonly Kind[] {
  return [junk('metadata', 20, () => documentOf(''), ok), junk('keys', 20, () => ({ method: 'GET', path: '/oauth2/jwks' }), ok)];
}
