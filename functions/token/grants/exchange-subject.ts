// The contract between token exchange and those who know the tokens of other issuers.

import type { EndUser } from '../../configuration/model.ts';
import type { ExternalJwtVerifier } from '../../external-issuers/external-jwt.ts';
import type { AccessTokenCheck } from '../../own-tokens/access-token.ts';
import type { Log } from '../../shared/log.ts';
import type { GrantStore } from '../../storage/stores.ts';
import type { Userstores } from '../../userstores/userstore.ts';

export interface TokenExchangeDependencies {
  readonly checkAccessToken: AccessTokenCheck;
  readonly externalJwts: ExternalJwtVerifier;
  readonly userstores: Pick<Userstores, 'recheckUser'>;
  readonly grants: Pick<GrantStore, 'findGrant'>;
  readonly issuer: string;
  /** As in `TokenDependencies`. */
  readonly sharedIssuer?: string;
  readonly log: Log;
}

/** Whom a token to be exchanged is about, and what it allows. */
export interface Subject {
  readonly user: EndUser;
  /** Undefined: it says nothing of scopes, as tokens of other issuers may. */
  readonly scopes: readonly string[] | undefined;
  readonly expiresAtSeconds: number;
  /** Of its own, if it was exchanged itself. */
  readonly actors: readonly string[];
  /** Grants that it hangs on, its own first. Empty: it is another issuer's. */
  readonly grantIds: readonly string[];
}
