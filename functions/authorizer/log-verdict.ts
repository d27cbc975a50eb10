// The one log line of a request: what was decided and why, for which tenant, client and user. Never the credential,
// the path or a header (A61).

import type { Api } from '../configuration/model.ts';
import { subjectOf } from '../configuration/username.ts';
import { Unavailable } from '../shared/errors.ts';
import { errorFields, type Log, type LogFields } from '../shared/log.ts';
import type { AllowedReason, ForbiddenReason, ThrottledReason, UnauthorizedReason } from '../shared/reasons/authorizer.ts';
import type { AuthorizerRequest } from './authorizer-request.ts';
import type { Decision } from './authorizer-response.ts';
import type { Principal } from './credentials/index.ts';

/** A decision, and what the log says of it. */
export type Verdict = Reasoned & {
  /** Path template of the rule that decided. */
  readonly rule?: string;
  readonly principal?: Principal;
  /** Login by name and password that failed: who it was about, as far as anybody knows, and what is locked. */
  readonly login?: LogFields;
  readonly api?: Api;
};

/** Each kind of decision has reasons of its own. */
type Reasoned = {
  readonly [K in Decision['kind']]: Extract<Decision, { kind: K }> & { readonly reason: ReasonsOfKind[K] };
}[Decision['kind']];

interface ReasonsOfKind {
  readonly allowed: AllowedReason;
  readonly unauthorized: UnauthorizedReason;
  readonly forbidden: ForbiddenReason;
  readonly throttled: ThrottledReason;
}

const EVENT = 'authorizer';

/** Logs a verdict. One that allows is told in few words: API Gateway's access log has the rest, by `requestId`. */
export function logVerdict(log: Log, request: AuthorizerRequest, verdict: Verdict): void {
  const { kind, reason, rule, principal, api, login } = verdict;
  // A password was right, whatever the rule then says. That of a token was told when it was issued.
  const isLogin = principal?.handler === 'basic';
  const who = {
    api: api?.name,
    tenant: principal?.tenant.name,
    client: principal?.client?.clientId,
    user: principal?.user === undefined ? undefined : subjectOf(principal.user),
    handler: principal?.handler,
    // To the tenth: CloudWatch makes a metric of it.
    feedAgeSeconds: principal?.feedAgeMs === undefined ? undefined : Math.round(principal.feedAgeMs / 100) / 10,
    audit: isLogin ? 'logged-in' : undefined,
  };
  if (verdict.kind === 'allowed') {
    log('INFO', EVENT, { requestId: request.requestId, outcome: kind, reason, rule, ...who });
    return;
  }
  const isMissing = reason === 'no-api-entry';
  log(isMissing ? 'WARN' : 'INFO', EVENT, {
    ...requestFields(request),
    outcome: kind,
    reason,
    ...('code' in verdict && { code: verdict.code }),
    rule,
    ...('scopes' in verdict && { neededScopes: verdict.scopes }),
    ...who,
    ...(api !== undefined && api.owner !== who.tenant && { apiOwner: api.owner }),
    ...login,
    ...(isMissing && { expected: missingEntry(request) }),
  });
}

/** Missing entry that would let the request in. Its path is the caller's text, and so stays out of the log. */
function missingEntry({ apiId, stage }: AuthorizerRequest): string {
  return `in Tenants, an entry api#<name> with apiId ${apiId}, stage ${stage}, and as context what its paths begin with, or none for all of them`;
}

/** Entries of several tenants claim what was asked for: a line of its own, for an alarm to count. */
export function logClaimedTwice(log: Log, { requestId, apiId, stage }: AuthorizerRequest, entries: readonly string[]): void {
  log('ERROR', 'api-claimed-twice', { requestId, apiId, stage, entries, expected: `in Tenants, #apis / ${apiId}/${stage} with the owner` });
}

/** Something did not answer, or is wrong in the code: API Gateway answers 500 and keeps nothing. */
export function logOutage(log: Log, request: AuthorizerRequest | undefined, error: unknown): void {
  log('ERROR', EVENT, {
    outcome: 'outage',
    ...(request !== undefined && requestFields(request)),
    ...errorFields(error),
    ...(error instanceof Unavailable && { dependency: error.dependency }),
  });
}

function requestFields({ kind, requestId, apiId, stage, method, sourceAddress }: AuthorizerRequest): LogFields {
  return { requestId, eventKind: kind, apiId, stage, method, sourceAddress };
}
