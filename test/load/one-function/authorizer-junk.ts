// What the authorizer is asked by those who may not: tokens, names, APIs and paths that are new each time.

import { randomBytes, randomInt } from 'node:crypto';
import { externalJwt } from '../../bench/end-to-end/assertions.ts';
import { authorizerEvent } from '../../bench/end-to-end/authorizer-event.ts';
import { API_AUDIENCE, apiIdOf, IDP, tenantOf } from '../../bench/end-to-end/world.ts';
import { newForeignSigner, signForeignJwt } from '../../support/external-issuer-tokens.ts';
import { basic } from '../../support/token-events.ts';
import { callOf } from './authorizer-kinds.ts';
import { denied, unauthorized } from './documented-answers.ts';
import type { HeldTokens } from './held-tokens.ts';
import { type Asked, addressOf, createNumbers, type Kind } from './kind.ts';

const random = (): string => randomBytes(32).toString('base64url');

const junk = (what: string, share: number, event: () => object | Promise<object> | undefined, isRight: Asked['isRight']): Kind => ({
  ...{ what, share },
  async next() {
    const made = await event();
    return made && { event: made, isRight };
  },
});

export function authorizerJunk(held: HeldTokens): readonly Kind[] {
  return [refusedBasic(), ...junkTokens(held), ...foreignJunk(), ...junkPlaces(held)];
}

/** Of names and addresses that are new each time. */
function refusedBasic(): Kind {
  const numbers = createNumbers();
  return {
    ...{ what: 'refused name and password', share: 6 },
    next() {
      const n = numbers();
      const { Authorization: authorization } = basic(`nobody-${n}@${tenantOf('check')}`, 'wrong');
      const call = { apiId: apiIdOf('check'), method: 'GET', path: '/menu', authorization, sourceAddress: addressOf(n) } as const;
      return { event: authorizerEvent(call), isRight: unauthorized, isLate: true };
    },
  };
}

function junkTokens(held: HeldTokens): readonly Kind[] {
  const bearer = (token: string): object => callOf('check', `Bearer ${token}`);
  /** A good JWT with another letter somewhere: in its claims, or in its signature. */
  const changed = (): object | undefined => {
    const jwt = held.live.find(({ format }) => format === 'jwt');
    if (jwt === undefined) return undefined;
    const { accessToken: token, revocation } = jwt;
    // Not the last one: it may hold bits that mean nothing.
    const at = randomInt(token.indexOf('.') + 1, token.length - 1);
    const letter = token[at] === '.' ? '.x' : token[at] === 'A' ? 'B' : 'A';
    return callOf(revocation, `Bearer ${token.slice(0, at)}${letter}${token.slice(at + 1)}`);
  };
  return [
    junk('what is no token', 20, () => bearer(random()), unauthorized),
    junk('token that nobody has', 50, () => bearer(`gat_${randomBytes(49).toString('base64url').slice(0, 65)}`), unauthorized),
    junk('JWT that was changed', 40, changed, unauthorized),
    junk('what is no credential', 10, () => callOf('check', random()), unauthorized),
  ];
}

function foreignJunk(): readonly Kind[] {
  const stranger = newForeignSigner('ES256');
  const nowSeconds = (): number => Math.floor(Date.now() / 1000);
  const signed = async (iss: string) => {
    const claims = { iss, sub: random(), aud: API_AUDIENCE, exp: nowSeconds() + 300, jti: random(), scope: 'order:write' };
    return callOf('check', `Bearer ${await signForeignJwt({ ...stranger, kid: random() }, claims)}`);
  };
  return [
    junk('JWT of an unknown issuer', 15, () => signed(`https://${random()}.example`), unauthorized),
    junk('JWT of another issuer with an unknown key', 15, () => signed(IDP.iss), unauthorized),
    junk(
      'JWT of another issuer for somebody else',
      10,
      async () => callOf('check', `Bearer ${await externalJwt({ aud: random() })}`),
      unauthorized,
    ),
  ];
}

/** Places that are not there, asked for with a token that is good elsewhere. */
function junkPlaces(held: HeldTokens): readonly Kind[] {
  const numbers = createNumbers();
  const at = (path: string, apiId?: string): object | undefined => {
    const token = held.anyLive();
    if (token === undefined) return undefined;
    const authorization = `Bearer ${token.accessToken}`;
    return authorizerEvent({ apiId: apiId ?? apiIdOf(token.revocation), method: 'POST', path, authorization });
  };
  return [
    junk('unknown API', 120, () => at('/order', `x${String(numbers()).padStart(9, '0')}`), denied('900906')),
    junk('unknown path', 25, () => at(`/${random()}`), denied('900906')),
    junk('path that can be read in two ways', 10, () => at(`/order%2f..%2f${random()}`), denied('900906')),
  ];
}
