// What an authorizer function answered, checked as API Gateway checks it (infra/emulator/README.md).

import type { InvocationResult } from '../../functions/protocol.ts';
import { isRecord } from '../../template/json.ts';
import { GatewayFailure } from '../gateway-failure.ts';
import { type Policy, parsePolicy } from '../policy.ts';

export interface AuthorizerResult {
  readonly principalId: string;
  readonly policy: Policy;
  /** Every value a string, as mappings and functions get it. */
  readonly context: Readonly<Record<string, string>>;
  readonly usageIdentifierKey: string | undefined;
}

/** A thrown error with exactly this message is a 401 (infra/emulator/README.md, "What a caller gets"). */
const UNAUTHORIZED = 'Unauthorized';

/** @throws GatewayFailure UNAUTHORIZED, AUTHORIZER_FAILURE, AUTHORIZER_CONFIGURATION_ERROR */
export function parseAuthorizerResult(result: InvocationResult): AuthorizerResult {
  if (result.kind === 'error') {
    if (result.error.errorMessage === UNAUTHORIZED) throw new GatewayFailure('UNAUTHORIZED', 'the authorizer threw Unauthorized');
    throw new GatewayFailure('AUTHORIZER_FAILURE', `the authorizer failed: ${result.error.errorType}: ${result.error.errorMessage}`);
  }
  const answer: unknown = JSON.parse(result.payload);
  if (!isRecord(answer)) throw misconfigured('it answered no object');
  const { principalId, policyDocument, context, usageIdentifierKey } = answer;
  if (typeof principalId !== 'string') throw misconfigured('principalId is missing');
  const policy = parsePolicy(policyDocument);
  if (policy === undefined) throw misconfigured('policyDocument is malformed');
  if (usageIdentifierKey !== undefined && usageIdentifierKey !== null && typeof usageIdentifierKey !== 'string') {
    throw misconfigured('usageIdentifierKey is no string');
  }
  return { principalId, policy, context: parseContext(context), usageIdentifierKey: usageIdentifierKey ?? undefined };
}

function parseContext(context: unknown): Readonly<Record<string, string>> {
  if (context === undefined || context === null) return {};
  if (!isRecord(context)) throw misconfigured('context is no map');
  return Object.fromEntries(
    Object.entries(context).flatMap(([key, value]) => {
      if (value === null) return [];
      if (typeof value === 'object') throw misconfigured(`context.${key} is nested`);
      return [[key, String(value)]];
    }),
  );
}

const misconfigured = (what: string): GatewayFailure =>
  new GatewayFailure('AUTHORIZER_CONFIGURATION_ERROR', `the authorizer is wrong: ${what}`);
