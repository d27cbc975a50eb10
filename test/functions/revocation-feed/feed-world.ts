// A world for properties of the revocation feed: writers and readers with clocks of their own, reads that take their time,
// functions that are frozen, and pages that get lost. Time is the test's own, and passes when it says so.

import { randomUUID } from 'node:crypto';
import type { Client, EndUser, PrimaryUser, Tenant } from '../../../functions/configuration/model.ts';
import type { CheckedAccessToken } from '../../../functions/own-tokens/access-token.ts';
import { createCheckByFeed } from '../../../functions/own-tokens/check-by-feed.ts';
import type { AccessTokenClaims } from '../../../functions/own-tokens/sign-access-token.ts';
import type { SigningKeys } from '../../../functions/own-tokens/signing-keys.ts';
import { openFeed } from '../../../functions/revocation-feed/open-feed.ts';
import { Unavailable } from '../../../functions/shared/errors.ts';
import type { Grant } from '../../../functions/storage/grant.ts';
import type { FeedStore } from '../../../functions/storage/revocation-feed.ts';
import { newGrant } from '../../contracts/grant-store.ts';
import { openMemoryFeed } from '../../support/memory-feed.ts';
import { openMemoryStores } from '../../support/memory-stores.ts';

export const START_MS = 1_900_000_000_000;
const TENANT = 'my_company';
/** So that pages turn often. */
const PAGE_ENTRIES = 3;
const noKeys = {} as SigningKeys;

/** Of the Users table, and of a token alone: what is read beside the feed may be older or younger than that. */
const userOf = (username: string): EndUser => ({ tenant: TENANT, domain: 'PRIMARY', username, id: username, roles: [], claims: {} });
const storedUser = (username: string): PrimaryUser => ({
  tenant: TENANT,
  username,
  id: username,
  passwordHash: 'x',
  status: 'active',
  roles: [],
  claims: {},
});

/** A token as its own claims say it, and what has become of its grant. */
export interface WorldToken {
  readonly grant: Grant;
  readonly claims: AccessTokenClaims & { readonly feed: NonNullable<AccessTokenClaims['feed']> };
  readonly parent: WorldToken | undefined;
  /** When somebody began to end its grant. */
  endBegunMs: number | undefined;
  /** When the end was acknowledged. */
  endedMs: number | undefined;
}

export interface Reader {
  frozenSinceMs: number | undefined;
  /** What its wall clock is always off by; and what its clocks are off by now. */
  readonly skewMs: number;
  wallOffMs: number;
  monotonicOffMs: number;
  readonly check: (token: WorldToken) => Promise<CheckedAccessToken>;
}

