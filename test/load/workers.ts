// Users of the demo at work: each logs in, calls, renews and goes, over and over. Every answer is held to what is documented
// for it, and what was acknowledged is remembered, to be looked at when the load is over.

import { DEMO } from '../../infra/demo/demo-data.ts';

/** What the load has seen. */
export interface Tally {
  /** How often each request was answered as it should be. */
  readonly done: Map<string, number>;
  /** What was answered otherwise, and how often. */
  readonly wrong: Map<string, number>;
  /** Refresh tokens that must be good, and that must be dead: the newest of each. */
  readonly live: Held[];
  readonly ended: Held[];
  /** Tokens that are still stored: what a store in memory grows by. */
  liveTokens: number;
}

interface Held {
  readonly client: Client;
  readonly refreshToken: string;
}

type Client = { readonly id: string; readonly secret: string };

const CLIENTS: readonly Client[] = [DEMO.opaqueClient, DEMO.jwtClient];
const USERS = [DEMO.externalUser, DEMO.primaryUser].map(({ username, password }) => ({
  username: `${username}@${DEMO.tenant}`,
  password,
}));
const HELD = 200;

export const newTally = (): Tally => ({ done: new Map(), wrong: new Map(), live: [], ended: [], liveTokens: 0 });

const count = (counts: Map<string, number>, what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);

function hold(list: Held[], held: Held): void {
  list.push(held);
  if (list.length > HELD) list.shift();
}

interface Reply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers of several kinds.
  readonly body: any;
}

async function send(url: string, init: RequestInit): Promise<Reply> {
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : undefined };
}

const post = (url: string, path: string, { id, secret }: Client, form: Record<string, string>): Promise<Reply> =>
  send(`${url}${path}`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
    body: new URLSearchParams(form),
  });

const renew = (url: string, client: Client, refreshToken: string): Promise<Reply> =>
  post(url, '/oauth2/token', client, { grant_type: 'refresh_token', refresh_token: refreshToken });

const call = (url: string, path: string, token: string): Promise<Reply> =>
  send(`${url}${DEMO.context}${path}`, { headers: { authorization: `Bearer ${token}` } });

/** One life of a user, from login to revocation; a fifth of them just stop. */
async function liveOnce(url: string, n: number, tally: Tally): Promise<void> {
  const client = CLIENTS[n % 2] as Client;
  const user = USERS[(n >> 1) % 2] as (typeof USERS)[number];
  const expect = (what: string, { status, body }: Reply, wanted: number): boolean => {
    const isRight = status === wanted;
    count(isRight ? tally.done : tally.wrong, isRight ? what : `${what}: ${status}, not ${wanted}: ${body?.error ?? body?.code}`);
    return isRight;
  };
  const login = await post(url, '/oauth2/token', client, { grant_type: 'password', scope: DEMO.scope, ...user });
  if (!expect('login', login, 200)) return;
  let { access_token: access, refresh_token: refresh } = login.body;
  expect('call', await call(url, '/whoami', access), 200);
  for (let renewals = 0; renewals < 2; renewals++) {
    const renewed = await renew(url, client, refresh);
    if (!expect('renewal', renewed, 200)) return;
    ({ access_token: access, refresh_token: refresh } = renewed.body);
    expect('call', await call(url, '/menu', access), 200);
  }
  const nobody = { grant_type: 'password', username: `nobody-${n}@${DEMO.tenant}`, password: 'wrong' };
  if (n % 10 === 0) expect('refused login', await post(url, '/oauth2/token', client, nobody), 400);
  if (n % 5 === 0) {
    tally.liveTokens += 1;
    return hold(tally.live, { client, refreshToken: refresh });
  }
  if (!expect('revocation', await post(url, '/oauth2/revoke', client, { token: refresh }), 200)) return;
  expect('renewal of what was revoked', await renew(url, client, refresh), 400);
  hold(tally.ended, { client, refreshToken: refresh });
}

/** @param isOver asked between two lives */
export async function work(url: string, users: number, tally: Tally, isOver: () => boolean): Promise<void> {
  let n = 0;
  const worker = async (): Promise<void> => {
    while (!isOver())
      await liveOnce(url, n++, tally).catch((error: unknown) => count(tally.wrong, error instanceof Error ? error.message : String(error)));
  };
  await Promise.all(Array.from({ length: users }, worker));
}

/** Nothing is lost, and nothing comes back: how many tokens that should be good are not, and the other way round. */
export async function lookBack(url: string, { live, ended }: Tally): Promise<{ readonly lost: number; readonly risen: number }> {
  const statusOf = async ({ client, refreshToken }: Held) => (await renew(url, client, refreshToken)).status;
  let [lost, risen] = [0, 0];
  for (const held of live) if ((await statusOf(held)) !== 200) lost += 1;
  for (const held of ended) if ((await statusOf(held)) !== 400) risen += 1;
  return { lost, risen };
}
