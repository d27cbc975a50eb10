// `id_token_hint`: an ID token of ours that says who the client expects (OpenID Connect Core section 3.1.2.1). One that has
// expired is a good hint still; one of another client, issuer or kind is none (A105, A128).

import { subjectOf } from '../../configuration/username.ts';
import { verifyOwnJwt } from '../../keys/jwt.ts';
import { ID_TOKEN_TYPE } from '../../own-tokens/sign-id-token.ts';
import { isOwnIssuer } from '../../shared/token-paths.ts';
import type { SignInSession } from '../../storage/sign-in-session.ts';
import type { AuthorizationRequest } from './authorization-request.ts';
import type { SignInDependencies } from './sign-in-dependencies.ts';

/** Claims of an ID token of ours, whether or not it has expired. */
export interface IdTokenHint {
  readonly clientId: string;
  readonly subject: string;
  readonly sid: string | undefined;
}

/** @throws Unavailable where the keys can't be had */
export async function verifyIdTokenHint(
  { signingKeys, issuer, sharedIssuer = issuer }: Pick<SignInDependencies, 'signingKeys' | 'issuer' | 'sharedIssuer'>,
  token: string,
): Promise<IdTokenHint | undefined> {
  const claims = verifyOwnJwt(token, (await signingKeys()).verifiers('access-token', ID_TOKEN_TYPE));
  // What a client's tokens are worth, its tenant says: at its own endpoints there are no clients of others.
  if (claims === undefined || typeof claims.iss !== 'string' || !isOwnIssuer(claims.iss, sharedIssuer)) return undefined;
  const { aud, sub, sid } = claims;
  if (typeof aud !== 'string' || typeof sub !== 'string') return undefined;
  return { clientId: aud, subject: sub, sid: typeof sid === 'string' ? sid : undefined };
}

/** Whether the session is that of whom the client expects. `no-hint`: not a token of ours for this client. */
export async function judgeHint(
  dependencies: SignInDependencies,
  request: AuthorizationRequest,
  session: SignInSession,
): Promise<'same-user' | 'other-user' | 'no-hint'> {
  const hint = request.idTokenHint === undefined ? undefined : await verifyIdTokenHint(dependencies, request.idTokenHint);
  if (hint === undefined || hint.clientId !== request.client.clientId) return 'no-hint';
  return hint.subject === subjectOf(session.user) ? 'same-user' : 'other-user';
}
