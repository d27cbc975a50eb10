// FLOW of `explain` for a call: resource → API → token → the authorizer's own decision → why, and what to change.

import { parseAuthorizerRequest } from '../../../functions/authorizer/events/index.ts';
import { isClientUrl } from '../../../functions/configuration/client-url.ts';
import type { EndUser } from '../../../functions/configuration/model.ts';
import { usersKeyOf } from '../../../functions/configuration/model.ts';
import type { LogFields } from '../../../functions/shared/log.ts';
import { adviseOn } from './advise-on-scopes.ts';
import { type ApiType, authorizerEvent } from './authorizer-event.ts';
import { type CalledResource, parseCalledResource } from './called-resource.ts';
import { type DecidedCall, decideCall } from './decide-call.ts';
import type { DecisionFacts } from './deciding-place.ts';
import type { ExplainDependencies } from './explain-dependencies.ts';
import { explainReason } from './explain-reason.ts';
import type { ExplainedDecision, ExplainedOutcome, ExplainedStep } from './explained-decision.ts';
import { type CalledApi, findCalledApi } from './find-called-api.ts';
import { listApis } from './list-apis.ts';
import { openSupposedGrants } from './read-only-stores.ts';
import { createReadableSigningKeys } from './readable-signing-keys.ts';
import { tellSteps } from './tell-steps.ts';
import { type TokenQuestion, tryToken } from './try-token.ts';
import { unverifiedIssuerOf } from './unverified-issuer.ts';

export interface CallQuestion {
  /** `POST /pizzashack/1.0.0/order` */
  readonly resource: string;
  readonly api?: string | undefined;
  readonly stage?: string | undefined;
  readonly apiType: ApiType;
  /** Who calls: whoever holds a token, a client (and a user of it), or nobody. */
  readonly caller:
    | { readonly kind: 'token'; readonly token: string }
    | ({ readonly kind: 'client' } & Omit<TokenQuestion, 'resource'>)
    | { readonly kind: 'nobody' };
}

/** @throws CommandFailed where the question is none; Unavailable where nothing can be looked at */
export async function explainCall(dependencies: ExplainDependencies, question: CallQuestion): Promise<ExplainedDecision> {
  const called = parseCalledResource(question.resource);
  const notes: string[] = [];
  const note = (text: string): void => void notes.push(text);
  const clientId = question.caller.kind === 'client' ? question.caller.clientId : undefined;
  const api = findCalledApi(await listApis(dependencies, { ...question, called, clientId, note }), called, question);
  const signingKeys = createReadableSigningKeys(dependencies.signingKeys, note);
  const { caller } = question;
  const supposed = openSupposedGrants(dependencies, caller.kind === 'client' ? caller.roles : undefined);
  const issuer =
    dependencies.issuer ?? (caller.kind === 'token' ? unverifiedIssuerOf(caller.token) : undefined) ?? 'https://issuer.invalid';
  const options = { supposed, signingKeys, issuer };
  if (caller.kind !== 'client')
    return explainDecision(dependencies, { question, called, api }, options, {
      token: caller.kind === 'token' ? caller.token : undefined,
      notes,
      before: [],
    });
  const found: EndUser[] = [];
  const tried = await tryToken(
    dependencies,
    { ...caller, resource: api.resource },
    { ...options, note, found: (user) => void found.push(user) },
  );
  if (tried.kind === 'undecided') return undecided(caller, notes);
  if (tried.kind === 'refused') return noToken(tried, caller, notes);
  const before = tellToken(caller, tried.grant.scopes, found[0]);
  return explainDecision(dependencies, { question, called, api }, options, { token: tried.token, notes, before });
}

interface Asked {
  readonly question: CallQuestion;
  readonly called: CalledResource;
  readonly api: CalledApi;
}

interface Presented {
  readonly token: string | undefined;
  readonly notes: readonly string[];
  readonly before: readonly ExplainedStep[];
}

