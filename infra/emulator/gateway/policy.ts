// The IAM policy that an authorizer returns, and what it says about one method ARN (infra/emulator/README.md).

import { isRecord } from '../template/json.ts';

interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

export type Policy = readonly Statement[];

/** Longest ARN that API Gateway takes in a policy (infra/emulator/README.md, "Limits"). */
const MAX_RESOURCE_CHARACTERS = 512;

function texts(value: unknown): readonly string[] | undefined {
  const list = Array.isArray(value) ? value : [value];
  return list.length > 0 && list.every((item) => typeof item === 'string') ? list : undefined;
}

function parseStatement(value: unknown): Statement | undefined {
  // A condition or a negation would be obeyed on AWS: here it is refused, rather than read as something else.
  if (!isRecord(value) || 'Condition' in value || 'NotAction' in value || 'NotResource' in value) return undefined;
  const actions = texts(value.Action);
  const resources = texts(value.Resource);
  const effect = value.Effect;
  if (actions === undefined || resources === undefined || (effect !== 'Allow' && effect !== 'Deny')) return undefined;
  return resources.every((resource) => resource.length <= MAX_RESOURCE_CHARACTERS) ? { effect, actions, resources } : undefined;
}

/** Undefined where API Gateway would call the authorizer misconfigured. */
export function parsePolicy(document: unknown): Policy | undefined {
  if (!isRecord(document)) return undefined;
  const listed = document.Statement;
  const statements = (Array.isArray(listed) ? listed : [listed]).map(parseStatement);
  const parsed = statements.filter((statement) => statement !== undefined);
  return parsed.length > 0 && parsed.length === statements.length ? parsed : undefined;
}

/** IAM wildcards: `*` stands for any characters, slashes too, and `?` for one. */
export function matchesWildcard(pattern: string, value: string): boolean {
  // Greedy with one point of return: linear in practice, and no regular expression made from an answer.
  let at = 0;
  let from = 0;
  let star = -1;
  let retry = 0;
  while (at < value.length) {
    if (from < pattern.length && pattern[from] === '*') {
      star = from++;
      retry = at;
    } else if (from < pattern.length && (pattern[from] === '?' || pattern[from] === value[at])) {
      from++;
      at++;
    } else if (star >= 0) {
      from = star + 1;
      at = ++retry;
    } else {
      return false;
    }
  }
  while (pattern[from] === '*') from++;
  return from === pattern.length;
}

/** An explicit Deny wins; without an Allow the answer is no. */
export function evaluatePolicy(policy: Policy, methodArn: string): 'allow' | 'explicit-deny' | 'implicit-deny' {
  const applies = ({ actions, resources }: Statement): boolean =>
    actions.some((action) => matchesWildcard(action.toLowerCase(), 'execute-api:invoke')) &&
    resources.some((resource) => matchesWildcard(resource, methodArn));
  const effects = policy.filter(applies).map(({ effect }) => effect);
  if (effects.includes('Deny')) return 'explicit-deny';
  return effects.includes('Allow') ? 'allow' : 'implicit-deny';
}
