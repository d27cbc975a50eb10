// Matches a request with the entry and the rule that speak for it. A path that differs in case alone from what another
// rule names is ambiguous, unless the entry says that case counts: the backend may serve `/ADMIN` as `/admin` (A107).

import type { ResourceRule } from '../configuration/entries/api-entry.ts';
import type { Api, ApiClaim } from '../configuration/model.ts';
import { isInstance, type PathTemplate, parseRuleTemplate, segmentsOf } from '../configuration/path-template.ts';
import type { AuthorizerRequest } from './authorizer-request.ts';
import type { RuleMatch } from './rule-match.ts';

export type MatchedRules =
  /** Matches of one owner; at least one. */
  | { readonly kind: 'matched'; readonly matches: readonly RuleMatch[] }
  | { readonly kind: 'unmatched'; readonly reason: 'no-api-entry' | 'api-entry-wrong' | 'path-differs-in-case' };

interface CompiledRule {
  readonly rule: ResourceRule;
  readonly template: PathTemplate;
  readonly foldedTemplate: PathTemplate;
  /** `undefined`: all. */
  readonly methods: ReadonlySet<string> | undefined;
}

interface CompiledClaim {
  readonly context: readonly string[];
  readonly foldedContext: readonly string[];
  readonly rules: readonly CompiledRule[];
  /** Whether folding changes nothing of it. */
  readonly isFolded: boolean;
}

/** Templates are taken apart once for each version of an entry. */
const compiledClaims = new WeakMap<ApiClaim, CompiledClaim>();

function compiled(claim: ApiClaim): CompiledClaim {
  const known = compiledClaims.get(claim);
  if (known !== undefined) return known;
  const context = segmentsOf(claim.context);
  const rules = (claim.api?.resources ?? []).map((rule) => {
    const template = parseRuleTemplate(rule.path);
    const foldedTemplate = { ...template, segments: template.segments.map((segment) => segment && foldCase(segment)) };
    return { rule, template, foldedTemplate, methods: rule.methods === 'all' ? undefined : new Set<string>(rule.methods) };
  });
  const texts = [...context, ...rules.flatMap(({ template }) => template.segments)];
  const isFolded = texts.every((text) => text === undefined || isOfOneCase(text));
  const fresh = { context, foldedContext: context.map(foldCase), rules, isFolded };
  compiledClaims.set(claim, fresh);
  return fresh;
}

/**
 * A segment as a backend may read it that takes small letters and capitals for the same: decoded, since only then its
 * letters are there, and by both mappings, since `ſ` is a small letter of `S` and `K` (U+212A) a capital of `k`.
 */
function foldCase(segment: string): string {
  if (/^[!-$&-~]*$/.test(segment)) return segment.toLowerCase();
  return decode(segment).normalize('NFKC').toUpperCase().toLowerCase();
}

