// Resource of a policy (A68): the exact method, or, where the method's ARN is longer than API Gateway takes, all that
// lies around it and is judged alike.

import type { ResourceRule } from '../configuration/entries/api-entry.ts';
import type { Api, ApiClaim } from '../configuration/model.ts';
import { type PathTemplate, parseRuleTemplate, segmentsOf } from '../configuration/path-template.ts';
import type { AuthorizerRequest } from './authorizer-request.ts';
import type { RuleMatch } from './rule-match.ts';

/** Longest ARN in a policy (API Gateway guide, "Output from an API Gateway Lambda authorizer"). */
const MAX_RESOURCE_CHARACTERS = 512;

/** Whether an ARN with the client's path in it could name more than one method: `*` and `?` are wildcards, `${` begins a variable. */
export function hasWildcard(arn: string): boolean {
  return arn.includes('*') || arn.includes('?') || arn.includes('${');
}

/** A refusal may cover more than was asked, since it allows nothing; nothing of the client's is in it. */
export function refusedResource({ arn }: AuthorizerRequest): string {
  if (arn.length <= MAX_RESOURCE_CHARACTERS && !hasWildcard(arn)) return arn;
  return `${stageOf(arn)}/*`;
}

/**
 * The method itself. A longer ARN is written as what its rule covers, `…/prod/GET/shop/files/*`, where every rule that
 * could decide about a path in there asks the same of the caller: it then does not matter for which of them API Gateway
 * keeps the answer. Nothing of the client's path is in it.
 *
 * @param claims all entries that count for the API
 * @returns undefined where no policy can say it: the rule ends in no `/*`, or others ask for something else
 */
export function findAllowedResource(
  { arn, stage, method }: AuthorizerRequest,
  matches: readonly RuleMatch[],
  claims: readonly ApiClaim[],
): string | undefined {
  if (arn.length <= MAX_RESOURCE_CHARACTERS) return arn;
  const [match, ...others] = matches;
  if (match?.rule === undefined || others.length > 0 || !/^[A-Z]+$/.test(method)) return undefined;
  const { api, rule } = match;
  const covered = parseRuleTemplate(rule.path);
  const literals = covered.segments.filter((segment) => segment !== undefined);
  if (covered.rest !== 'any' || literals.length < covered.segments.length) return undefined;
  const path = [api.context, ...literals].join('/');
  const isOthers = (claim: ApiClaim) => claim.api !== api && (claim.stage ?? stage) === stage && overlaps(claim, api, path);
  if (claims.some(isOthers) || !isJudgedAlike(api, rule, literals, method)) return undefined;
  const resource = `${stageOf(arn)}/${method}${path}/*`;
  return resource.length <= MAX_RESOURCE_CHARACTERS && !hasWildcard(resource.slice(0, -1)) ? resource : undefined;
}

/** Whether another entry could decide about a path below `path`: its context is there, and no shorter than that of `api`. */
function overlaps({ context }: ApiClaim, api: Api, path: string): boolean {
  const [one, other] = [`${context}/`.toLowerCase(), `${path}/`.toLowerCase()];
  return segmentsOf(context).length >= segmentsOf(api.context).length && (one.startsWith(other) || other.startsWith(one));
}

/** Whether all rules that could decide about a path below `literals` ask what `rule` asks, and no path is an exception. */
function isJudgedAlike({ resources, certificates }: Api, rule: ResourceRule, literals: readonly string[], method: string): boolean {
  if ((certificates?.exemptPaths ?? []).length > 0) return false;
  const asked = asksOf(rule);
  return resources.every(
    (other) =>
      (other.methods !== 'all' && !other.methods.some((named) => named === method)) ||
      !reachesBelow(parseRuleTemplate(other.path), literals) ||
      asksOf(other) === asked,
  );
}

function asksOf({ secure, handlers, scopes, permissions }: ResourceRule): string {
  return JSON.stringify([secure, handlers, scopes, permissions]);
}

/** Whether a template has an instance below a path of these segments, in whatever case a backend reads them. */
function reachesBelow({ segments, rest }: PathTemplate, literals: readonly string[]): boolean {
  if (rest === 'none' && segments.length < literals.length) return false;
  return literals.every((literal, at) => segments[at] === undefined || segments[at].toLowerCase() === literal.toLowerCase());
}

/** `arn:…:abcdef1234/prod` of the ARN of a method. */
function stageOf(arn: string): string {
  const stageAt = arn.indexOf('/');
  const methodAt = arn.indexOf('/', stageAt + 1);
  return arn.slice(0, methodAt === -1 ? stageAt : methodAt);
}
