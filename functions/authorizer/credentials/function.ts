// A function of the deployment's own that says who calls: `handlers: ["lambda:<name>"]` in a rule, its ARN in the entry
// `handler#<name>` of the tenant that owns the API. It gets the request and answers with a person, an application or
// both; that is believed, as far as it is about the owner's tenant.

import * as v from 'valibot';
import { scopeToken } from '../../configuration/entries/fields.ts';
import type { Client, EndUser, Tenant } from '../../configuration/model.ts';
import { parseAssertedName } from '../../configuration/username.ts';
import type { InvokeFunction } from '../../outbound/invoke-function.ts';
import { Unavailable } from '../../shared/errors.ts';
import type { CredentialRefusal } from '../../shared/reasons/authorizer.ts';
import type { ClientStore, TenantStore } from '../../storage/stores.ts';
import type { AuthorizerRequest } from '../authorizer-request.ts';
import type { RuleMatch } from '../rule-match.ts';
import { type Authentication, type AuthenticationCase, type CredentialHandler, type FunctionHandlerName, refused } from './index.ts';

export interface FunctionDependencies {
  readonly tenants: TenantStore;
  readonly clients: ClientStore;
  readonly invokeFunction: InvokeFunction;
}

const MAX_REPLY_BYTES = 65_536;
const text = (max: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(max));
const texts = (max: number) => v.pipe(v.array(text(1024)), v.maxLength(max));

/** Answer of the function. */
const reply = v.variant('outcome', [
  /** The request has no credential that the function knows. */
  v.object({ outcome: v.literal('no-credential') }),
  v.object({ outcome: v.literal('refused') }),
  v.object({
    outcome: v.literal('authenticated'),
    /** Absent: the application itself. */
    user: v.optional(
      v.object({
        username: text(512),
        /** What the user is known by for ever. */
        id: v.optional(text(512)),
        roles: v.optional(texts(200), []),
        claims: v.optional(v.record(text(256), v.union([v.pipe(v.string(), v.maxLength(4096)), texts(200)])), {}),
      }),
    ),
    /** Client of the Clients table, and of the same tenant. */
    clientId: v.optional(text(256)),
    /** Absent: the user's roles decide about scopes. */
    scopes: v.optional(v.pipe(v.array(scopeToken), v.maxLength(200))),
  }),
]);

type Reply = v.InferOutput<typeof reply>;

/** The functions that rules of these matches name, each once. */
export function createFunctionHandlers(dependencies: FunctionDependencies, matches: readonly RuleMatch[]): readonly CredentialHandler[] {
  const handlers = new Map<string, CredentialHandler>();
  for (const { api, rule } of matches) {
    if (rule === undefined || rule.handlers === 'all') continue;
    for (const name of rule.handlers.filter((handler) => handler.startsWith('lambda:'))) {
      const handler = name as FunctionHandlerName;
      handlers.set(JSON.stringify([api.owner, name]), {
        name: handler,
        authenticate: (given) => authenticate(dependencies, handler, api.owner, given),
      });
    }
  }
  return [...handlers.values()];
}

async function authenticate(
  { tenants, clients, invokeFunction }: FunctionDependencies,
  handler: FunctionHandlerName,
  owner: string,
  { request, matches }: AuthenticationCase,
): Promise<Authentication | undefined> {
  const label = `${handler} of ${owner}`;
  const tenant = await tenants.findTenant(owner);
  if (tenant?.status !== 'active') return undefined;
  const entry = tenant.handlers.get(handler.slice('lambda:'.length));
  // The rule counts on it: nobody is let in by what is not there.
  if (entry === undefined) throw new Unavailable(label, 'no-such-handler');
  const payload = JSON.stringify(invocationOf(request, owner, matches));
  const { functionArn, timeoutMs } = entry;
  const answer = parseReply(label, await invokeFunction(label, { functionArn, payload, timeoutMs, maxBytes: MAX_REPLY_BYTES }));
  if (answer.outcome === 'no-credential') return undefined;
  if (answer.outcome === 'refused') return refused('function-refused');
  return principalOf({ label, handler, tenant }, clients, answer);
}

/** Payload that the function gets: the event as API Gateway sent it, credentials and all, and which API it is about. */
function invocationOf(request: AuthorizerRequest, owner: string, matches: readonly RuleMatch[]) {
  const api = matches.find((match) => match.api.owner === owner)?.api;
  return { version: '1', tenant: owner, api: api && { name: api.name, context: api.context, version: api.version }, event: request.event };
}

/** @throws Unavailable */
function parseReply(label: string, answer: string): Reply {
  const parsed = v.safeParse(reply, parseJson(answer));
  // No cause: a parser's message may quote what it read.
  if (!parsed.success) throw new Unavailable(label, 'bad-reply');
  return parsed.output;
}

function parseJson(answer: string): unknown {
  try {
    return JSON.parse(answer);
  } catch {
    return undefined;
  }
}

/** The function that was asked, and the tenant for which it speaks. */
interface AskedFunction {
  /** Name of the function in outages (`Unavailable.dependency`). */
  readonly label: string;
  readonly handler: FunctionHandlerName;
  readonly tenant: Tenant;
}

async function principalOf(
  asked: AskedFunction,
  clients: ClientStore,
  answer: Extract<Reply, { outcome: 'authenticated' }>,
): Promise<Authentication> {
  const { label, handler, tenant } = asked;
  const client = answer.clientId === undefined ? undefined : await clients.findClient(answer.clientId);
  const fault = clientFault(tenant, answer.clientId, client);
  if (fault !== undefined) return refused(fault);
  const user = answer.user === undefined ? undefined : userOf(asked, answer.user);
  if (client === undefined && user === undefined) throw new Unavailable(label, 'bad-reply');
  return {
    kind: 'authenticated',
    principal: {
      handler,
      tenant,
      ...(client !== undefined && { client }),
      ...(user !== undefined && { user }),
      ...(answer.scopes !== undefined && { scopes: answer.scopes }),
    },
  };
}

function clientFault(tenant: Tenant, clientId: string | undefined, client: Client | undefined): CredentialRefusal | undefined {
  if (clientId === undefined) return undefined;
  if (client === undefined || client.tenant !== tenant.name) return 'no-such-client';
  return client.status === 'active' ? undefined : 'client-suspended';
}

/** No userstore's domain has a colon, so a function can't name a user of one. */
function userOf(
  { label, handler, tenant }: AskedFunction,
  answered: NonNullable<Extract<Reply, { outcome: 'authenticated' }>['user']>,
): EndUser {
  const username = parseAssertedName(answered.username);
  const id = parseAssertedName(answered.id ?? answered.username);
  if (username === undefined || id === undefined) throw new Unavailable(label, 'bad-username');
  return { tenant: tenant.name, domain: handler, username, id, roles: answered.roles, claims: answered.claims };
}
