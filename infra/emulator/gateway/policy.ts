// The IAM policy that an authorizer returns, and what it says about one method ARN (infra/emulator/README.md).

import { isRecord } from '../template/json.ts';

interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Milliseconds since the epoch: from then on the statement says nothing. */
  readonly untilMs: number;
}

export type Policy = readonly Statement[];

/** Longest ARN that API Gateway takes in a policy (infra/emulator/README.md, "Limits"). */
const MAX_RESOURCE_CHARACTERS = 512;

function texts(value: unknown): readonly string[] | undefined {
  const list = Array.isArray(value) ? value : [value];
  return list.length > 0 && list.every((item) => typeof item === 'string') ? list : undefined;
}

function parseStatement(value: unknown): Statement | undefined {
  // Another condition or a negation would be obeyed on AWS: here it is refused, rather than read as something else.
  if (!isRecord(value) || 'NotAction' in value || 'NotResource' in value) return undefined;
  const untilMs = parseCondition(value.Condition);
  const actions = texts(value.Action);
  const resources = texts(value.Resource);
  const effect = value.Effect;
  if (actions === undefined || resources === undefined || (effect !== 'Allow' && effect !== 'Deny')) return undefined;
  if (untilMs === undefined || resources.some((resource) => resource.length > MAX_RESOURCE_CHARACTERS)) return undefined;
  return { effect, actions, resources, untilMs };
}

/** Of all conditions one is known: until when a statement holds (infra/emulator/README.md, "Answers of an authorizer"). */
function parseCondition(condition: unknown): number | undefined {
  if (condition === undefined) return Number.POSITIVE_INFINITY;
  const [operator, ...operators] = Object.entries(isRecord(condition) ? condition : {});
  if (operator === undefined || operators.length > 0 || !/^DateLessThan(IfExists)?$/.test(operator[0])) return undefined;
  const [key, ...keys] = Object.entries(isRecord(operator[1]) ? operator[1] : {});
  if (key === undefined || keys.length > 0 || key[0] !== 'aws:CurrentTime' || typeof key[1] !== 'string') return undefined;
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(key[1]) ? Date.parse(key[1]) : undefined;
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

/** An explicit Deny wins; without an Allow the answer is no. @param nowMs of the request, also where the policy was kept */
export function evaluatePolicy(policy: Policy, methodArn: string, nowMs: number): 'allow' | 'explicit-deny' | 'implicit-deny' {
  const applies = ({ actions, resources, untilMs }: Statement): boolean =>
    nowMs < untilMs &&
    actions.some((action) => matchesWildcard(action.toLowerCase(), 'execute-api:invoke')) &&
    resources.some((resource) => matchesWildcard(resource, methodArn));
  const effects = policy.filter(applies).map(({ effect }) => effect);
  if (effects.includes('Deny')) return 'explicit-deny';
  return effects.includes('Allow') ? 'allow' : 'implicit-deny';
}
