// What the authorizer is asked by callers of APIs: by whom it may let in, with tokens that it has seen before and that it has
// not, and by whom it must not any more. The token function, which is not looked at, makes the tokens and ends them.

import { externalJwt } from '../../bench/end-to-end/assertions.ts';
import { authorizerEvent } from '../../bench/end-to-end/authorizer-event.ts';
import { askForTokens, FORMATS, loginForm, tokenCall } from '../../bench/end-to-end/flow.ts';
import { SECRET } from '../../bench/end-to-end/secret.ts';
import { API_AUDIENCE, apiIdOf, clientOf, REVOCATIONS, type Revocation, tenantOf, USER, type World } from '../../bench/end-to-end/world.ts';
import { otherTenant } from '../../bench/growth/size.ts';
import { EVENT_KINDS } from '../../functions/authorizer/event-kinds.ts';
import { basic, tokenEvent } from '../../support/token-events.ts';
import { type HeldToken, lastsMs } from './dead-tokens.ts';
import { allowed, denied, unauthorized } from './documented-answers.ts';
import type { Held, HeldTokens, Whose } from './held-tokens.ts';
import { type Asked, createNumbers, type Kind, oneOf } from './kind.ts';

const MAX_FOREIGN = 200;

type TokenFunction = Pick<World, 'token'>;

export const callOf = (revocation: Revocation, authorization: string, path = '/order'): object =>
  authorizerEvent({ apiId: apiIdOf(revocation), method: path === '/order' ? 'POST' : 'GET', path, authorization });
export const callWith = ({ revocation, accessToken }: Pick<Held, 'revocation' | 'accessToken'>): object =>
  callOf(revocation, `Bearer ${accessToken}`);

/** @param tenants how many there are besides, each with a client and an API */
export function authorizerKinds(world: TokenFunction, held: HeldTokens, tenants: number): readonly Kind[] {
  return [...newTokenKinds(world, held), ...heldTokenKinds(world, held), ...foreignKinds(), ...otherKinds(world, tenants)];
}

/** Calls with tokens that the authorizer has not seen. */
function newTokenKinds(world: TokenFunction, held: HeldTokens): readonly Kind[] {
  const withNew = (what: string, share: number, formOf: (revocation: Revocation) => Record<string, string>): Kind => ({
    ...{ what, share },
    async next() {
      if (held.isFull()) return undefined;
      const who: Whose = {
        format: oneOf(FORMATS) ?? 'jwt',
        revocation: oneOf(REVOCATIONS) ?? 'check',
      };
      const tokens = await askForTokens(world, tokenCall(formOf(who.revocation), who.format, who.revocation));
      return { event: callWith({ ...who, accessToken: tokens.access_token }), isRight: allowed, keep: () => held.add(who, tokens) };
    },
  });
  return [
    withNew('first call of a user', 8, loginForm),
    withNew('first call of an application', 70, () => ({ grant_type: 'client_credentials', scope: 'order:write' })),
  ];
}

/** Calls with tokens that are held, good and dead. */
function heldTokenKinds(world: TokenFunction, held: HeldTokens): readonly Kind[] {
  const endOf = async (token: Held): Promise<void> => {
    const headers = basic(clientOf(token.revocation, token.format), SECRET);
    await world.token.invoke(tokenEvent({ path: '/oauth2/revoke', form: { token: token.refreshToken ?? token.accessToken }, headers }));
    held.end(token);
  };
  return [
    { what: 'call', share: 400, next: () => callOfLive(held.anyLive()) },
    { what: 'call of another kind of API', share: 60, next: () => otherCallOfLive(held.anyLive()) },
    {
      ...{ what: 'call after a renewal', share: 60 },
      async next() {
        const token = held.anyLive(true);
        if (token?.refreshToken === undefined) return undefined;
        const form = { grant_type: 'refresh_token', refresh_token: token.refreshToken };
        held.renew(token, await askForTokens(world, tokenCall(form, token.format, token.revocation)));
        return callOfLive(token);
      },
    },
    {
      ...{ what: 'call with a token revoked just now', share: 58 },
      async next() {
        const token = held.anyLive();
        if (token === undefined) return undefined;
        await endOf(token);
        return callOfEnded(token);
      },
    },
    { what: 'call with a dead token', share: 80, next: () => callOfDead(held.anyDead()) },
  ];
}

const callOfLive = (token: Held | undefined): Asked | undefined => token && { event: callWith(token), isRight: allowed };

const OTHER_EVENTS = [EVENT_KINDS['REST TOKEN'], EVENT_KINDS['HTTP 1.0'], EVENT_KINDS['HTTP 2.0']] as const;

function otherCallOfLive(token: Held | undefined): Asked | undefined {
  if (token === undefined) return undefined;
  const place = { apiId: apiIdOf(token.revocation), stage: 'prod', method: 'POST', path: '/orders/1.0.0/order' };
  const event = oneOf(OTHER_EVENTS)?.({ ...place, authorization: `Bearer ${token.accessToken}` });
  return { event, isRight: allowed };
}

const callOfDead = (token: HeldToken | undefined): Asked | undefined => token && { event: callWith(token), isRight: unauthorized };

/** Where it may live on for a while, either answer is documented. */
function callOfEnded(token: Held): Asked {
  if (lastsMs('authorizer', token, 'revocation') === 0) return { event: callWith(token), isRight: unauthorized };
  return { event: callWith(token), isRight: (answer) => allowed(answer) || unauthorized(answer) };
}

/** JWTs of another issuer, new and known. */
function foreignKinds(): readonly Kind[] {
  const foreign: string[] = [];
  return [
    {
      ...{ what: 'first call with a JWT of another issuer', share: 100 },
      async next() {
        const jwt = await externalJwt({ aud: API_AUDIENCE, scope: 'order:write' });
        foreign.push(jwt);
        if (foreign.length > MAX_FOREIGN) foreign.shift();
        return { event: callOf('check', `Bearer ${jwt}`), isRight: allowed };
      },
    },
    {
      ...{ what: 'call with a JWT of another issuer', share: 40 },
      next() {
        const jwt = oneOf(foreign);
        return jwt === undefined ? undefined : { event: callOf('check', `Bearer ${jwt}`), isRight: allowed };
      },
    },
    {
      ...{ what: 'JWT of another issuer without the scope', share: 15 },
      next: async () => ({ event: callOf('check', `Bearer ${await externalJwt({ aud: API_AUDIENCE })}`), isRight: denied('900910') }),
    },
  ];
}

function otherKinds(world: TokenFunction, tenants: number): readonly Kind[] {
  const numbers = createNumbers();
  return [
    {
      ...{ what: 'call by name and password', share: 6 },
      next() {
        const { Authorization: authorization } = basic(`${USER.name}@${tenantOf('check')}`, USER.password);
        return { event: callOf('check', authorization, '/menu'), isRight: allowed };
      },
    },
    {
      ...{ what: 'first call of many tenants', share: 100 },
      async next() {
        const { apiId, clientId } = otherTenant(numbers() % tenants);
        const call = { path: '/oauth2/token', form: { grant_type: 'client_credentials' }, headers: basic(clientId, SECRET) };
        const { access_token: token } = await askForTokens(world, call);
        return { event: authorizerEvent({ apiId, method: 'POST', path: '/order', authorization: `Bearer ${token}` }), isRight: allowed };
      },
    },
  ];
}
