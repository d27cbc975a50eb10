// `entry = "issuer#<iss or entityId>"`: somebody else whose tokens or assertions the tenant believes.

import * as v from 'valibot';
import { ALGORITHM_NAMES } from '../../keys/algorithms.ts';
import { listOf, mapOf, multilineText, offByDefault, onByDefault, text } from './fields.ts';

const claimMapping = v.object({
  remote: v.union(
    [text(256), v.pipe(listOf(text(256), 10), v.minLength(1, 'at least one name'))],
    'a name of at most 256 characters, or a list of at most 10 names: the way to a claim within others',
  ),
  local: text(256),
  separator: v.optional(text(8)),
});

const jwt = v.object({
  type: v.literal('jwt'),
  enabled: onByDefault,
  jwksUri: v.optional(text(2048)),
  certificates: v.optional(mapOf(multilineText(16_384))),
  audiences: v.optional(v.pipe(listOf(text(512), 20), v.minLength(1, 'at least one audience'))),
  clientIds: v.optional(v.pipe(listOf(text(256), 20), v.minLength(1, 'at least one client id'))),
  algorithms: v.optional(listOf(v.picklist(ALGORITHM_NAMES, 'an asymmetric algorithm'), 10), ['RS256']),
  revokedKids: v.optional(listOf(text(256), 100), []),
  claims: v.optional(listOf(claimMapping, 100), []),
  scopeClaim: v.optional(text(256), 'scope'),
  clientIdClaim: v.optional(text(256)),
  usernameClaim: v.optional(text(256), 'sub'),
  use: v.optional(listOf(v.picklist(['gateway', 'jwt-bearer', 'token-exchange'], 'gateway, jwt-bearer or token-exchange'), 3), ['gateway']),
  allowPlaintext: offByDefault,
  allowPrivateAddress: offByDefault,
});

const saml = v.object({
  type: v.literal('saml'),
  enabled: onByDefault,
  certificates: v.pipe(listOf(multilineText(16_384), 10), v.minLength(1, 'at least one certificate')),
  audience: text(512),
  recipient: text(2048),
  claims: v.optional(mapOf(text(512)), {}),
  rolesAttribute: v.optional(text(512)),
});

export const issuerEntry = v.variant('type', [jwt, saml], 'jwt or saml');

export type IssuerEntry = v.InferOutput<typeof issuerEntry>;
export type JwtIssuerEntry = v.InferOutput<typeof jwt>;
export type SamlIssuerEntry = v.InferOutput<typeof saml>;