/** A wrong entry may have anything in its context. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Whether folding certainly changes nothing: no capital, nothing encoded, ASCII alone. */
const isOfOneCase = (segment: string): boolean => /^[!-$&-@[-~]*$/.test(segment);

/** Path where there is none: rules of a WebSocket API are about `/$connect`. */
const CONNECT_PATH: readonly string[] = ['$connect'];

interface Path {
  readonly exact: readonly string[];
  /** Undefined where case counts. */
  readonly folded: readonly string[] | undefined;
  /** A WebSocket API has no paths, so that context decides nothing there. */
  readonly isConnect: boolean;
}

const CONNECT: Path = { exact: CONNECT_PATH, folded: undefined, isConnect: true };

const exactPath = ({ path }: AuthorizerRequest): Path =>
  path.kind === 'path' ? { exact: path.segments, folded: undefined, isConnect: false } : CONNECT;

/** The path as it is where a claim says that case counts, and folded where none does. */
const foldedPath = (path: Path): Path => ({ ...path, folded: path.exact.map(foldCase) });

/** Whether a claim names the stage and a context that the path lies below. */
function isCovered(claim: ApiClaim, stage: string, { exact, folded, isConnect }: Path): boolean {
  if (claim.stage !== undefined && claim.stage !== stage) return false;
  const { context, foldedContext } = compiled(claim);
  return isConnect || (isFoldedFor(claim, folded) ? isBelow(foldedContext, folded) : isBelow(context, exact));
}

const isFoldedFor = (claim: ApiClaim, folded: readonly string[] | undefined): folded is readonly string[] =>
  folded !== undefined && claim.api?.caseSensitivePaths !== true;

function isBelow(context: readonly string[], segments: readonly string[]): boolean {
  if (segments.length < context.length) return false;
  for (let at = 0; at < context.length; at++) if (context[at] !== segments[at]) return false;
  return true;
}

/** The claims to what is asked for, of whomever, and whether or not case counts: right entries alone. */
export function findClaimsTo(claims: readonly ApiClaim[], request: AuthorizerRequest): readonly ApiClaim[] {
  const path = foldedPath(exactPath(request));
  return claims.filter((claim) => claim.api !== undefined && isCovered(claim, request.stage, path));
}

/**
 * The entries with the longest context that the path lies below, and the rule of each that decides. A wrong entry guards
 * its place: no other one of its owner that would be asked after it answers there, as if its rules had never been written.
 *
 * @param claims of which one tenant's alone cover the path
 */
export function matchRules(claims: readonly ApiClaim[], request: AuthorizerRequest): MatchedRules {
  if (request.path.kind === 'ambiguous') return { kind: 'unmatched', reason: 'no-api-entry' };
  const path = exactPath(request);
  const found = select(claims, request, path);
  const isUnmistakable = path.exact.every(isOfOneCase) && claims.every((claim) => compiled(claim).isFolded);
  if (!isUnmistakable && !isSame(found, select(claims, request, foldedPath(path))))
    return { kind: 'unmatched', reason: 'path-differs-in-case' };
  const { matches, isWrong } = found;
  if (matches.length > 0) return { kind: 'matched', matches };
  return { kind: 'unmatched', reason: isWrong ? 'api-entry-wrong' : 'no-api-entry' };
}

interface Selection {
  readonly matches: readonly RuleMatch[];
  /** Whether the place is one of a wrong entry. */
  readonly isWrong: boolean;
}

function select(claims: readonly ApiClaim[], { stage, method }: AuthorizerRequest, path: Path): Selection {
  const depthOf = (claim: ApiClaim): number => (path.isConnect ? 0 : compiled(claim).context.length);
  const wrong: ApiClaim[] = [];
  let longest = 0;
  let candidates: ApiClaim[] = [];
  for (const claim of claims) {
    if (!isCovered(claim, stage, path)) continue;
    const depth = depthOf(claim);
    if (claim.api === undefined) wrong.push(claim);
    else if (depth > longest || candidates.length === 0) [longest, candidates] = [depth, [claim]];
    else if (depth === longest) candidates.push(claim);
  }
  const isGuarded = (claim: ApiClaim): boolean =>
    wrong.some(
      (other) => other.owner === claim.owner && (depthOf(other) > longest || (depthOf(other) === longest && other.name < claim.name)),
    );
  const matches: RuleMatch[] = [];
  for (const claim of candidates) {
    if (claim.api !== undefined && !isGuarded(claim)) matches.push({ api: claim.api, rule: findRule(claim, method, path, longest) });
  }
  return { matches: matches.length < 2 ? matches : matches.sort(byName), isWrong: wrong.length > 0 };
}

const byName = (one: RuleMatch, other: RuleMatch): number => (one.api.name < other.api.name ? -1 : 1);

/** The first rule that names the method and whose template the rest of the path is an instance of. */
function findRule(claim: ApiClaim, method: string, { exact, folded }: Path, from: number): ResourceRule | undefined {
  const isFolded = isFoldedFor(claim, folded);
  for (const { rule, template, foldedTemplate, methods } of compiled(claim).rules) {
    if (methods !== undefined && !methods.has(method)) continue;
    if (isFolded ? isInstance(foldedTemplate, folded, from) : isInstance(template, exact, from)) return rule;
  }
  return undefined;
}

function isSame(one: Selection, other: Selection): boolean {
  return (
    one.matches.length === other.matches.length &&
    one.matches.every(({ api, rule }, at) => api === other.matches[at]?.api && rule === other.matches[at]?.rule)
  );
}

const exemptTemplates = new WeakMap<Api, readonly PathTemplate[]>();

/** Whether the issuer of a client certificate does not matter here. */
export function isExemptPath(api: Api, request: AuthorizerRequest): boolean {
  const templates = exemptTemplates.get(api) ?? (api.certificates?.exemptPaths ?? []).map(parseRuleTemplate);
  exemptTemplates.set(api, templates);
  const { exact, isConnect } = exactPath(request);
  return templates.some((template) => isInstance(template, exact, isConnect ? 0 : segmentsOf(api.context).length));
}
