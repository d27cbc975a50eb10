// Asks again about a call that lacked a scope or a permission, on the entries as they are now: its line names the rule and
// who called, which is enough to say what exactly is missing, and whether it still is.

import { type EndUser, keeperOf } from '../../../functions/configuration/model.ts';
import { qualifiedName } from '../../../functions/configuration/username.ts';
import { explainCall } from './explain-call.ts';
import type { ExplainDependencies } from './explain-dependencies.ts';
import type { ExplainedDecision } from './explained-decision.ts';
import type { FoundLine } from './log-source.ts';

/** What a line of the authorizer says of a call, as far as it can be asked again. */
interface LoggedCall {
  readonly method: string;
  readonly path: string;
  readonly api: string;
  readonly stage: string;
  readonly clientId: string;
  readonly subject: string | undefined;
}

/** @returns undefined where the line does not say enough, or nobody knows any more who the user was */
export async function askAgain(dependencies: ExplainDependencies, line: FoundLine): Promise<ExplainedDecision | undefined> {
  const call = await loggedCallOf(dependencies, line);
  if (call === undefined) return undefined;
  const { clientId, subject, method, path, api, stage } = call;
  const user = subject === undefined ? undefined : await whoIs(dependencies, subject);
  if (subject !== undefined && user === undefined) return undefined;
  const username = user && qualifiedName({ ...user, domain: keeperOf(user) });
  return explainCall(dependencies, {
    resource: `${method} ${path}`,
    api,
    stage,
    apiType: 'rest',
    caller: { kind: 'client', clientId, username },
  });
}

async function loggedCallOf({ tenants }: ExplainDependencies, line: FoundLine): Promise<LoggedCall | undefined> {
  const { reason, rule, method, apiId, stage, api, client, user } = line;
  if (reason !== 'scope-or-permission-missing' || typeof client !== 'string') return undefined;
  if (typeof rule !== 'string' || typeof method !== 'string' || typeof apiId !== 'string' || typeof stage !== 'string') return undefined;
  const claims = await tenants.findApiClaims(apiId);
  const context = claims.find(({ name }) => name === api)?.context;
  if (context === undefined) return undefined;
  // Any path that the rule is about: the one that was called is in no log.
  const path = `${context}${rule.replace(/\/\*$/, '').replaceAll(/\{[^}]*\}/g, 'x')}`;
  return {
    method,
    path: path === '' ? '/' : path,
    api: apiId,
    stage,
    clientId: client,
    subject: typeof user === 'string' ? user : undefined,
  };
}

/** A `sub` may have the store's own id in place of the name; what the user has open has both. */
export async function whoIs({ held }: Pick<ExplainDependencies, 'held'>, subject: string): Promise<EndUser | undefined> {
  const { grants, sessions } = await held.listHeldItems(subject);
  return [...grants, ...sessions].find(({ user }) => user !== undefined)?.user;
}
