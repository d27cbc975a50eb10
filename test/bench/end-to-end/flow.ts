// One kind of request that is asked of a function many times over, and the tokens that one kind leaves to the next: a login
// hashes a password, which takes longer than all the rest, so that each is done once.

import type { APIGatewayProxyResult } from 'aws-lambda';
import { basic, type TokenCall, tokenEvent } from '../../support/token-events.ts';
import { SECRET } from './secret.ts';
import { clientOf, tenantOf, USER, type World } from './world.ts';

export interface Flow {
  readonly what: string;
  readonly function: 'token' | 'authorizer';
  /** How many are measured, after ten that are not. Default: 250. */
  readonly samples?: number;
  /** Makes the next request ready, outside of what is measured. */
  next(): Promise<unknown>;
  /** Takes what a request was answered. */
  keep?(answer: { readonly body: string }): void;
}

export const FORMATS = ['opaque', 'jwt'] as const;
export type Format = (typeof FORMATS)[number];

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

/** Tokens of users: the n-th that a client has got, from 0. */
export interface TokenPool {
  take(client: string, n: number): Promise<Tokens>;
  /** Takes what a login has got. */
  add(client: string, tokens: Tokens): void;
}

/** The tokens of one client, each once, from the first. */
export function eachOf(pool: TokenPool, client: string): () => Promise<Tokens> {
  let at = 0;
  return () => pool.take(client, at++);
}

/** A pool of what was added. */
export function newPool(): TokenPool {
  const added = new Map<string, Tokens[]>();
  return {
    async take(client, n) {
      const tokens = added.get(client)?.[n];
      if (tokens === undefined) throw new Error(`${client} has logged in ${added.get(client)?.length ?? 0} times only.`);
      return tokens;
    },
    add: (client, tokens) => void added.set(client, [...(added.get(client) ?? []), tokens]),
  };
}

export const tokenCall = (form: Record<string, string>, format: Format, kind = 'check'): TokenCall => ({
  ...{ path: '/oauth2/token', form, headers: basic(clientOf(kind, format), SECRET) },
});

export const loginForm = (kind = 'check') => ({
  ...{ grant_type: 'password', username: `${USER.name}@${tenantOf(kind)}`, password: USER.password, scope: 'order:write openid' },
});

/** Asks for tokens outside of what is measured. */
export async function askForTokens({ token }: Pick<World, 'token'>, call: TokenCall): Promise<Tokens> {
  const { answer } = await token.invoke<APIGatewayProxyResult>(tokenEvent(call));
  if (answer.statusCode !== 200) throw new Error(`${call.path} answers ${answer.statusCode}: ${token.lastLogged()}`);
  return JSON.parse(answer.body);
}
