// The authorizer's steps in sentences, in the order in which they were made.

import type { AuthorizerRequest } from '../../../functions/authorizer/authorizer-request.ts';
import type { Authentication, Principal } from '../../../functions/authorizer/credentials/index.ts';
import type { CallerQuestion, DecisionStep } from '../../../functions/authorizer/decision-step.ts';
import type { RuleMatch } from '../../../functions/authorizer/rule-match.ts';
import type { Api } from '../../../functions/configuration/model.ts';
import { qualifiedName } from '../../../functions/configuration/username.ts';
import { adviseOn } from './advise-on-scopes.ts';
import { explainRules } from './explain-rules.ts';
import type { ExplainedStep } from './explained-decision.ts';

const passed = (says: string): ExplainedStep => ({ result: 'passed', says });
const refused = (says: string): ExplainedStep => ({ result: 'refused', says });
const noted = (says: string): ExplainedStep => ({ result: 'noted', says });

export function tellSteps(steps: readonly DecisionStep[], request: AuthorizerRequest): readonly ExplainedStep[] {
  return steps.flatMap((step) => tellStep(step, request, steps));
}

function tellStep(step: DecisionStep, request: AuthorizerRequest, steps: readonly DecisionStep[]): readonly ExplainedStep[] {
  switch (step.step) {
    case 'claims':
      return [tellClaims(step.counted, request)];
    case 'rules':
      return tellRules(step.matched, request);
    case 'handler':
      return step.authentication === undefined ? [] : [tellAuthentication(step.name, step.authentication)];
    case 'handler-not-taken':
      return [noted(`No rule takes ${step.name} here: such a credential counts as none.`)];
    case 'caller':
      return [tellCaller(step.principal, step.match)];
    case 'passed':
      return [passed(PASSED[step.question](step.api))];
    case 'verdict':
      return step.verdict.reason === 'scope-or-permission-missing' ? adviseOn(steps).map(refused) : [];
  }
}

const label = ({ owner, name }: { readonly owner: string; readonly name: string }): string => `Tenants, ${owner} / api#${name}`;

function tellClaims(counted: Extract<DecisionStep, { step: 'claims' }>['counted'], { apiId, stage }: AuthorizerRequest): ExplainedStep {
  if (counted.kind === 'claimed-twice') return refused(`Several tenants claim the path: ${counted.entries.join('; ')}.`);
  const names = counted.claims.map((claim) => `${label(claim)}${claim.api === undefined ? ' (wrong)' : ''}`);
  return noted(`API ${apiId}, stage ${stage}: ${names.length === 0 ? 'no entry names it' : names.join('; ')}.`);
}

function tellRules(matched: Extract<DecisionStep, { step: 'rules' }>['matched'], request: AuthorizerRequest): readonly ExplainedStep[] {
  if (matched.kind === 'unmatched') return [];
  return matched.matches.flatMap(({ api, rule }) => [
    passed(`${label(api)}: the path is below its context ${api.context === '' ? '/' : api.context}.`),
    ...explainRules(api, rule, request),
  ]);
}

function tellAuthentication(name: string, authentication: Authentication): ExplainedStep {
  if (authentication.kind === 'refused') return refused(`${name}: the credential is no good: ${authentication.reason}.`);
  return passed(`${name}: the credential is good.`);
}

function tellCaller({ tenant, client, user, scopes }: Principal, match: RuleMatch | undefined): ExplainedStep {
  const who = [
    `tenant ${tenant.name}`,
    ...(client === undefined ? [] : [`client ${client.clientId}`]),
    user === undefined
      ? 'no user'
      : `user ${qualifiedName(user)} with ${user.roles.length === 0 ? 'no roles' : `the roles ${user.roles.join(', ')}`}`,
    ...(scopes === undefined ? [] : [`scopes ${scopes.join(' ')}`]),
  ];
  if (match === undefined) return refused(`The caller is ${who.join(', ')}. No entry lets this tenant in.`);
  return noted(`The caller is ${who.join(', ')}. ${label(match.api)} counts.`);
}

const PASSED: Readonly<Record<CallerQuestion, (api: Api) => string>> = {
  owner: (api) => `The tenant ${api.owner}, whose API it is, is active.`,
  tenant: (api) => `${label(api)}, tenants: the caller's tenant may call.`,
  subscription: (api) => (api.requireSubscription ? 'The client has a subscription.' : `${label(api)} asks for no subscription.`),
  rule: () => 'A rule is there for method and path.',
  scopes: () => 'The caller has the scopes or permissions that the rule asks for.',
  tiers: (api) => (api.countTiers ? 'The tiers of the caller are not used up.' : `${label(api)} counts no tiers.`),
  'end-user-jwt': () => 'The end-user JWT can be minted.',
};
