// A verifier of foreign JWTs on a clock that stands still, with a key server that can be told what to answer.

import type { ExpectedJwt, ExternalJwt, KeySource } from '../../functions/external-issuers/external-jwt.ts';
import { createExternalJwtVerifier } from '../../functions/external-issuers/index.ts';
import { readJwt } from '../../functions/external-issuers/read-jwt.ts';
import type { OutboundReply, OutboundRequest, SendOutbound } from '../../functions/outbound/outbound.ts';
import { type ForeignSigner, signForeignJwt } from './external-issuer-tokens.ts';

export const NOW = 1_900_000_000;
export const FOREIGN_ISSUER = 'https://idp.example';
export const AUDIENCE = 'https://api.example';
export const JWKS_URI = 'https://idp.example/keys';

export const EXPECTED: ExpectedJwt = {
  issuer: FOREIGN_ISSUER,
  audience: { anyOf: [AUDIENCE], form: 'any' },
  algorithms: ['RS256', 'PS256', 'ES256', 'Ed25519'],
  types: [null, 'jwt'],
  requiredClaims: ['sub', 'iat'],
  maxLifetimeSeconds: 3600,
  skewSeconds: 30,
  revokedKids: [],
};

export const CLAIMS = { iss: FOREIGN_ISSUER, sub: 'alice', aud: AUDIENCE, exp: NOW + 300, iat: NOW, jti: 'j1' } as const;

export function inlineKeys(...keys: readonly unknown[]): KeySource {
  return { kind: 'jwks', owner: ['my_company', 'client', 'app'], jwks: { keys } };
}

export function keysByUri(changes: Partial<Extract<KeySource, { kind: 'jwks-uri' }>> = {}): KeySource {
  return {
    kind: 'jwks-uri',
    owner: ['my_company', 'issuer', FOREIGN_ISSUER],
    uri: JWKS_URI,
    allowPlaintext: false,
    allowPrivateAddress: false,
    ...changes,
  };
}

export type Answer = (request: OutboundRequest) => Promise<OutboundReply> | OutboundReply;

export const jwksReply = (...keys: readonly unknown[]): OutboundReply => ({ status: 200, headers: {}, body: JSON.stringify({ keys }) });

/** `server.answer` answers for every URL; `server.requests` are those that were made. */
export function openForeignJwtWorld(options: { readonly sendOutbound?: SendOutbound } = {}) {
  const server: { answer: Answer; readonly requests: OutboundRequest[] } = { answer: () => jwksReply(), requests: [] };
  const lines: Record<string, unknown>[] = [];
  let nowMs = NOW * 1000;
  const sendOutbound: SendOutbound =
    options.sendOutbound ??
    (async (_dependency, request) => {
      server.requests.push(request);
      return server.answer(request);
    });
  const verifier = createExternalJwtVerifier({
    sendOutbound,
    clock: () => nowMs,
    log: (level, event, fields) => void lines.push({ ...fields, level, event }),
  });

  async function verify(token: string, keys: KeySource, expected: Partial<ExpectedJwt> = {}): Promise<ExternalJwt> {
    const read = readJwt(token);
    return read.kind === 'refused' ? read : verifier.verify(read.jwt, keys, { ...EXPECTED, ...expected });
  }

  return {
    server,
    lines,
    verify,
    /** `verified`, or the reason of the refusal. */
    async outcome(token: string, keys: KeySource, expected: Partial<ExpectedJwt> = {}): Promise<string> {
      const answer = await verify(token, keys, expected);
      return answer.kind === 'verified' ? 'verified' : answer.reason;
    },
    advance(seconds: number): void {
      nowMs += seconds * 1000;
    },
  };
}

export function signed(
  signer: ForeignSigner,
  claims: Readonly<Record<string, unknown>> = {},
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const members = Object.entries({ ...CLAIMS, ...claims }).filter(([, value]) => value !== undefined);
  return signForeignJwt(signer, Object.fromEntries(members), header);
}
