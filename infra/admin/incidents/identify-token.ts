// What an operator has in hand who wants to end a token: one of ours with its grant, a part of one, or something else, by
// its form alone. Whoever may delete grants need not prove that a token is genuine: it only names the grant.

import { GRANT_ID_CHARACTERS, grantIdOfOpaqueToken } from '../../../functions/own-tokens/opaque-token.ts';

export type IdentifiedToken =
  | {
      readonly kind: 'grant';
      readonly what: 'access token' | 'refresh token' | 'authorization code' | 'JWT';
      readonly grantId: string;
      /** What a JWT says of its end, unverified. */
      readonly unverifiedExpiresAtSeconds?: number;
    }
  /** A sentence or two that say what it is, and what to do. The token itself is never in them. */
  | { readonly kind: 'other'; readonly says: string };

const OPAQUE_KINDS = [
  { kind: 'access', prefix: 'gat_', characters: 69, what: 'access token', article: 'an' },
  { kind: 'refresh', prefix: 'grt_', characters: 91, what: 'refresh token', article: 'a' },
  { kind: 'code', prefix: 'gac_', characters: 69, what: 'authorization code', article: 'an' },
] as const;

const JWT_ID = new RegExp(`^([\\w-]{${GRANT_ID_CHARACTERS}})\\.\\d{1,15}$`);
const MAX_CHARACTERS = 32_768;

export function identifyToken(given: string): IdentifiedToken {
  if (given.length > MAX_CHARACTERS) return other(`Standard input has ${given.length} characters: no token is as long.`);
  const token = unwrap(given);
  if (token === '') return other('Standard input is empty: pass the token there, as in  revoke token < file.');
  if (/\s/.test(token)) return other('Standard input has blanks or line ends inside: pass one whole token, and nothing else.');
  const opaque = OPAQUE_KINDS.find(({ prefix }) => token.startsWith(prefix));
  if (opaque !== undefined) return identifyOpaque(opaque, token);
  if (token.startsWith('ey')) return identifyJwt(token);
  return other(
    'It is no token of Gatehouse: those begin with gat_ (access), grt_ (refresh) or ey (JWT). It may be one of another issuer, or a client secret.',
  );
}

/** How a token is at hand in a header, a JSON document or a shell. */
function unwrap(given: string): string {
  return given
    .trim()
    .replace(/^authorization:\s*/i, '')
    .replace(/^bearer\s+/i, '')
    .replace(/^(["'])(.*)\1$/s, '$2');
}

const other = (says: string): IdentifiedToken => ({ kind: 'other', says });

function identifyOpaque({ kind, what, article, characters }: (typeof OPAQUE_KINDS)[number], token: string): IdentifiedToken {
  const grantId = grantIdOfOpaqueToken(kind, token);
  if (grantId !== undefined) return { kind: 'grant', what, grantId };
  if (token.length < characters)
    return other(
      `It is the beginning of ${article} ${what} of Gatehouse, cut off after ${token.length} of ${characters} characters.${COMPLETE}`,
    );
  return other(`It begins like ${article} ${what} of Gatehouse and goes on with what is not part of one.${COMPLETE}`);
}

const COMPLETE = ' Pass all of it; or end what its user has open: revoke user NAME.';

function identifyJwt(token: string): IdentifiedToken {
  const segments = token.split('.');
  if (segments.length === 5) return other('It is an encrypted JWT: none of Gatehouse. Whoever issued it can end it.');
  const claims = parseClaims(segments[1] ?? '');
  if (claims === undefined) return other(`It begins like a JWT, and its claims can't be read: it is cut off, or damaged.${COMPLETE}`);
  const grantId = typeof claims.jti === 'string' ? JWT_ID.exec(claims.jti)?.[1] : undefined;
  if (grantId === undefined) return other(describeForeignJwt(claims));
  const exp = typeof claims.exp === 'number' ? { unverifiedExpiresAtSeconds: claims.exp } : {};
  return { kind: 'grant', what: 'JWT', grantId, ...exp };
}

function describeForeignJwt(claims: Readonly<Record<string, unknown>>): string {
  const issuer = printable(claims.iss);
  const subject = printable(claims.sub);
  const by = issuer === undefined ? '' : ` of ${issuer}`;
  if (typeof claims.sid === 'string' && typeof claims.auth_time === 'number')
    return `It is an ID token${by}: it opens no API, and can't be ended. What its user has open: revoke user ${subject ?? 'NAME'}.`;
  if (Object.keys(claims).some((name) => name.startsWith('http://wso2.org/claims/')))
    return 'It is an end-user JWT, as backends get them: it is good for a minute or two. End the token of the caller: revoke user NAME.';
  return `It is a JWT${by}, and no access token of Gatehouse: its issuer alone can end it. To believe it no longer here, write "enabled": false into the issuer# entry, or its kid into revokedKids.`;
}

/** A claim that may be shown: what a stranger wrote must not steer the terminal. */
function printable(claim: unknown): string | undefined {
  return typeof claim === 'string' && claim.length <= 256 && /^[\x21-\x7E]+$/.test(claim) ? claim : undefined;
}

function parseClaims(segment: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(segment, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims) ? { ...claims } : undefined;
  } catch {
    return undefined;
  }
}
