// What asks the userstores of a tenant: logins, renewals and HTTP Basic, of people who may and of people who may not.

import type { APIGatewayProxyResult } from 'aws-lambda';
import type { FunctionProcess } from '../../bench/end-to-end/function-process.ts';
import type { FunctionName } from './near-aws.ts';
import { type IsRight, isRefusal, isSuccess } from './outcomes.ts';
import { GONE, OTHERS } from './people-service.ts';
import type { StoreTenant } from './store-tenant.ts';

export interface StoreFlow {
  readonly what: string;
  readonly function: FunctionName;
  readonly isRight: IsRight;
  /** Whether only the second store knows the people. Absent: the first does, and no other may be asked. */
  readonly isOfSecondStore?: true;
  /** Time that goes by before each break, milliseconds: connections get old in half a minute. Default: none. */
  readonly passMs?: number;
  next(): Promise<object>;
}

/** How long a function remembers that failed logins took long (`failure-deadline.ts`): each is to begin as the first did. */
const REMEMBERED_MS = 600_100;
const OLD_CONNECTION_MS = 31_000;
const WRONG = 'wrong';

/** @param token makes the tokens that are renewed */
export function storeFlows(tenant: StoreTenant, token: FunctionProcess): readonly StoreFlow[] {
  let people = 0;
  /** Somebody new each time: tries that fail are counted. */
  const somebody = async (prefix = 'user-'): Promise<string> => {
    const name = `${prefix}${tenant.name}-${people++}`;
    await tenant.store.add(name);
    return name;
  };
  const tokensOf = async (name: string): Promise<string> => {
    const { answer } = await token.invoke<APIGatewayProxyResult>(tenant.login(name));
    if (answer.statusCode !== 200) throw new Error(`The login before a renewal is refused: ${token.lastLogged()}`);
    return JSON.parse(answer.body).refresh_token;
  };
  const good = { function: 'token', isRight: isSuccess } as const;
  const bad = { function: 'token', isRight: isRefusal, passMs: REMEMBERED_MS } as const;
  return [
    { what: 'login', ...good, next: async () => tenant.login(await somebody()) },
    { what: 'login, new connections', ...good, passMs: OLD_CONNECTION_MS, next: async () => tenant.login(await somebody()) },
    { what: 'login, second store', ...good, isOfSecondStore: true, next: async () => tenant.login(await somebody(OTHERS)) },
    { what: 'wrong password', ...bad, next: async () => tenant.login(await somebody(), WRONG) },
    { what: 'wrong password, second store', ...bad, isOfSecondStore: true, next: async () => tenant.login(await somebody(OTHERS), WRONG) },
    { what: 'renewal', ...good, next: async () => tenant.renewal(await tokensOf(await somebody())) },
    {
      ...{ what: 'renewal of somebody who is gone', ...bad, passMs: 0 },
      async next() {
        const name = await somebody(GONE);
        const refreshToken = await tokensOf(name);
        await tenant.store.remove(name);
        return tenant.renewal(refreshToken);
      },
    },
    { what: 'HTTP Basic', ...good, function: 'authorizer', next: async () => tenant.call(await somebody()) },
    { what: 'HTTP Basic, wrong password', ...bad, function: 'authorizer', next: async () => tenant.call(await somebody(), WRONG) },
  ];
}
