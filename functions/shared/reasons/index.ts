// Every reason that a refusal or an outage can have: the word in the log, in `explain` and in the tests. Types alone,
// which cost nothing at run time. A word that is added here has to be explained in `infra/admin/reasons/`, or nothing compiles.

import type { AuthorizerReason } from './authorizer.ts';
import type { ClientRefusal, UnauthorizedClient } from './clients.ts';
import type { BearerFault, GrantRefusal, InactiveReason, InsufficientScope } from './grants.ts';
import type { OutageReason } from './outages.ts';
import type { RequestFault, ResourceFault, ScopeFault } from './requests.ts';

/** Reasons that each error code of the token API can have. */
export interface ReasonsOfCode {
  readonly invalid_request: RequestFault;
  readonly invalid_client: ClientRefusal;
  readonly invalid_grant: GrantRefusal;
  readonly unauthorized_client: UnauthorizedClient;
  readonly unsupported_grant_type: 'unknown-grant-type';
  readonly invalid_scope: ScopeFault;
  readonly invalid_target: ResourceFault;
  readonly invalid_token: BearerFault;
  readonly insufficient_scope: InsufficientScope;
  readonly access_denied: 'consent-denied';
  readonly unsupported_response_type: 'unknown-response-type';
  readonly login_required: 'no-session' | 'other-user-than-hint';
  readonly consent_required: 'no-consent';
  readonly request_not_supported: 'request-object';
  readonly request_uri_not_supported: 'request-object';
  readonly temporarily_unavailable: OutageReason | 'renewed-at-once-too-often';
  readonly server_error: 'bug' | 'access-token-too-long';
}

export type TokenApiReason = ReasonsOfCode[keyof ReasonsOfCode];

/** All of them. */
export type Reason = TokenApiReason | InactiveReason | AuthorizerReason | OutageReason;