async function explainDecision(
  dependencies: ExplainDependencies,
  { question, called, api }: Asked,
  options: Parameters<typeof decideCall>[2],
  { token, notes, before }: Presented,
): Promise<ExplainedDecision> {
  const call = { ...api, type: question.apiType, method: called.method, token, region: dependencies.region };
  const decided = await decideCall(dependencies, call, options);
  const steps = tellSteps(decided.steps, parseAuthorizerRequest(authorizerEvent(call)));
  const advice = adviseOn(decided.steps);
  const explained = explainReason({
    outcome: outcomeOf(decided.line),
    status: decided.status,
    code: decided.code,
    fields: decided.line,
    facts: { ...factsOf(decided), apiId: api.apiId, stage: api.stage },
    steps: [...before, ...steps],
    notes,
  });
  if (token === undefined && explained.outcome === 'unauthorized') return { ...explained, notes: [...explained.notes, WITHOUT_HEADER] };
  return advice.length === 0 ? explained : { ...explained, change: advice.join(' ') };
}

/** The platform's own, before our code is asked. */
const WITHOUT_HEADER = 'Without an Authorization header API Gateway answers 401 by itself, unless the authorizer has no identity source.';

function outcomeOf({ outcome }: LogFields): ExplainedOutcome {
  return outcome === 'allowed' || outcome === 'unauthorized' || outcome === 'forbidden' || outcome === 'throttled' ? outcome : 'outage';
}

function factsOf({ steps }: DecidedCall): DecisionFacts {
  const rules = steps.find((step) => step.step === 'rules');
  const caller = steps.find((step) => step.step === 'caller');
  const first = rules?.matched.kind === 'matched' ? rules.matched.matches[0]?.api : undefined;
  const api = caller?.match?.api ?? first;
  const deciding = caller?.match?.rule ?? (rules?.matched.kind === 'matched' ? rules.matched.matches[0]?.rule : undefined);
  const user = caller?.principal.user;
  return {
    tenant: caller?.principal.tenant.name ?? api?.owner,
    clientId: caller?.principal.client?.clientId,
    username: user && usersKeyOf(user)?.username,
    userstore: user?.domain,
    api: api && { owner: api.owner, name: api.name },
    ruleAt: api === undefined || deciding === undefined ? undefined : api.resources.indexOf(deciding),
  };
}

/** A client whose id is a URL is in no table. */
const labelOf = (clientId: string): string => (isClientUrl(clientId) ? clientId : `Clients, ${clientId}`);

function tellToken(caller: TokenQuestion, scopes: readonly string[], user: EndUser | undefined): readonly ExplainedStep[] {
  const who =
    user === undefined
      ? 'for itself'
      : `for ${user.username} of ${user.domain}, with ${user.roles.length === 0 ? 'no roles' : `the roles ${user.roles.join(', ')}`}`;
  return [{ result: 'passed', says: `${labelOf(caller.clientId)}: the token API gives it a token ${who}: scopes ${scopes.join(' ')}.` }];
}

function noToken(
  { status, error, reason, fields }: Extract<Awaited<ReturnType<typeof tryToken>>, { kind: 'refused' }>,
  { clientId, username }: TokenQuestion,
  notes: readonly string[],
): ExplainedDecision {
  const tenant = typeof fields.tenant === 'string' ? fields.tenant : undefined;
  return explainReason({
    outcome: status >= 500 ? 'outage' : 'no-token',
    status,
    code: error,
    fields: { ...fields, reason },
    facts: { tenant, clientId, username: username?.replace(/@[^@]*$/, '') },
    steps: [{ result: 'refused', says: `${labelOf(clientId)}: the token API gives it no token: ${reason}.` }],
    notes,
  });
}

function undecided({ username = '' }: TokenQuestion, notes: readonly string[]): ExplainedDecision {
  return {
    outcome: 'undecided',
    status: undefined,
    reason: 'roles-unknown',
    meaning: `The store that may know ${username} looks nobody up without a password, and the user has no token that would say which roles it has.`,
    change:
      'Say which roles the user is to have, with --role NAME for each; or let the user log in once; or explain a token, with --token-stdin.',
    steps: [],
    notes,
  };
}
