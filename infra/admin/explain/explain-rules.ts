// The rules of an entry one by one, up to the one that decides: each is put to the authorizer's own matcher, alone.

import type { AuthorizerRequest } from '../../../functions/authorizer/authorizer-request.ts';
import { matchRules } from '../../../functions/authorizer/match-rules.ts';
import type { ResourceRule } from '../../../functions/configuration/entries/api-entry.ts';
import type { Api } from '../../../functions/configuration/model.ts';
import type { ExplainedStep } from './explained-decision.ts';

export function explainRules(api: Api, deciding: ResourceRule | undefined, request: AuthorizerRequest): readonly ExplainedStep[] {
  const steps: ExplainedStep[] = [];
  for (const [at, rule] of api.resources.entries()) {
    const label = `resources[${at}] ${describeRule(rule)}`;
    if (rule === deciding) return [...steps, { result: 'passed', says: `${label}: decides. ${describeDemands(rule)}` }];
    const isForPath = isMatched(api, { ...rule, methods: 'all' }, request);
    steps.push({ result: 'noted', says: `${label}: ${isForPath ? `not for ${request.method}` : 'another path'}` });
  }
  return [
    ...steps,
    { result: 'refused', says: api.resources.length === 0 ? 'The entry has no rules.' : 'No rule matches method and path.' },
  ];
}

/** All rules, where it is not known which path was asked for. @param deciding path of the rule that decided */
export function describeRules(api: Api, deciding: string | undefined): readonly ExplainedStep[] {
  const decidingAt = api.resources.findIndex(({ path }) => path === deciding);
  return api.resources.map((rule, at) => {
    const label = `today resources[${at}] ${describeRule(rule)}`;
    return at === decidingAt
      ? { result: 'noted', says: `${label}: has decided. ${describeDemands(rule)}` }
      : { result: 'noted', says: label };
  });
}

function isMatched(api: Api, rule: ResourceRule, request: AuthorizerRequest): boolean {
  const alone = { ...api, resources: [rule] };
  const matched = matchRules([{ owner: api.owner, name: api.name, stage: api.stage, context: api.context, api: alone }], request);
  return matched.kind === 'matched' && matched.matches[0]?.rule !== undefined;
}

function describeRule({ methods, path }: ResourceRule): string {
  return `${methods === 'all' ? 'all methods' : methods.join(', ')} ${path}`;
}

function describeDemands({ secure, handlers, scopes, permissions }: ResourceRule): string {
  if (!secure) return 'It is open to everybody.';
  const takes = handlers === 'all' ? 'every kind of credential' : handlers.join(', ');
  const asks = [
    ...(scopes.length > 0 ? [`the scopes ${scopes.join(' ')}`] : []),
    ...(permissions.length > 0 ? [`one of the permissions ${permissions.join(', ')}`] : []),
  ];
  return `It takes ${takes}, and asks for ${asks.length === 0 ? 'nothing more' : asks.join(' or ')}.`;
}
