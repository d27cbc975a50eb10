// A request that none of the functions was asked about: API Gateway has answered by itself, or out of its cache.

import { CommandFailed } from '../commands/command.ts';
import type { ExplainedDecision, ExplainedOutcome } from './explained-decision.ts';
import type { FoundLine, FoundLines } from './log-source.ts';

interface Told {
  readonly meaning: string;
  readonly change: string;
}

const CACHED: Told = {
  meaning:
    'API Gateway has answered without asking the authorizer: out of its cache, which keeps every answer for a minute by default, or because the request has no Authorization header.',
  change:
    'If there was no Authorization header, the caller must send one. Else the answer is that of an earlier request with the same token, method and path, whose id stands in the header Gatehouse-Decision of the answer: explain that one; or the call itself, with --token-stdin or --client.',
};

const BY_TYPE: ReadonlyMap<string, Told> = new Map([
  [
    'MissingAuthenticationTokenException',
    {
      meaning: 'The API has no such resource or method: API Gateway calls that a missing authentication token.',
      change: 'The caller must use a path and a method that the API has, with its stage; or the API must be deployed again.',
    },
  ],
  ['UnauthorizedException', CACHED],
  ['AccessDeniedException', CACHED],
  [
    'TooManyRequestsException',
    { meaning: 'A limit of API Gateway was reached: of the stage, the usage plan or the account.', change: 'Wait, or raise that limit.' },
  ],
  [
    'LimitExceededException',
    { meaning: 'The quota of a usage plan is used up.', change: 'Wait for its end, or give the client another tier.' },
  ],
  [
    'ForbiddenException',
    { meaning: 'A web ACL or a resource policy has blocked the request.', change: 'Look at the rules of the web ACL.' },
  ],
]);

/** By `$context.error.responseType` of an access log. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['MISSING_AUTHENTICATION_TOKEN', 'MissingAuthenticationTokenException'],
  ['UNAUTHORIZED', 'UnauthorizedException'],
  ['ACCESS_DENIED', 'AccessDeniedException'],
  ['THROTTLED', 'TooManyRequestsException'],
  ['QUOTA_EXCEEDED', 'LimitExceededException'],
  ['WAF_FILTERED', 'ForbiddenException'],
]);

/** @throws CommandFailed where no line was found at all */
export function explainUnlogged(
  { lines, searched, incomplete }: FoundLines,
  { requestId, sinceMs }: { readonly requestId: string; readonly sinceMs: number },
): ExplainedDecision {
  const access = lines.findLast(({ status }) => Number(status) >= 100);
  if (access === undefined)
    throw new CommandFailed(
      [
        `Nothing is logged of ${requestId} since ${new Date(sinceMs).toISOString()}.`,
        ...(incomplete === undefined ? [] : [`Not all was searched: ${incomplete}.`]),
        'A request that API Gateway answers by itself or out of its cache leaves a line in the access log of its API alone: --log-group names that.',
        'Lines come a few seconds late. Older ones: --since 1d. TOKEN authorizers are told no id of the request.',
        `Searched: ${searched.join(', ')}`,
      ].join('\n'),
    );
  const status = Number(access.status);
  const told = BY_TYPE.get(typeOf(access)) ?? otherwise(status);
  return {
    ...told,
    outcome: outcomeOf(status),
    status,
    reason: 'not-asked',
    steps: ['httpMethod', 'path', 'resourcePath', 'status', 'errorType', 'responseType', 'authorizerStatus'].flatMap((name) =>
      access[name] === undefined || access[name] === '-' ? [] : [{ result: 'noted', says: `${name}: ${String(access[name])}` } as const],
    ),
    notes: incomplete === undefined ? [] : [`Not all was searched: ${incomplete}.`],
  };
}

function typeOf({ errorType, responseType }: FoundLine): string {
  return TYPES.get(String(responseType)) ?? String(errorType);
}

function outcomeOf(status: number): ExplainedOutcome {
  if (status < 400) return 'allowed';
  if (status === 401) return 'unauthorized';
  if (status === 429) return 'throttled';
  return status < 500 ? 'forbidden' : 'outage';
}

function otherwise(status: number): Told {
  if (status < 400)
    return {
      meaning: 'The call was let in: by an open route, or by an answer of the authorizer that API Gateway had kept.',
      change: 'Nothing.',
    };
  return {
    meaning: `API Gateway or the backend has answered ${status}; no function of Gatehouse was asked.`,
    change: 'Look at the access log of the API, and at the log of its backend.',
  };
}
