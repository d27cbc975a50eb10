// What is said of what an operator has in hand in place of a token: never the token, and always what to do.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  newAuthorizationCode,
  newGrantId,
  newOpaqueAccessToken,
  newRefreshFamily,
  newRefreshToken,
} from '../../../functions/own-tokens/opaque-token.ts';
import { identifyToken } from '../../../infra/admin/incidents/identify-token.ts';

const GRANT = newGrantId();
const ACCESS = newOpaqueAccessToken(GRANT);
const REFRESH = newRefreshToken(GRANT, newRefreshFamily());

const segment = (claims: unknown): string => Buffer.from(JSON.stringify(claims)).toString('base64url');
const jwt = (claims: object): string => `${segment({ alg: 'RS256', typ: 'JWT' })}.${segment(claims)}.c2ln`;

const says = (given: string): string => {
  const identified = identifyToken(given);
  return identified.kind === 'other' ? identified.says : `${identified.what} of ${identified.grantId}`;
};

test('tokens of every kind name their grant, in whatever they are wrapped', () => {
  const tokens = [
    [ACCESS, 'access token'],
    [REFRESH, 'refresh token'],
    [newAuthorizationCode(GRANT), 'authorization code'],
    [jwt({ jti: `${GRANT}.3`, exp: 7 }), 'JWT'],
  ] as const;
  for (const [token, what] of tokens)
    for (const given of [token, `${token}\n`, `Bearer ${token}`, `authorization: bearer ${token}\r\n`, `"${token}"`, `'${token}'`])
      assert.equal(says(given), `${what} of ${GRANT}`, given);
  const identified = identifyToken(jwt({ jti: `${GRANT}.3`, exp: 7 }));
  assert.ok(identified.kind === 'grant' && identified.unverifiedExpiresAtSeconds === 7);
});

const SAID: readonly (readonly [what: string, given: string, says: RegExp])[] = [
  ['nothing', ' \n', /is empty/],
  ['two tokens', `${ACCESS} ${ACCESS}`, /blanks or line ends inside/],
  [
    'the beginning of an access token',
    ACCESS.slice(0, 40),
    /beginning of an access token of Gatehouse, cut off after 40 of 69 characters.*revoke user/,
  ],
  ['the beginning of a refresh token', REFRESH.slice(0, 90), /beginning of a refresh token of Gatehouse, cut off after 90 of 91/],
  ['too much of an access token', `${ACCESS}x`, /goes on with what is not part of one/],
  ['a damaged access token', `${ACCESS.slice(0, 30)}%${ACCESS.slice(31)}`, /goes on with what is not part of one/],
  ['the beginning of a JWT', jwt({ jti: `${GRANT}.1` }).slice(0, 60), /claims can't be read: it is cut off, or damaged/],
  [
    'a JWT of another issuer',
    jwt({ iss: 'https://idp.example.org', sub: 'x', jti: '1' }),
    /a JWT of https:\/\/idp\.example\.org, and no access token of Gatehouse/,
  ],
  ['an ID token', jwt({ iss: 'https://i', sub: 'userx@t', sid: 's', auth_time: 1 }), /ID token of https:\/\/i: .*revoke user userx@t/],
  ['an end-user JWT', jwt({ iss: 'i', 'http://wso2.org/claims/enduser': 'userx@t' }), /end-user JWT, as backends get them/],
  ['an encrypted JWT', 'eyJh.a.b.c.d', /encrypted JWT/],
  ['a WSO2 token', '5b9a2f3e-54a1-3c5f-9e1a-0d6b8c7a9f10', /no token of Gatehouse/],
  ['far too much', 'x'.repeat(40_000), /has 40000 characters/],
];

for (const [what, given, expected] of SAID)
  test(`${what} is said to be that`, () => {
    assert.match(says(given), expected);
    assert.ok(given.length < 20 || !says(given).includes(given.trim()), 'what was given is not printed');
  });

test('what a stranger wrote into a JWT does not steer the terminal', () => {
  for (const iss of ['\u001b[2J', 'a b', 'x'.repeat(300), 7, null])
    assert.equal(says(jwt({ iss, sub: 'x' })).startsWith('It is a JWT, and no access token'), true, String(iss));
});

test('anything gets an answer', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => says(text).length > 0));
  fc.assert(
    fc.property(fc.constantFrom('gat_', 'grt_', 'gac_', 'ey', 'eyJh.'), fc.string(), (prefix, text) => says(prefix + text).length > 0),
  );
  fc.assert(
    fc.property(fc.anything(), (claims) => says(`eyJh.${Buffer.from(JSON.stringify(claims) ?? '').toString('base64url')}.x`).length > 0),
  );
});