/** @param feedSeconds for how long the feed has been kept; 0: it begins with the first who needs it */
export async function openFeedWorld(feedSeconds = 0) {
  let nowMs = START_MS;
  let issued = 0;
  const events: { atMs: number; readonly reader: Reader | undefined; readonly run: () => void }[] = [];
  const readers: Reader[] = [];
  const grants = new Map<string, Grant>();
  const feed = openMemoryFeed(() => Math.floor(nowMs / 1000), PAGE_ENTRIES);
  const state = { isFailing: false, latencyMs: 3, lookups: 0, reads: 0 };
  const { tenant, client } = await readEntries();
  if (feedSeconds > 0) await feed.beginFeed(TENANT, START_MS / 1000 - feedSeconds);

  /** Runs all that is due, in order; what belongs to a frozen function waits. */
  async function pass(ms: number): Promise<void> {
    const untilMs = nowMs + ms;
    for (;;) {
      await settle();
      const due = events.filter(({ atMs, reader }) => atMs <= untilMs && reader?.frozenSinceMs === undefined);
      const next = due.sort((one, other) => one.atMs - other.atMs)[0];
      if (next === undefined) break;
      events.splice(events.indexOf(next), 1);
      nowMs = Math.max(nowMs, next.atMs);
      next.run();
    }
    nowMs = untilMs;
    // What a clock has lost is put right soon after.
    if (ms > 0) for (const reader of readers) if (reader.frozenSinceMs === undefined) reader.wallOffMs = reader.skewMs;
  }

  const at = (delayMs: number, run: () => void, reader?: Reader) => void events.push({ atMs: nowMs + delayMs, reader, run });

  /** A call of a table: what it sees is of some moment between question and answer. */
  function call<T>(reader: Reader, look: () => Promise<T>): Promise<T> {
    const { isFailing, latencyMs } = state;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    state.reads += 1;
    at(latencyMs / 2, () => {
      const seen = isFailing ? undefined : look();
      const answer = () => (seen === undefined ? reject(new Unavailable('dynamodb', 'timeout')) : resolve(seen));
      // The table does not freeze; who asked may.
      at(latencyMs / 2, answer, reader);
    });
    return promise;
  }

  function openReader(wallOffMs: number): Reader {
    const store: FeedStore = {
      readNewestPages: (tenants) => call(reader, () => feed.readNewestPages(tenants)),
      beginFeed: (name, nowSeconds) => call(reader, () => feed.beginFeed(name, nowSeconds)),
      readPages: (...asked) => call(reader, () => feed.readPages(...asked)),
      readUsers: (keys) => call(reader, async () => keys.map(({ username }) => storedUser(username))),
    };
    const wall = () => nowMs + reader.wallOffMs;
    const monotonic = () => nowMs - START_MS + reader.monotonicOffMs;
    const reader: Reader = {
      frozenSinceMs: undefined,
      skewMs: wallOffMs,
      wallOffMs,
      monotonicOffMs: 0,
      check: (token) =>
        checkByFeed({ tenant, claims: token.claims, digest: token.grant.id, keys: noKeys }, Math.floor((nowMs + reader.wallOffMs) / 1000)),
    };
    const findGrant = (id: string) => {
      state.lookups += 1;
      return call(reader, async () => grants.get(id));
    };
    const checkByFeed = createCheckByFeed(
      { tenants: { findTenant: async () => tenant } as never, clients: { findClient: async () => client }, grants: { findGrant } as never },
      openFeed({ store, clock: wall, monotonic, log: () => {}, maxHeldIds: 12 }),
    );
    readers.push(reader);
    return reader;
  }

  return {
    state,
    feed,
    openReader,
    pass,
    nowMs: () => nowMs,
    /** @param lagMs between the look at the parent and the writing of the new grant */
    issue(clockOffMs: number, parent?: WorldToken, lagMs = 0): Promise<WorldToken | undefined> {
      if (parent !== undefined && !grants.has(parent.grant.id)) return Promise.resolve(undefined);
      const { promise, resolve } = Promise.withResolvers<WorldToken>();
      at(lagMs, () => {
        const token = newToken(Math.floor((nowMs + clockOffMs) / 1000), parent, issued++ % 2 === 0);
        grants.set(token.grant.id, token.grant);
        resolve(token);
      });
      return promise;
    },
    /** Tells the feed, and deletes the grant some time later. */
    end(token: WorldToken, clockOffMs: number, gapMs: number): void {
      token.endBegunMs ??= nowMs;
      feed.tell(TENANT, [token.grant.id], Math.floor((nowMs + clockOffMs) / 1000));
      at(gapMs, () => {
        grants.delete(token.grant.id);
        token.endedMs ??= nowMs;
      });
    },
    losePage: (number?: number) => feed.lose(TENANT, number),
    newestPage: () => feed.newestOf(TENANT),
    freeze(reader: Reader): void {
      reader.frozenSinceMs ??= nowMs;
    },
    /** @param still the clock that stood still meanwhile */
    thaw(reader: Reader, still: 'wall' | 'monotonic' | 'none'): void {
      if (reader.frozenSinceMs === undefined) return;
      const frozenMs = nowMs - reader.frozenSinceMs;
      if (still === 'wall') reader.wallOffMs -= frozenMs;
      if (still === 'monotonic') reader.monotonicOffMs -= frozenMs;
      reader.frozenSinceMs = undefined;
    },
    /** What a reader says, with as much time as it needs, and when. */
    async ask(reader: Reader, token: WorldToken): Promise<{ readonly said: CheckedAccessToken | Unavailable; readonly saidMs: number }> {
      let answer: { readonly said: CheckedAccessToken | Unavailable; readonly saidMs: number } | undefined;
      const keep = (said: CheckedAccessToken | Unavailable) => {
        answer = { said, saidMs: nowMs };
      };
      void reader.check(token).then(keep, keep);
      for (let step = 0; step < 200; step++) {
        await settle();
        if (answer !== undefined) return answer;
        // What it waits for may be slower than the table is now.
        await pass(Math.max(1, state.latencyMs / 2, step));
      }
      throw new Error('no answer');
    },
  };
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

function newToken(issuedAtSeconds: number, parent: WorldToken | undefined, hasUser: boolean): WorldToken {
  const grant = newGrant(issuedAtSeconds, { toldByFeed: true });
  const parents =
    parent === undefined ? [] : [[parent.grant.id, 'demo-app', parent.claims.iat] as const, ...(parent.claims.feed.parents ?? [])];
  const claims = {
    iss: 'https://issuer.example',
    sub: 'demo-app',
    aud: 'https://issuer.example',
    client_id: 'demo-app',
    iat: issuedAtSeconds,
    exp: issuedAtSeconds + 86_400,
    jti: `${grant.id}.0`,
    scope: 'openid',
    tenant: TENANT,
    ...(hasUser ? { aut: 'APPLICATION_USER' as const, user: userOf(grant.id) } : { aut: 'APPLICATION' as const }),
    feed: { parents },
  };
  return { grant, claims, parent, endBegunMs: undefined, endedMs: undefined };
}

async function readEntries(): Promise<{ tenant: Tenant; client: Client }> {
  const stores = openMemoryStores({ clock: () => START_MS });
  stores.put('Tenants', { tenant: TENANT, entry: 'tenant', jwtRevocation: 'feed', description: randomUUID() });
  stores.put('Clients', { clientId: 'demo-app', tenant: TENANT });
  const [tenant, client] = await Promise.all([stores.tenants.findTenant(TENANT), stores.clients.findClient('demo-app')]);
  if (tenant === undefined || client === undefined) throw new Error('The entries are wrong.');
  return { tenant, client };
}
