// What authorizers are usually made of, beside ours: an event of API Gateway in, the token's signature and claims checked by a
// library, a policy out. None of them looks whether the token was revoked, or says to a backend who the user is.

import { createPublicKey, verify } from 'node:crypto';
import { parseSigningKeys } from '../../../functions/own-tokens/signing-keys.ts';
import type { Grant } from '../../../functions/storage/grant.ts';
import { newSigningKeys } from '../../support/signing-keys.ts';
import { type Candidate, measure } from '../measure.ts';
import type { Row } from '../row.ts';
import { eventText, newToken, openInvoker, readTenant } from '../warm-authorizer.ts';
import { installPeers, PEERS } from './install-peers.ts';

const ROUNDS = 15;
const ROUND_MS = 60;
/** More than ours remembers. */
const TOKENS = 2500;
const ISSUER = 'https://login.example.org';

type Check = (token: string) => unknown;

export async function peerAuthorizerRows(): Promise<readonly Row[]> {
  const document = newSigningKeys();
  const keys = parseSigningKeys(JSON.stringify(document));
  const grants = new Map<string, Grant>();
  const tenant = await readTenant('none');
  const nowSeconds = Math.floor(Date.now() / 1000);
  const tokens = Array.from({ length: TOKENS }, () => newToken(keys, tenant, grants, nowSeconds));
  const jwk = document.keys.find((key) => key.purpose === 'access-token' && key.alg === 'RS256');
  if (jwk === undefined) throw new Error('The key set has no RS256 key for access tokens.');
  const publicKey = createPublicKey({ key: jwk.publicJwk, format: 'jwk' });
  const checks = await openChecks(publicKey.export({ type: 'spki', format: 'pem' }).toString(), { ...jwk.publicJwk, kid: jwk.kid });
  const ours = await openInvoker('none', keys, grants);
  const inTurn = (run: (token: string) => unknown) => {
    let at = 0;
    return () => run(tokens[at++ % TOKENS] ?? '');
  };
  const [first = ''] = tokens;
  const end = first.lastIndexOf('.');
  const [signed, signature] = [Buffer.from(first.slice(0, end)), Buffer.from(first.slice(end + 1), 'base64url')];
  const candidates: readonly Candidate[] = [
    { name: 'verify', run: () => verify('RSA-SHA256', signed, publicKey, signature) },
    { name: 'Gatehouse, with revocation', run: inTurn(ours) },
    ...Object.entries(checks).map(([name, check]) => ({ name, run: inTurn((token) => authorizeBy(check, token)) })),
  ];
  const times = await measure(candidates, ROUNDS, ROUND_MS);
  const limit = times.get('verify') ?? Number.NaN;
  return candidates.slice(1).map(({ name }): Row => {
    const spent = times.get(name) ?? Number.NaN;
    const [bare, measured] = [`verify ${limit.toFixed(0)} µs`, `${spent.toFixed(0)} µs`];
    return { what: `authorizer, RS256 token not seen before: ${name}`, limit: bare, measured, ratio: limit / spent, aim: '–' };
  });
}

/** The blueprint of AWS around a check: `Authorization` out of the event, a policy for the method. */
async function authorizeBy(check: Check, token: string): Promise<string> {
  const event = JSON.parse(eventText(token)) as { headers: { Authorization: string }; methodArn: string };
  const { sub } = (await check(event.headers.Authorization.slice('Bearer '.length))) as { sub: string };
  const Statement = [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: event.methodArn }];
  return JSON.stringify({ principalId: sub, policyDocument: { Version: '2012-10-17', Statement } });
}

async function openChecks(pem: string, jwk: object): Promise<Readonly<Record<string, Check>>> {
  const load = installPeers();
  const { default: jsonwebtoken } = await load<{ default: { verify(token: string, key: string, options: object): unknown } }>(
    'jsonwebtoken',
  );
  const { createVerifier } = await load<{ createVerifier(options: object): Check }>('fast-jwt');
  const { JwtVerifier } = await load<{ JwtVerifier: { create(options: object): { cacheJwks(jwks: object): void; verifySync: Check } } }>(
    'aws-jwt-verify',
  );
  const awsVerifier = JwtVerifier.create({ issuer: ISSUER, audience: ISSUER, jwksUri: `${ISSUER}/keys` });
  awsVerifier.cacheJwks({ keys: [{ ...jwk, alg: 'RS256', use: 'sig' }] });
  const options = { algorithms: ['RS256'], issuer: ISSUER, audience: ISSUER };
  const fastVerify = createVerifier({ key: pem, algorithms: ['RS256'], allowedIss: ISSUER, allowedAud: ISSUER, cache: false });
  return {
    [`jsonwebtoken ${PEERS.jsonwebtoken}`]: (token) => jsonwebtoken.verify(token, pem, options),
    [`fast-jwt ${PEERS['fast-jwt']}`]: fastVerify,
    [`aws-jwt-verify ${PEERS['aws-jwt-verify']}`]: (token) => awsVerifier.verifySync(token),
  };
}
