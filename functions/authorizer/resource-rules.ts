// The rules of an API: which entries speak for a match, which rule of an entry decides, and whether
// it lets a caller in. Templates are taken apart once for each version of an entry.

import type { ResourceRule } from '../configuration/entries/api-entry.ts';
import type { Api } from '../configuration/model.ts';
import { isAnyPermitted, permissionsOf } from '../configuration/scopes.ts';
import type { AuthorizerRequest } from './authorizer-request.ts';
import type { HandlerName, Principal } from './credentials/index.ts';
import { isInstance, type PathTemplate, parseRuleTemplate, segmentsOf } from './path-template.ts';
import type { RuleMatch } from './rule-match.ts';

interface CompiledApi {
  readonly context: readonly string[];
  readonly wrongBelow: readonly (readonly string[])[];
  readonly rules: readonly {
    readonly rule: ResourceRule;
    readonly template: PathTemplate;
    /** `undefined`: all. */
    readonly methods: ReadonlySet<string> | undefined;
  }[];
  readonly exemptPaths: readonly PathTemplate[];
}

const compiledApis = new WeakMap<Api, CompiledApi>();

function compiled(api: Api): CompiledApi {
  const known = compiledApis.get(api);
  if (known !== undefined) return known;
  const fresh: CompiledApi = {
    context: segmentsOf(api.context),
    wrongBelow: (api.wrongBelow ?? []).map(segmentsOf),
    rules: api.resources.map((rule) => ({
      rule,
      template: parseRuleTemplate(rule.path),
      methods: rule.methods === 'all' ? undefined : new Set(rule.methods),
    })),
    exemptPaths: (api.certificates?.exemptPaths ?? []).map(parseRuleTemplate),
  };
  compiledApis.set(api, fresh);
  return fresh;
}

/** What stands for the path where there is none: rules of a WebSocket API are about `/$connect`. */
const CONNECT_PATH: readonly string[] = ['$connect'];

/**
 * The entries of any tenant that name this API and stage with the longest context that the path lies below: several
 * tenants may have one each. A WebSocket API has no paths, so context decides nothing there.
 */
export function findRuleMatches(apis: readonly Api[], request: AuthorizerRequest): readonly RuleMatch[] {
  const { path } = request;
  if (path.kind === 'ambiguous') return [];
  const segments = path.kind === 'path' ? path.segments : CONNECT_PATH;
  let longest = 0;
  let matches: RuleMatch[] = [];
  for (const api of apis) {
    if (api.stage !== request.stage) continue;
    const { context, wrongBelow } = compiled(api);
    const depth = path.kind === 'connect' ? 0 : context.length;
    if (depth < longest || (depth > 0 && !isBelow(context, segments))) continue;
    if (wrongBelow.some((wrong) => isBelow(wrong, segments))) continue;
    if (depth > longest) {
      longest = depth;
      matches = [];
    }
    matches.push({ api, rule: findRule(api, request.method, segments, depth) });
  }
  return matches.length < 2 ? matches : matches.sort((a, b) => (a.api.name < b.api.name ? -1 : 1));
}

function isBelow(context: readonly string[], segments: readonly string[]): boolean {
  if (segments.length < context.length) return false;
  for (let at = 0; at < context.length; at++) if (context[at] !== segments[at]) return false;
  return true;
}

/** The first rule that names the method and whose template the rest of the path is an instance of. */
function findRule(api: Api, method: string, segments: readonly string[], from: number): ResourceRule | undefined {
  for (const { rule, template, methods } of compiled(api).rules) {
    if ((methods === undefined || methods.has(method)) && isInstance(template, segments, from)) return rule;
  }
  return undefined;
}

/**
 * Whether anyone may call: every entry for the place says so, and so does every entry of other tenants that the path
 * lies below. Nobody opens what is another's, with a longer context neither.
 */
export function isOpen(matches: readonly RuleMatch[], apis: readonly Api[], request: AuthorizerRequest): boolean {
  if (!matches.every(({ rule }) => rule?.secure === false)) return false;
  const owners = new Set(matches.map(({ api }) => api.owner));
  const ofOthers = apis.filter(({ owner }) => !owners.has(owner));
  return ofOthers.length === 0 || findRuleMatches(ofOthers, request).every(({ rule }) => rule?.secure === false);
}

/** Whether the issuer of a client certificate does not matter here. */
export function isExemptPath(api: Api, { path }: AuthorizerRequest): boolean {
  const { context, exemptPaths } = compiled(api);
  const segments = path.kind === 'path' ? path.segments : CONNECT_PATH;
  const from = path.kind === 'path' ? context.length : 0;
  return exemptPaths.some((template) => isInstance(template, segments, from));
}

/** The place that counts for a tenant: its own entry, else one that lets it in. */
export function chooseRuleMatch(matches: readonly RuleMatch[], tenant: string): RuleMatch | undefined {
  return matches.find(({ api }) => api.owner === tenant) ?? matches.find(({ api }) => isTenantAllowed(api, tenant));
}

/** Who may call: the tenants that the entry lists, or its owner alone. */
export function isTenantAllowed(api: Api, tenant: string): boolean {
  const { tenants } = api;
  if (tenants === undefined) return api.owner === tenant;
  return tenants === '*' || tenants.includes('*') || tenants.includes(tenant);
}

/** Whether a handler is a function that an entry `handler#` names. */
export function isFunctionName(handler: string): boolean {
  return handler.startsWith('lambda:');
}

/** Whether a rule takes this kind of credential. `all` is every kind that is built in; a function is always named. */
export function isHandlerAllowed(rule: ResourceRule | undefined, handler: HandlerName): boolean {
  if (rule === undefined || rule.handlers === 'all') return !isFunctionName(handler);
  return rule.handlers.includes(handler);
}

/** Scopes and permissions that a rule asks for and a caller lacks. */
export type RuleCheck = { readonly kind: 'met' } | { readonly kind: 'lacking'; readonly scopes: readonly string[] };

const MET: RuleCheck = { kind: 'met' };

/**
 * With a bearer token, `scopes` decide alone where there are any. Everyone else needs one of the permissions, and where
 * only scopes are named, roles that permit every one of them. An application has no roles, so no permissions.
 */
export function checkRule(rule: ResourceRule, principal: Principal): RuleCheck {
  if (rule.scopes.length > 0 && principal.scopes !== undefined) {
    const held = principal.scopes;
    return rule.scopes.every((scope) => held.includes(scope)) ? MET : { kind: 'lacking', scopes: rule.scopes };
  }
  if (rule.scopes.length === 0 && rule.permissions.length === 0) return MET;
  const held = permissionsOf(principal.tenant, principal.user?.roles ?? []);
  const isMet =
    rule.permissions.length > 0
      ? isAnyPermitted(held, rule.permissions)
      : rule.scopes.every((scope) => {
          const entry = principal.tenant.scopes.get(scope);
          return entry !== undefined && isAnyPermitted(held, entry.permissions);
        });
  return isMet ? MET : { kind: 'lacking', scopes: rule.scopes };
}
