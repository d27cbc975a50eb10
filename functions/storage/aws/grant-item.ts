// A grant as an item of the Tokens table. TTL deletes by `expiresAt`, days late (A82); `userKey` puts it in `byUser`.

import * as v from 'valibot';
import { subjectOf } from '../../configuration/username.ts';
import { Unavailable } from '../../shared/errors.ts';
import { type Delegation, type Grant, grantExpiresAtSeconds } from '../grant.ts';
import type { Item } from './dynamodb.ts';
import { grantIdOf, grantKey, userKeyOf } from './token-keys.ts';

const texts = v.array(v.string());

const access = v.object({
  digest: v.string(),
  scopes: texts,
  resources: v.exactOptional(texts),
  issuedAtSeconds: v.number(),
  expiresAtSeconds: v.number(),
});

/** A user as items hold one. */
export const endUserItem = v.object({
  tenant: v.string(),
  domain: v.string(),
  username: v.string(),
  id: v.exactOptional(v.string()),
  subjectName: v.exactOptional(v.string()),
  passwordState: v.exactOptional(v.string()),
  keptIn: v.exactOptional(v.literal('PRIMARY')),
  roles: texts,
  claims: v.record(v.string(), v.union([v.string(), texts])),
});

const code = v.object({
  digest: v.string(),
  codeChallenge: v.string(),
  redirectUri: v.string(),
  isRedirectUriSent: v.boolean(),
  nonce: v.exactOptional(v.string()),
  expiresAtSeconds: v.number(),
  redeemedAtSeconds: v.exactOptional(v.number()),
});

const parent = v.object({ clientId: v.string(), issuedAtSeconds: v.number(), authTimeSeconds: v.exactOptional(v.number()) });

const grantItem = v.object({
  id: v.pipe(v.string(), v.startsWith('grant#'), v.transform(grantIdOf)),
  tenant: v.string(),
  clientId: v.string(),
  grantType: v.string(),
  user: v.exactOptional(endUserItem),
  scopes: texts,
  resources: v.exactOptional(texts),
  issuedAtSeconds: v.number(),
  generation: v.number(),
  access,
  refresh: v.exactOptional(v.object({ digest: v.string(), familyDigest: v.string(), expiresAtSeconds: v.number() })),
  code: v.exactOptional(code),
  session: v.exactOptional(v.object({ id: v.string(), sid: v.string(), authTimeSeconds: v.number(), expiresAtSeconds: v.number() })),
  delegation: v.exactOptional(v.object({ actors: texts, parentIds: texts, parents: v.exactOptional(v.array(parent)) })),
  previous: v.exactOptional(v.object({ refreshDigest: v.string(), access, rotatedAtSeconds: v.number(), sealedResponse: v.string() })),
  toldByFeed: v.exactOptional(v.literal(true)),
  jwtsUntilSeconds: v.exactOptional(v.number()),
});

export function grantToItem(grant: Grant): Item {
  const { user, resources, refresh, previous, code: state, session, delegation, toldByFeed, jwtsUntilSeconds } = grant;
  return {
    tenant: grant.tenant,
    clientId: grant.clientId,
    grantType: grant.grantType,
    scopes: grant.scopes,
    ...(resources !== undefined && { resources }),
    issuedAtSeconds: grant.issuedAtSeconds,
    generation: grant.generation,
    access: { ...grant.access },
    ...(user !== undefined && { user: { ...user }, userKey: userKeyOf(subjectOf(user)) }),
    ...(refresh !== undefined && { refresh: { ...refresh } }),
    ...(state !== undefined && { code: { ...state } }),
    ...(session !== undefined && { session: { ...session } }),
    ...(delegation !== undefined && { delegation: delegationToItem(delegation) }),
    ...(toldByFeed === true && { toldByFeed }),
    ...(jwtsUntilSeconds !== undefined && { jwtsUntilSeconds }),
    ...(previous !== undefined && { previous: { ...previous, access: { ...previous.access } } }),
    expiresAt: grantExpiresAtSeconds(grant),
    ...grantKey(grant.id),
  };
}

const delegationToItem = ({ parents, ...delegation }: Delegation) => ({
  ...delegation,
  ...(parents !== undefined && { parents: parents.map((one) => ({ ...one })) }),
});

/**
 * The grant of an item that was read; undefined for one that has expired: TTL deletes days later than it says (A82).
 *
 * @throws Unavailable
 */
export function liveGrant(item: Record<string, unknown> | undefined, nowSeconds: number): Grant | undefined {
  const grant = item && grantFromItem(item);
  return grant !== undefined && nowSeconds < grantExpiresAtSeconds(grant) ? grant : undefined;
}

/** @throws Unavailable where the item is none that we write: that is no reason to call its token revoked */
export function grantFromItem(item: Record<string, unknown>): Grant {
  const parsed = v.safeParse(grantItem, item);
  if (!parsed.success) throw new Unavailable('dynamodb', 'grant-malformed');
  return parsed.output;
}
