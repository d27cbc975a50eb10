// Authorizers side by side: ours with each kind of tenant, what others are made of, and what one of those becomes with that
// written around it which ours does.

import { authorizerEvent } from '../end-to-end/authorizer-event.ts';
import { askForTokens, loginForm, tokenCall } from '../end-to-end/flow.ts';
import type { FunctionProcess } from '../end-to-end/function-process.ts';
import type { Answer } from '../end-to-end/measure-flows.ts';
import { apiIdOf } from '../end-to-end/world.ts';
import { PEERS } from './install-peers.ts';
import { type Candidate, REQUESTS } from './measure-in-turn.ts';
import type { PeerWorld } from './peer-world.ts';

/** An authorizer, and the kind of tenant whose tokens it gets: all of them are JWTs by RS256. */
export interface Authorizer {
  readonly name: string;
  readonly kind: string;
  readonly process: FunctionProcess;
}

export async function openAuthorizers(world: PeerWorld): Promise<readonly Authorizer[]> {
  const ours = (name: string, kind: string): Authorizer => ({ name: `Gatehouse, ${name}`, kind, process: world.authorizer });
  const theirs = async (name: string, handler: string, settings: Readonly<Record<string, string>> = {}): Promise<Authorizer> => ({
    ...{ name, kind: 'check', process: await world.openPeer(handler, settings) },
  });
  const sign = (algorithm: 'RS256' | 'ES256') => ({ END_USER_JWT: algorithm, END_USER_KEY: world.endUserKeys[algorithm] });
  const grant = { CHECKS_GRANT: '1' };
  const jsonwebtoken = `jsonwebtoken ${PEERS.jsonwebtoken}`;
  const asOurs = 'jsonwebtoken-as-ours-authorizer';
  return [
    ours('`check`', 'check'),
    ours('`check`, ES256 to the backend', 'es256'),
    ours('`check`, unsigned to the backend', 'unsigned'),
    ours('`feed`', 'feed'),
    ours('`offline`', 'offline'),
    await theirs(`${jsonwebtoken}, jwks-rsa ${PEERS['jwks-rsa']}`, 'jsonwebtoken-authorizer'),
    await theirs(`aws-jwt-verify ${PEERS['aws-jwt-verify']}`, 'aws-jwt-verify-authorizer'),
    await theirs(`fast-jwt ${PEERS['fast-jwt']}`, 'fast-jwt-authorizer'),
    await theirs(`${jsonwebtoken}, RS256 to the backend`, asOurs, sign('RS256')),
    await theirs(`${jsonwebtoken}, ES256 to the backend`, asOurs, sign('ES256')),
    await theirs(`${jsonwebtoken}, grant read by the SDK`, asOurs, grant),
    await theirs(`${jsonwebtoken}, grant read, RS256 to the backend`, asOurs, { ...grant, ...sign('RS256') }),
    await theirs(`${jsonwebtoken}, grant read, ES256 to the backend`, asOurs, { ...grant, ...sign('ES256') }),
  ];
}

/** JWTs of users by kind of tenant: as many as each authorizer is asked about, so that none is seen twice, and one more. */
export async function logInUsers(world: PeerWorld, kinds: ReadonlySet<string>): Promise<ReadonlyMap<string, readonly string[]>> {
  const tokensOf = async (kind: string): Promise<readonly [string, readonly string[]]> => {
    const call = tokenCall(loginForm(kind), 'jwt', kind);
    const tokens: string[] = [];
    while (tokens.length <= REQUESTS) tokens.push((await askForTokens(world, call)).access_token);
    return [kind, tokens];
  };
  // At once: hashes of passwords are made by several threads.
  return new Map(await Promise.all([...kinds].map(tokensOf)));
}

export function authorizerCandidates(
  authorizers: readonly Authorizer[],
  tokens: ReadonlyMap<string, readonly string[]>,
): readonly Candidate[] {
  return authorizers.map(({ name, kind, process }) => {
    let at = 0;
    return { process, flow: { what: name, next: async () => callWith(kind, tokens.get(kind)?.[at++] ?? '') } };
  });
}

export const callWith = (kind: string, token: string): object =>
  authorizerEvent({ apiId: apiIdOf(kind), method: 'POST', path: '/order', authorization: `Bearer ${token}` });

/** How what the backend is told of the user is signed, as the answer itself shows it. */
export function endUserAlgorithm({ context = {} }: Answer & { readonly context?: Readonly<Record<string, unknown>> }): string {
  const [jwt] = Object.values(context).filter((value): value is string => typeof value === 'string' && value.startsWith('eyJ'));
  return jwt === undefined ? 'none' : JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString()).alg;
}
