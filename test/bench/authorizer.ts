// The authorizer rows of the bench: the handler warm, beside the bare cryptography that no authorizer can do without.

import { createPublicKey, sign, verify } from 'node:crypto';
import { parseSigningKeys } from '../../functions/own-tokens/signing-keys.ts';
import type { Grant } from '../../functions/storage/grant.ts';
import { newSigningKeys } from '../support/signing-keys.ts';
import { type Medians, measure } from './measure.ts';
import type { Row } from './row.ts';
import { eventText, newToken, openInvoker, readTenant } from './warm-authorizer.ts';

/** More than the authorizer remembers, so that a token is new again when its turn comes. */
const TOKENS = 2500;
const ROUNDS = 15;
const ROUND_MS = 60;

export async function authorizerRows(): Promise<readonly Row[]> {
  const document = newSigningKeys();
  const keys = parseSigningKeys(JSON.stringify(document));
  const nowSeconds = Math.floor(Date.now() / 1000);
  const grants = new Map<string, Grant>();
  const tenant = await readTenant('none');
  const tokens = Array.from({ length: TOKENS }, () => newToken(keys, tenant, grants, nowSeconds));

  const invokers = new Map<string, (token: string) => Promise<string>>();
  for (const algorithm of ['none', 'ES256', 'RS256'] as const) invokers.set(algorithm, await openInvoker(algorithm, keys, grants));
  const invoke = (algorithm: string, token: string) => invokers.get(algorithm)?.(token);
  /** Each handler has an order of its own, or it would remember what came by while the others had their turn. */
  const inTurn = (algorithm: string) => {
    const next = tokensInTurn(tokens);
    return () => invoke(algorithm, next());
  };
  const [first = ''] = tokens;

  const jwk = document.keys.find((key) => key.purpose === 'access-token' && key.alg === 'RS256')?.publicJwk;
  if (jwk === undefined) throw new Error('The key set has no RS256 key for access tokens.');
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
  const end = first.lastIndexOf('.');
  const signed = Buffer.from(first.slice(0, end));
  const signature = Buffer.from(first.slice(end + 1), 'base64url');
  const signerOf = (alg: 'RS256' | 'ES256') => {
    const signer = keys.signer('end-user-jwt', alg, nowSeconds);
    if (signer === undefined) throw new Error(`The key set has no ${alg} key for end-user JWTs.`);
    return signer.privateKey;
  };
  const rsaKey = signerOf('RS256');
  const ecKey = signerOf('ES256');
  const verifyOnce = () => verify('RSA-SHA256', signed, publicKey, signature);
  const fixed: unknown = JSON.parse((await invoke('RS256', first)) ?? '');
  const emptyHandler = async (_event: unknown) => fixed;

  const times = await measure(
    [
      { name: 'verify', run: verifyOnce },
      { name: 'verify + ES256', run: () => [verifyOnce(), sign('SHA256', signed, ecKey)] },
      { name: 'verify + RS256', run: () => [verifyOnce(), sign('RSA-SHA256', signed, rsaKey)] },
      { name: 'empty', run: async () => JSON.stringify(await emptyHandler(JSON.parse(eventText(first)))) },
      { name: 'new token', run: inTurn('none') },
      { name: 'new token + ES256', run: inTurn('ES256') },
      { name: 'new token + RS256', run: inTurn('RS256') },
      { name: 'same token', run: () => invoke('RS256', first) },
    ],
    ROUNDS,
    ROUND_MS,
  );
  return [
    rate('authorizer, RS256 token not seen before, end-user JWT not signed', times, 'verify', 'new token', '≥ 0.65'),
    rate('the same, ES256 end-user JWT minted', times, 'verify + ES256', 'new token + ES256', '≥ 0.65'),
    rate('the same, RS256 end-user JWT minted', times, 'verify + RS256', 'new token + RS256', '≥ 0.90'),
    cost('authorizer, same token again', times, 'empty', 'same token', '≤ 2'),
  ];
}

function tokensInTurn(tokens: readonly string[]): () => string {
  let at = 0;
  return () => tokens[at++ % tokens.length] ?? '';
}

const µs = (times: Medians, name: string): number => times.get(name) ?? Number.NaN;
const text = (times: Medians, name: string): string => `${µs(times, name).toFixed(0)} µs`;

/** How much of the limit's rate is reached: 1 is the limit. */
function rate(what: string, times: Medians, limit: string, ours: string, aim: string): Row {
  return { what, limit: `${limit} ${text(times, limit)}`, measured: text(times, ours), ratio: µs(times, limit) / µs(times, ours), aim };
}

/** How many times the limit's cost. */
function cost(what: string, times: Medians, limit: string, ours: string, aim: string): Row {
  return { what, limit: `${limit} ${text(times, limit)}`, measured: text(times, ours), ratio: µs(times, ours) / µs(times, limit), aim };
}
