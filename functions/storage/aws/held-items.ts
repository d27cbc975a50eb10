// What users hold in the Tokens table, grants and sessions of the sign-in page, as an operator lists and ends it. The
// functions themselves never ask for all that a user has.

import * as v from 'valibot';
import { subjectOf } from '../../configuration/username.ts';
import { Unavailable } from '../../shared/errors.ts';
import type { EndedGrant, Grant } from '../grant.ts';
import type { SignInSession } from '../sign-in-session.ts';
import type { DynamoDb, ScannedPage } from './dynamodb.ts';
import { endGrants } from './end-grants.ts';
import { grantFromItem } from './grant-item.ts';
import { sessionFromItem } from './session-item.ts';
import { grantIdOf, grantKey, userKeyOf } from './token-keys.ts';

/** All that one user has open. What has run out may be among it: TTL deletes days late (A82). */
export interface HeldItems {
  readonly grants: readonly Grant[];
  readonly sessions: readonly SignInSession[];
  /** Ids of items that nobody can read. They are ended like the others. */
  readonly unreadable: readonly string[];
}

/** How many of each were ended. */
interface EndedItems {
  readonly grants: number;
  readonly sessions: number;
}

/** A user as an item of the Tokens table has one. */
export type Holder = v.InferOutput<typeof holder>;

const holder = v.object({
  tenant: v.string(),
  domain: v.string(),
  username: v.string(),
  id: v.exactOptional(v.string()),
  subjectName: v.exactOptional(v.string()),
  claims: v.optional(v.record(v.string(), v.unknown()), {}),
});

export interface HeldItemStore {
  listHeldItems(subject: string): Promise<HeldItems>;
  /**
   * Deletes all that a user has open. Offline JWTs live on until they expire, as their tenant has chosen.
   *
   * @param subject the `sub` of the user
   */
  endHeldItems(subject: string): Promise<EndedItems>;
  /**
   * Users who have anything open, by `sub`, out of the whole table: so a user is found whom no store knows any more.
   *
   * @param tenant absent: of all tenants
   * @param isMeant whether the user is one of those who are looked for
   * @param onPage as of `DynamoDb.scan`
   */
  findHolders(
    tenant: string | undefined,
    isMeant: (user: Holder) => boolean,
    onPage?: (page: ScannedPage) => Promise<void>,
  ): Promise<ReadonlyMap<string, Holder>>;
}

/** The index may be this much behind its table, so that a grant of a moment ago is seen at the second look. */
const INDEX_LAG_MS = 1000;
const MAX_LOOKS = 10;
const READS_AT_ONCE = 20;
/** As many as one call deletes. */
const DELETES_AT_ONCE = 25;

/** @param wait replaces the pause between two looks, in milliseconds */
export function createHeldItems(
  dynamoDb: DynamoDb,
  table: string,
  wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
): HeldItemStore {
  const listIds = async (subject: string): Promise<readonly string[]> => {
    const items = await dynamoDb.query(table, 'byUser', ['userKey', userKeyOf(subject)]);
    return items.flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
  };

  return {
    async listHeldItems(subject) {
      const held = { grants: [] as Grant[], sessions: [] as SignInSession[], unreadable: [] as string[] };
      const read = async (id: string): Promise<void> => {
        const item = await dynamoDb.get(table, { id }, { isConsistent: true });
        if (item !== undefined) addItem(held, id, item);
      };
      for (const some of chunksOf(await listIds(subject), READS_AT_ONCE)) await Promise.all(some.map(read));
      return held;
    },

    async endHeldItems(subject) {
      const ended = new Set<string>();
      for (let look = 0; look < MAX_LOOKS; look++) {
        if (look > 0) await wait(INDEX_LAG_MS);
        const found = (await listIds(subject)).filter((id) => !ended.has(id));
        if (found.length === 0 && look > 0) break;
        for (const ids of chunksOf(found, DELETES_AT_ONCE)) {
          await endItems(dynamoDb, table, ids);
          for (const id of ids) ended.add(id);
        }
      }
      const sessions = [...ended].filter((id) => id.startsWith('session#')).length;
      return { grants: ended.size - sessions, sessions };
    },

    async findHolders(tenant, isMeant, onPage) {
      const found = new Map<string, Holder>();
      const filter =
        tenant === undefined
          ? { condition: 'attribute_exists(#userKey)', names: ['userKey'] }
          : { condition: '#tenant = :tenant AND attribute_exists(#userKey)', names: ['tenant', 'userKey'], values: { tenant } };
      for await (const { user } of dynamoDb.scan(table, filter, onPage)) {
        const parsed = v.safeParse(holder, user);
        if (parsed.success && isMeant(parsed.output)) found.set(subjectOf(parsed.output), parsed.output);
      }
      return found;
    },
  };
}

/** Deletes items, grants by the way on which the revocation feed is told of those that it has to tell of. */
async function endItems(dynamoDb: DynamoDb, table: string, ids: readonly string[]): Promise<void> {
  const keys = ids.map((id) => ({ id }));
  const items = await dynamoDb.getMany(
    table,
    keys.filter(({ id }) => id.startsWith('grant#')),
  );
  const grants = items.flatMap((item) => endedGrantOf(item) ?? []);
  await endGrants({ dynamoDb, table }, grants);
  const ended = new Set(grants.map(({ id }) => grantKey(id).id));
  const others = keys.filter(({ id }) => !ended.has(id));
  if (others.length > 0) await dynamoDb.writeBatch(table, [], others);
}

/** What must be known of a grant to end it, also where nobody can read the rest. */
function endedGrantOf({ id, tenant, toldByFeed }: Record<string, unknown>): EndedGrant | undefined {
  if (typeof id !== 'string' || typeof tenant !== 'string') return undefined;
  return { id: grantIdOf(id), tenant, ...(toldByFeed === true && { toldByFeed }) };
}

type GatheredItems = { readonly [Kind in keyof HeldItems]: HeldItems[Kind][number][] };

function addItem(held: GatheredItems, id: string, item: Record<string, unknown>): void {
  try {
    if (id.startsWith('session#')) held.sessions.push(sessionFromItem(item));
    else held.grants.push(grantFromItem(item));
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    held.unreadable.push(id);
  }
}

function chunksOf<T>(values: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, at) => values.slice(at * size, (at + 1) * size));
}
