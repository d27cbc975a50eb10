// Resource rules, applied to a caller: whose entry counts for it, which credentials a rule takes, and whether it lets
// the caller in.

import type { ResourceRule } from '../configuration/entries/api-entry.ts';
import { isTenantAllowed } from '../configuration/resources.ts';
import { isAnyPermitted, permissionsOf } from '../configuration/scopes.ts';
import type { HandlerName, Principal } from './credentials/index.ts';
import type { RuleMatch } from './rule-match.ts';

/** Whether anyone may call: every entry for the place says so. */
export function isPublic(matches: readonly RuleMatch[]): boolean {
  return matches.every(({ rule }) => rule?.secure === false);
}

/** The place that counts for a tenant: its own entry, else one that lets it in. */
export function chooseRuleMatch(matches: readonly RuleMatch[], tenant: string): RuleMatch | undefined {
  return matches.find(({ api }) => api.owner === tenant) ?? matches.find(({ api }) => isTenantAllowed(api, tenant));
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
 * Checks one rule. With a bearer token, `scopes` decide alone where there are any. Everyone else needs one of the permissions, and where
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
