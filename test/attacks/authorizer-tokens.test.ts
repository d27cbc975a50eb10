// Attacks on the bearer token at the authorizer (reference rows A23-A25, A27, A29, A33, A87).

import assert from 'node:assert/strict';
import { createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { bearer, ISSUER, openWorld, restRequest, USERX, type World } from '../functions/authorizer/authorizer-world.ts';
import { newSigningKey } from '../support/signing-keys.ts';

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

async function parts(world: World) {
  const token = await world.issue({ format: 'jwt' });
  const [header = '', payload = '', signature = ''] = token.split('.');
  return {
    token,
    header: JSON.parse(Buffer.from(header, 'base64url').toString()) as { typ: string; alg: string; kid: string },
    payload,
    claims: JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>,
    signature,
    raw: { header, payload, signature },
  };
}

async function statusOf(world: World, token: string): Promise<number> {
  return (await world.call(restRequest({ authorization: bearer(token) }))).status;
}

test('A23 the algorithm is the key’s, never the token’s', async () => {
  const world = openWorld();
  const { header, payload, signature } = await parts(world);
  const jwk = (await world.stores.signingKeys()).jwks.keys.find(({ kid }) => (kid as unknown) === header.kid);
  assert.ok(jwk !== undefined);
  const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  for (const alg of ['none', 'None', 'NONE', 'nOnE', 'HS256', 'RS512', 'PS256', 'ES256', '']) {
    const input = `${encode({ ...header, alg })}.${payload}`;
    const mac = createHmac('sha256', pem).update(input).digest('base64url');
    for (const forged of [`${input}.`, `${input}.${signature}`, `${input}.${mac}`, input])
      assert.equal(await statusOf(world, forged), 401, alg);
  }
});

test('A24 a key that the token brings along is not looked at', async () => {
  const world = openWorld();
  const { header, payload } = await parts(world);
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = publicKey.export({ format: 'jwk' });
  for (const extra of [{ jwk }, { jku: 'https://evil.example/jwks' }, { x5u: 'https://evil.example/c' }, { x5c: ['MIIB'] }, {}]) {
    const input = `${encode({ ...header, ...extra })}.${payload}`;
    assert.equal(await statusOf(world, `${input}.${sign('RSA-SHA256', Buffer.from(input), privateKey).toString('base64url')}`), 401);
  }
});

test('A25 a kid is a name that is known or nothing', async () => {
  const world = openWorld();
  const { header, payload, signature } = await parts(world);
  const { kid, ...withoutKid } = header;
  for (const other of ['../../dev/null', "' OR 1=1", 'x'.repeat(5000), '', '__proto__', kid.toUpperCase(), `${kid} `]) {
    assert.equal(await statusOf(world, `${encode({ ...header, kid: other })}.${payload}.${signature}`), 401, other.slice(0, 20));
  }
  assert.equal(await statusOf(world, `${encode(withoutKid)}.${payload}.${signature}`), 401);
});

test('A27 another spelling of a good token is no good token', async () => {
  const world = openWorld();
  const { token, raw, signature } = await parts(world);
  assert.equal(await statusOf(world, token), 200);
  const standard = signature.replaceAll('-', '+').replaceAll('_', '/');
  const last = signature.at(-1) ?? '';
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  // The last character of 256 bytes carries two bits that count and four that do not.
  const twin = alphabet[alphabet.indexOf(last) ^ 1] ?? '';
  const spellings = [
    `${raw.header}=.${raw.payload}.${signature}`,
    `${raw.header}.${raw.payload}=.${signature}`,
    `${raw.header}.${raw.payload}.${signature}==`,
    `${raw.header}.${raw.payload}.${signature.slice(0, -1)}${twin}`,
    `\t${token}`,
    `${token}\n`,
    `${raw.header}.${raw.payload}.${signature.slice(0, 9)} ${signature.slice(9)}`,
    JSON.stringify({ protected: raw.header, payload: raw.payload, signature }),
    `${token}.`,
    `${token}.x`,
    ...(standard === signature ? [] : [`${raw.header}.${raw.payload}.${standard}`]),
  ];
  for (const spelling of spellings) assert.equal(await statusOf(world, spelling), 401, spelling.slice(-30));
});

test('A29 crit, b64, zip and encryption are refused', async () => {
  const world = openWorld();
  const { header, payload, signature, claims } = await parts(world);
  for (const extra of [{ crit: ['exp'] }, { crit: [] }, { b64: false, crit: ['b64'] }, { zip: 'DEF' }, { enc: 'A256GCM' }]) {
    assert.equal(await statusOf(world, `${encode({ ...header, ...extra })}.${payload}.${signature}`), 401);
  }
  assert.equal(await statusOf(world, `${encode({ alg: 'dir', enc: 'A256GCM' })}..iv.${encode(claims)}.tag`), 401);
});

test('A33 only an access token is an access token: not the end-user JWT, not another type, issuer or audience', async () => {
  const world = openWorld();
  const { token, claims } = await parts(world);
  const allowed = await world.call(restRequest({ authorization: bearer(token) }));
  assert.ok(allowed.status === 200);
  assert.equal(await statusOf(world, String(allowed.context.endUserJwt)), 401);
  const keys = await world.stores.signingKeys();
  const signers = {
    own: keys.signer('access-token', 'RS256', world.nowSeconds()),
    endUser: keys.signer('end-user-jwt', 'RS256', world.nowSeconds()),
  };
  assert.ok(signers.own !== undefined && signers.endUser !== undefined);
  const forge = (signer: typeof signers.own, typ: string, changes: Record<string, unknown> = {}) => {
    if (signer === undefined) throw new Error('There is no such key.');
    const input = `${encode({ typ, alg: 'RS256', kid: signer.kid })}.${encode({ ...claims, ...changes })}`;
    return `${input}.${sign('RSA-SHA256', Buffer.from(input), signer.privateKey).toString('base64url')}`;
  };
  for (const typ of ['JWT', 'jwt', 'at+JWT', 'application/at+jwt', 'logout+jwt'])
    assert.equal(await statusOf(world, forge(signers.own, typ)), 401, typ);
  assert.equal(await statusOf(world, forge(signers.endUser, 'at+jwt')), 401);
  for (const changes of [{ iss: 'https://evil.example' }, { iss: [ISSUER] }, { aud: 'demo-app' }, { aud: [ISSUER, 'x'] }]) {
    assert.equal(await statusOf(world, forge(signers.own, 'at+jwt', changes)), 401, JSON.stringify(changes));
  }
});

test('A33 a refresh token is no access token', async () => {
  const world = openWorld();
  const token = await world.issue();
  assert.equal(await statusOf(world, token.replace('gat_', 'grt_')), 401);
  assert.equal(await statusOf(world, `grt_${token.slice(4)}${'A'.repeat(22)}`), 401);
});

test('a key of another deployment signs for another deployment', async () => {
  const [ours, theirs] = [openWorld(), openWorld()];
  const foreign = newSigningKey('access-token', 'RS256');
  const { header, payload } = await parts(theirs);
  const { createPrivateKey } = await import('node:crypto');
  const input = `${encode({ ...header, kid: foreign.kid })}.${payload}`;
  const signature = sign('RSA-SHA256', Buffer.from(input), createPrivateKey(foreign.privateKeyPem)).toString('base64url');
  assert.equal(await statusOf(ours, `${input}.${signature}`), 401);
});

test('A87 no claim of a user takes the place of one of ours', async () => {
  const world = openWorld();
  const names = [
    'iss',
    'sub',
    'exp',
    'aud',
    'nbf',
    'jti',
    'iat',
    'enduser',
    'EndUser',
    'http://wso2.org/claims/enduser',
    'role',
    'subscriber',
  ];
  const user = { ...USERX, claims: Object.fromEntries([...names, 'ok'].map((name) => [name, 'forged'])) };
  for (const dialect of ['http://wso2.org/claims/', 'http://wso2.org/claims', '/', 'urn:example:']) {
    world.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', endUserJwt: { dialect } });
    const outcome = await world.call(restRequest({ authorization: bearer(await world.issue({ user })) }));
    assert.ok(outcome.status === 200);
    const payload = Buffer.from(String(outcome.context.endUserJwt).split('.')[1] ?? '', 'base64url').toString();
    const forged = Object.entries(JSON.parse(payload) as Record<string, unknown>).filter(([, value]) => value === 'forged');
    assert.equal(forged.length, 1, payload);
    assert.match(forged[0]?.[0] ?? '', /ok$/);
    // Nor is any name there twice, of which each reader would take another.
    const written = [...payload.matchAll(/"([^"]+)":/g)].map(([, name]) => name?.toLowerCase());
    assert.equal(new Set(written).size, written.length);
  }
});
