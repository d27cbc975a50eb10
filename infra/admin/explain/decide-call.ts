// Decides a call by the authorizer's own handler, on the stores of the deployment, and keeps what it found out on the way.

import { createAuthorizer } from '../../../functions/authorizer/authorize.ts';
import type { AuthorizerResponse } from '../../../functions/authorizer/authorizer-response.ts';
import type { DecisionStep } from '../../../functions/authorizer/decision-step.ts';
import type { SigningKeys } from '../../../functions/own-tokens/signing-keys.ts';
import type { LogFields } from '../../../functions/shared/log.ts';
import { authorizerEvent, type EventOptions } from './authorizer-event.ts';
import type { ExplainDependencies } from './explain-dependencies.ts';
import { NO_ATTEMPTS, readOnlyRequestCounts, type SupposedGrants } from './read-only-stores.ts';

export interface DecidedCall {
  readonly steps: readonly DecisionStep[];
  /** Fields of the line that the authorizer would write. */
  readonly line: LogFields;
  readonly status: number;
  /** `code` of the body; absent: there is none. */
  readonly code?: string | undefined;
}

export interface DecideOptions {
  readonly supposed: SupposedGrants;
  readonly signingKeys: () => Promise<SigningKeys>;
  readonly issuer: string;
}

export async function decideCall(
  dependencies: ExplainDependencies,
  call: EventOptions,
  { supposed, signingKeys, issuer }: DecideOptions,
): Promise<DecidedCall> {
  const steps: DecisionStep[] = [];
  let line: LogFields = {};
  const authorize = createAuthorizer({
    tenants: dependencies.tenants,
    clients: dependencies.clients,
    users: supposed.users,
    grants: supposed.grants,
    holders: supposed.holders,
    attempts: NO_ATTEMPTS,
    requestCounts: readOnlyRequestCounts(dependencies.readRequestCount),
    invokeFunction: dependencies.invokeFunction,
    externalJwts: dependencies.externalJwts,
    userstores: () => Promise.reject(new Error('To explain a decision no password is asked about.')),
    signingKeys,
    issuer,
    // What only says how long API Gateway keeps an answer, or in which form it is given.
    authorizerCacheSeconds: 0,
    simpleResponseApis: new Set(),
    clock: dependencies.clock,
    log: (_level, message, fields) => {
      if (message === 'authorizer') line = fields;
    },
    watch: (step) => void steps.push(step),
  });
  return { steps, ...(await answerOf(() => authorize(authorizerEvent(call)))), line };
}

/** What API Gateway makes of the handler's answer (infra/emulator/README.md, "What a caller gets"). */
async function answerOf(run: () => Promise<AuthorizerResponse>): Promise<Pick<DecidedCall, 'status' | 'code'>> {
  let answer: AuthorizerResponse;
  try {
    answer = await run();
  } catch (error) {
    return error instanceof Error && error.message === 'Unauthorized' ? { status: 401, code: '900901' } : { status: 500, code: '900900' };
  }
  const context: Readonly<Record<string, unknown>> = answer.context ?? {};
  const throttled = context.throttled;
  if (typeof throttled === 'object' && throttled !== null && 'code' in throttled) return { status: 429, code: String(throttled.code) };
  if ('isAuthorized' in answer) return { status: answer.isAuthorized ? 200 : 403 };
  if (answer.policyDocument.Statement[0]?.Effect === 'Allow') return { status: 200 };
  return { status: 403, code: typeof context.code === 'string' ? context.code : undefined };
}
