// What the token function is asked by those who may: every grant, and what is asked about tokens.

import { externalJwt, samlAssertion } from '../../bench/end-to-end/assertions.ts';
import { FORMATS, loginForm, type Tokens, tokenCall } from '../../bench/end-to-end/flow.ts';
import type { Answer } from '../../bench/end-to-end/measure-flows.ts';
import { SECRET } from '../../bench/end-to-end/secret.ts';
import { openCodes } from '../../bench/end-to-end/sign-in.ts';
import { clientOf, ISSUER, RESOURCE, REVOCATIONS, type World } from '../../bench/end-to-end/world.ts';
import { otherTenant } from '../../bench/growth/size.ts';
import { basic, type TokenCall, tokenEvent } from '../../support/token-events.ts';
import type { HeldToken } from './dead-tokens.ts';
import { active, ok, refusal, status } from './documented-answers.ts';
import type { Held, HeldTokens, Whose } from './held-tokens.ts';
import { type Asked, createNumbers, type Kind, oneOf } from './kind.ts';

const GRANT = 'urn:ietf:params:oauth:grant-type:';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
/** Well within the 30 s in which a renewal may be asked for again. */
const REPEATED_MS = 15_000;

type Form = Record<string, string>;

const tokensOf = ({ body }: Pick<Answer, 'body'>): Tokens => JSON.parse(body);
const whose = (): Whose => ({ format: oneOf(FORMATS) ?? 'opaque', revocation: oneOf(REVOCATIONS) ?? 'check' });

/** A request of the client whose token it is. */
const about = ({ format, revocation }: Whose, path: string, form: Form): TokenCall => ({
  ...{ path, form, headers: basic(clientOf(revocation, format), SECRET) },
});
const renewal = (token: Whose, refreshToken = ''): TokenCall =>
  tokenCall({ grant_type: 'refresh_token', refresh_token: refreshToken }, token.format, token.revocation);
const asked = (call: TokenCall, isRight: Asked['isRight'], keep?: Asked['keep']): Asked => ({
  ...{ event: tokenEvent(call), isRight },
  ...(keep !== undefined && { keep }),
});

/** @param tenants how many there are besides, each with a client */
export function tokenKinds(world: Pick<World, 'token'>, held: HeldTokens, tenants: number): readonly Kind[] {
  return [...grantKinds(world, held, tenants), ...liveKinds(held), ...endedKinds(held)];
}

function grantKinds(world: Pick<World, 'token'>, held: HeldTokens, tenants: number): readonly Kind[] {
  const numbers = createNumbers();
  /** A grant whose tokens are held. */
  const kept = (what: string, share: number, formOf: (who: Whose) => Form | Promise<Form>): Kind => ({
    ...{ what, share },
    async next() {
      if (held.isFull()) return undefined;
      const who = whose();
      const call = tokenCall(await formOf(who), who.format, who.revocation);
      return asked(call, ok, (answer) => held.add(who, tokensOf(answer)));
    },
  });
  const codes = FORMATS.map((format) => openCodes(world, clientOf('check', format)));
  return [
    kept('login', 15, ({ revocation }) => loginForm(revocation)),
    kept('client_credentials', 135, () => ({ grant_type: 'client_credentials', scope: 'order:write' })),
    kept('jwt-bearer', 10, async () => ({ grant_type: `${GRANT}jwt-bearer`, assertion: await externalJwt({ aud: ISSUER }) })),
    kept('saml2-bearer', 5, () => ({ grant_type: `${GRANT}saml2-bearer`, assertion: samlAssertion() })),
    {
      ...{ what: 'authorization_code', share: 10 },
      async next() {
        const format = oneOf(FORMATS) ?? 'opaque';
        const form = await codes[FORMATS.indexOf(format)]?.();
        const who: Whose = { format, revocation: 'check' };
        if (form === undefined || held.isFull()) return undefined;
        return asked(tokenCall(form, format), ok, (answer) => held.add(who, tokensOf(answer)));
      },
    },
    {
      ...{ what: 'client_credentials of many tenants', share: 200 },
      next() {
        const headers = basic(otherTenant(numbers() % tenants).clientId, SECRET);
        return asked({ path: '/oauth2/token', form: { grant_type: 'client_credentials' }, headers }, ok);
      },
    },
  ];
}

/** What is asked about tokens that are good. */
function liveKinds(held: HeldTokens): readonly Kind[] {
  const ofLive = (what: string, share: number, isOfUser: boolean, ask: (token: Held) => Asked | undefined): Kind => ({
    ...{ what, share },
    next() {
      const token = held.anyLive(isOfUser);
      return token && ask(token);
    },
  });
  return [
    ofLive('renewal', 150, true, (token) => asked(renewal(token, token.refreshToken), ok, (answer) => held.renew(token, tokensOf(answer)))),
    ofLive('renewal whose answer was lost', 20, true, (token) => {
      const { renewed } = token;
      if (renewed === undefined || performance.now() - renewed.atMs > REPEATED_MS) return undefined;
      return asked(renewal(token, renewed.refreshToken), (answer) => ok(answer) && tokensOf(answer).refresh_token === token.refreshToken);
    }),
    ofLive('introspection', 120, false, (token) => asked(about(token, '/oauth2/introspect', { token: token.accessToken }), active(true))),
    ofLive('userinfo', 40, true, ({ accessToken }) =>
      asked({ method: 'GET', path: '/oauth2/userinfo', headers: { Authorization: `Bearer ${accessToken}` } }, ok),
    ),
    ofLive('token-exchange', 20, true, (token) => {
      const subject = { subject_token: token.accessToken, subject_token_type: ACCESS_TOKEN };
      const form = { grant_type: `${GRANT}token-exchange`, resource: RESOURCE, ...subject };
      return asked(tokenCall(form, token.format, token.revocation), ok, (answer) => held.exchange(token, tokensOf(answer).access_token));
    }),
    ofLive('revocation', 160, false, (token) =>
      asked(about(token, '/oauth2/revoke', { token: token.refreshToken ?? token.accessToken }), ok, () => held.end(token)),
    ),
  ];
}

/** What is asked about tokens that are dead. */
function endedKinds(held: HeldTokens): readonly Kind[] {
  const ofEnded = (what: string, share: number, ask: (token: HeldToken) => Asked | undefined): Kind => ({
    ...{ what, share },
    next() {
      const token = held.anyDead();
      return token && ask(token);
    },
  });
  return [
    ofEnded('introspection of a dead token', 40, (token) =>
      asked(about(token, '/oauth2/introspect', { token: token.accessToken }), active(false)),
    ),
    ofEnded('renewal with a dead token', 40, (token) =>
      token.refreshToken === undefined ? undefined : asked(renewal(token, token.refreshToken), refusal(400, 'invalid_grant')),
    ),
    ofEnded('userinfo with a dead token', 20, ({ accessToken }) =>
      asked({ method: 'GET', path: '/oauth2/userinfo', headers: { Authorization: `Bearer ${accessToken}` } }, status(401)),
    ),
  ];
}
