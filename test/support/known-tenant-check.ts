// A check of access tokens that has seen one of the tenant, so that it takes the grant's word for the next, and what it asks
// the stores from then on.

import assert from 'node:assert/strict';
import { tokenDigest } from '../../functions/keys/jwt.ts';
import { createAccessTokenCheck } from '../../functions/own-tokens/check-access-token.ts';
import { newGrantId } from '../../functions/own-tokens/opaque-token.ts';
import { signAccessToken } from '../../functions/own-tokens/sign-access-token.ts';
import { parseSigningKeys } from '../../functions/own-tokens/signing-keys.ts';
import type { Grant } from '../../functions/storage/grant.ts';
import { openMemoryStores } from './memory-stores.ts';
import { newSigningKeys } from './signing-keys.ts';

export const NOW = 1_800_000_000;
export const ISSUER = 'https://issuer.example';
const USER = { tenant: 'my_company', domain: 'EXTERNAL', username: 'userx', id: 'u-1', roles: [], claims: {} };
export const TIMES = { scopes: ['default'], issuedAtSeconds: NOW, expiresAtSeconds: NOW + 3600 };
export const SIGNING_KEYS = newSigningKeys();

/** `asked`: what the stores are asked for from now on. */
export async function openKnownTenantCheck() {
  const stores = openMemoryStores({ clock: () => NOW * 1000 });
  stores.put('Tenants', { tenant: 'my_company', entry: 'tenant' });
  stores.put('Tenants', { tenant: 'other', entry: 'tenant' });
  stores.put('Clients', { clientId: 'app', tenant: 'my_company' });
  let keys = parseSigningKeys(JSON.stringify(SIGNING_KEYS));
  const signer = keys.signer('access-token', 'RS256', NOW);
  const tenant = await stores.tenants.findTenant('my_company');
  assert.ok(signer && tenant);
  const asked: string[] = [];
  const note = <T>(what: string, answer: T): T => {
    asked.push(what);
    return answer;
  };
  const check = createAccessTokenCheck({
    tenants: { ...stores.tenants, findTenant: (name) => note(`tenant ${name}`, stores.tenants.findTenant(name)) },
    clients: stores.clients,
    grants: { ...stores.grants, findGrant: (id, now) => note('grant', stores.grants.findGrant(id, now)) },
    holders: { findHolder: (id, key, now) => note(`user ${key.username}`, stores.holders.findHolder(id, key, now)) },
    users: { findUser: (name, username) => note(`user ${username}`, stores.users.findUser(name, username)) },
    signingKeys: async () => keys,
    issuer: ISSUER,
  });

  async function issue({ issuer = ISSUER, change = (token: string) => token } = {}) {
    const core = {
      ...{ id: newGrantId(), tenant: 'my_company', clientId: 'app', grantType: 'password', user: USER },
      ...{ scopes: ['default'], generation: 0, issuedAtSeconds: NOW },
    };
    assert.ok(signer && tenant);
    const token = change(signAccessToken(signer, { issuer, tenant, grant: core, access: TIMES }));
    const grant: Grant = { ...core, access: { ...TIMES, digest: tokenDigest(token) } };
    await stores.grants.insertGrant(grant);
    return { grant, token };
  }
  const said = async (token: string) => {
    const checked = await check(token, NOW);
    return checked.kind === 'live' ? 'live' : checked.reason;
  };
  assert.equal(await said((await issue()).token), 'live');
  asked.length = 0;
  const changeKeys = (changed: typeof SIGNING_KEYS) => {
    keys = parseSigningKeys(JSON.stringify(changed));
  };
  return { stores, asked, issue, said, changeKeys };
}
