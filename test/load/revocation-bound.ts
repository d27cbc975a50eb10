// How long a token lives after its end, where the revocation feed tells of it: two authorizers as they are deployed, each in
// its own process, over tables that are 3 ms away. One is called all the time, the other is frozen around the end, as Lambda
// freezes a function between two requests, with whatever it was reading.

import { setTimeout as delay } from 'node:timers/promises';
import { createDynamoDb, type DynamoDb, type Item } from '../../functions/storage/aws/dynamodb.ts';
import { bundle } from '../../infra/gatehouse/functions/bundle.ts';
import { authorizerEvent } from '../bench/end-to-end/authorizer-event.ts';
import { askForTokens, loginForm, type Tokens, tokenCall } from '../bench/end-to-end/flow.ts';
import { type FunctionProcess, openFunctionProcess } from '../bench/end-to-end/function-process.ts';
import { type Answer, isSuccess } from '../bench/end-to-end/measure-flows.ts';
import { SECRET } from '../bench/end-to-end/secret.ts';
import { apiIdOf, clientOf, openWorld, tenantOf, USER, type World } from '../bench/end-to-end/world.ts';
import { TABLE_VARIABLES, useTablesAt } from '../support/tables.ts';
import { basic, tokenEvent } from '../support/token-events.ts';

/** What functions/revocation-feed/README.md promises. */
const BOUND_MS = 10_000;
const KIND = 'feed';
const EVERY_MS = 25;
/** Until the clocks of a round are far from those of the one before. */
const WARM_MS = 3000;
const AFTER_MS = BOUND_MS + 2000;

interface End {
  readonly what: string;
  /** Ends the tokens. @returns what undoes it */
  end(world: World, tokens: Tokens): Promise<() => Promise<unknown>>;
}

const ENDS: readonly End[] = [
  { what: 'a revocation by the client', end: (world, { access_token: token }) => call(world, '/oauth2/revoke', { token }) },
  { what: 'a refresh token that is used again', end: reuse },
  changed('a user who is disabled by hand', 'USERS_TABLE', { tenant: tenantOf(KIND), username: USER.name }, { status: 'disabled' }),
  changed('a client that is suspended by hand', 'CLIENTS_TABLE', { clientId: clientOf(KIND, 'jwt') }, { status: 'suspended' }),
  changed('a tenant that is suspended by hand', 'TENANTS_TABLE', { tenant: tenantOf(KIND), entry: 'tenant' }, { status: 'suspended' }),
];

/** @returns what is wrong, in words */
export async function measureRevocations(rounds: number): Promise<readonly string[]> {
  const world = await openWorld();
  useTablesAt(world.dynamoDb.endpoint);
  const variables = { ...world.environment, AWS_LAMBDA_FUNCTION_NAME: 'second', AWS_LAMBDA_FUNCTION_VERSION: '$LATEST' };
  const frozen = await openFunctionProcess(`${bundle('authorizer').directory}/index.mjs`, variables);
  const faults: string[] = [];
  for (let round = 0; round < rounds; round++) for (const end of ENDS) faults.push(...(await measure(world, frozen, end)));
  frozen.close();
  await world.close();
  return faults;
}

async function measure(world: World, frozen: FunctionProcess, { what, end }: End): Promise<readonly string[]> {
  const tokens = await askForTokens(world, tokenCall(loginForm(KIND), 'jwt', KIND));
  const freezing = { untilMs: 0 };
  let isOver = false;
  const calling = [callAgainAndAgain(world.authorizer, tokens, () => isOver), callAgainAndAgain(frozen, tokens, () => isOver, freezing)];
  await delay(WARM_MS * (1 + Math.random()));
  freezing.untilMs = performance.now() + Math.random() * BOUND_MS;
  await delay(Math.random() * 200);
  const undo = await end(world, tokens);
  const endedMs = performance.now();
  await delay(AFTER_MS);
  isOver = true;
  const allowedMs = (await Promise.all(calling)).map((answers) => Math.max(...answers) - endedMs);
  await undo();
  // Entries that were put back are read again before the next round begins.
  await delay(BOUND_MS);
  process.stdout.write(`${what}: last allowed ${allowedMs.map((ms) => `${(ms / 1000).toFixed(1)} s`).join(' and, frozen, ')} after it\n`);
  return allowedMs.some((ms) => ms > BOUND_MS) ? [`${what}: a token was believed for too long`] : [];
}

/** @returns when answers came that allow, by the clock of this process */
async function callAgainAndAgain(
  authorizer: FunctionProcess,
  { access_token: token }: Tokens,
  isOver: () => boolean,
  freezing?: { readonly untilMs: number },
): Promise<readonly number[]> {
  const event = authorizerEvent({ apiId: apiIdOf(KIND), method: 'GET', path: '/menu', authorization: `Bearer ${token}` });
  const allowed: number[] = [];
  while (!isOver()) {
    const { answer } = await authorizer.invoke<Answer>(event);
    if (isSuccess(answer)) allowed.push(performance.now());
    const frozenMs = (freezing?.untilMs ?? 0) - performance.now();
    if (frozenMs > 0) {
      authorizer.freeze();
      await delay(frozenMs);
      authorizer.thaw();
    } else await delay(EVERY_MS);
  }
  if (allowed.length === 0) throw new Error(`No call was allowed: ${authorizer.lastLogged()}`);
  return allowed;
}

const nothing = async () => {};

async function call({ token }: World, path: string, form: Readonly<Record<string, string>>): Promise<() => Promise<unknown>> {
  await token.invoke(tokenEvent({ path, form, headers: basic(clientOf(KIND, 'jwt'), SECRET) }));
  return nothing;
}

async function reuse(world: World, { refresh_token }: Tokens): Promise<() => Promise<unknown>> {
  const form = { grant_type: 'refresh_token', refresh_token };
  const next = await askForTokens(world, tokenCall(form, 'jwt', KIND));
  await askForTokens(world, tokenCall({ ...form, refresh_token: next.refresh_token }, 'jwt', KIND));
  return call(world, '/oauth2/token', form);
}

/** The end of tokens by a change of an item, which is put back. */
function changed(what: string, table: keyof typeof TABLE_VARIABLES, key: Item, change: Item): End {
  return {
    what,
    async end() {
      const dynamoDb: DynamoDb = createDynamoDb();
      const item = (await dynamoDb.get(TABLE_VARIABLES[table], key, { isConsistent: true })) as Item | undefined;
      await dynamoDb.put(TABLE_VARIABLES[table], { ...item, ...change });
      return () => dynamoDb.put(TABLE_VARIABLES[table], { ...item });
    },
  };
}
