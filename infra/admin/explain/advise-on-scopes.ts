// What to change where a scope or a permission is missing: who would have to give it, in the entries as they are.

import type { Principal } from '../../../functions/authorizer/credentials/index.ts';
import type { DecisionStep } from '../../../functions/authorizer/decision-step.ts';
import type { ResourceRule } from '../../../functions/configuration/entries/api-entry.ts';
import type { Tenant } from '../../../functions/configuration/model.ts';
import { FREE_SCOPES, isAnyPermitted, permissionsOf } from '../../../functions/configuration/scopes.ts';

/** Nothing where the caller lacks none. */
export function adviseOn(steps: readonly DecisionStep[]): readonly string[] {
  const isLacking = steps.some((step) => step.step === 'verdict' && step.verdict.reason === 'scope-or-permission-missing');
  const caller = steps.find((step) => step.step === 'caller');
  const rule = caller?.match?.rule;
  return !isLacking || caller === undefined || rule === undefined ? [] : adviseOnScopes(caller.principal, rule);
}

/** One sentence for each thing that is missing. */
function adviseOnScopes(principal: Principal, rule: ResourceRule): readonly string[] {
  const byToken = rule.scopes.length > 0 && principal.scopes !== undefined;
  if (!byToken && rule.permissions.length > 0) return [adviseOnPermissions(principal, rule.permissions)];
  const missing = byToken ? rule.scopes.filter((scope) => principal.scopes?.includes(scope) !== true) : rule.scopes;
  return missing.map((scope) => adviseOnScope(principal, scope));
}

function adviseOnScope(principal: Principal, scope: string): string {
  const { tenant, client, user } = principal;
  const entry = tenant.scopes.get(scope);
  if (entry === undefined && !FREE_SCOPES.has(scope)) return `${scope}: Tenants, ${tenant.name} / scope#${scope} is not there, or wrong.`;
  if (client !== undefined && !FREE_SCOPES.has(scope) && !client.scopes.includes(scope))
    return `${scope}: Clients, ${client.clientId} does not list it under scopes.`;
  const needed = entry?.permissions ?? [];
  if (user !== undefined && !isAnyPermitted(permissionsOf(tenant, user.roles), needed))
    return `${scope} needs ${needed.join(' or ')}, which ${rolesOf(user.roles)}: ${givers(tenant, needed)}.`;
  return `${scope}: client and user may have it; the token was asked for without it, or is older than that.`;
}

function adviseOnPermissions({ tenant, user }: Principal, needed: readonly string[]): string {
  if (user === undefined) return `An application has no roles, and so no permissions: let a user call, or let scopes of the rule decide.`;
  return `The rule needs ${needed.join(' or ')}, which ${rolesOf(user.roles)}: ${givers(tenant, needed)}.`;
}

function rolesOf(roles: readonly string[]): string {
  return roles.length === 0 ? 'a user without roles does not have' : `the user's roles ${roles.join(', ')} do not give`;
}

function givers(tenant: Tenant, needed: readonly string[]): string {
  const names = [...tenant.roles.keys()].filter((role) => isAnyPermitted(permissionsOf(tenant, [role]), needed));
  return names.length === 0 ? 'no role# entry of the tenant does' : `${names.map((name) => `role#${name}`).join(', ')} would`;
}
