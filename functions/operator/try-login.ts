// `userstore test`: a login as the functions do it, store by store, told to the operator. It is counted nowhere, and it
// writes nothing.

import type { Tenant } from '../configuration/model.ts';
import { parseUsername, qualifiedName } from '../configuration/username.ts';
import { Unavailable } from '../shared/errors.ts';
import { createTenantStores } from '../userstores/tenant-stores.ts';
import { type StoreAnswer, storeLabel, type Userstore, type UserstoreDependencies } from '../userstores/userstore.ts';
import { describeFailure } from './describe-failure.ts';
import { hideValues, watchSecrets } from './hide-values.ts';
import { isThere, missingPlaces, pathsOf } from './replies/missing-places.ts';
import { readingOf, type WatchedReplies, watchReplies } from './replies/watched-replies.ts';

export interface TrialQuestion {
  readonly tenant: string;
  /** As it is typed at a login, without the tenant. */
  readonly username: string;
  readonly password: string;
}

/** What one store answered. */
interface StoreTrial {
  readonly domain: string;
  readonly outcome: StoreAnswer['kind'] | 'unavailable' | 'not-asked';
  /** Milliseconds. Absent: it was not asked. */
  readonly ms?: number;
  /** The word that the log has. */
  readonly reason?: string;
  /** What the other side said. */
  readonly error?: string;
  /** Who it is, where it let the user in. */
  readonly user?: { readonly name: string; readonly id?: string; readonly roles: readonly string[]; readonly claims: readonly string[] };
  /** Places that the entry names and the reply did not have, in words. */
  readonly missing?: string;
  /** What says whether an account may be used, and the store's own account may not read. */
  readonly unreadable?: readonly string[];
}

export type Trial =
  | { readonly kind: 'tried'; readonly stores: readonly StoreTrial[] }
  | { readonly kind: 'refused'; readonly detail: string };

export async function tryLogin(asked: TrialQuestion, dependencies: UserstoreDependencies): Promise<Trial> {
  const tenant = await dependencies.tenants.findTenant(asked.tenant);
  if (tenant === undefined) return refused(`Tenants, ${asked.tenant} / tenant: is not there, or is wrong. See check.`);
  const named = parseUsername(`${asked.username}@${tenant.name}`);
  if (named === undefined)
    return refused('No store may be asked for this name: it is empty, or has blanks at its ends or characters that do not show.');
  const secrets = watchSecrets(dependencies.secrets);
  const watched = watchReplies({ ...dependencies, secrets: secrets.secrets, users: readOnly(dependencies.users) });
  const stores = createTenantStores(watched.dependencies);
  try {
    const wanted = namedStores(tenant, stores).filter(({ domain }) => named.domain === undefined || named.domain === domain);
    if (wanted.length === 0) return refused(`${tenant.name} has no userstore ${named.domain}.`);
    const tried: StoreTrial[] = [];
    for (const store of wanted) {
      const isOver = tried.some(({ outcome }) => outcome !== 'unknown');
      tried.push(isOver ? { domain: store.domain, outcome: 'not-asked' } : await ask(store, watched, { ...asked, username: named.name }));
    }
    return { kind: 'tried', stores: hideValues(tried, [...secrets.values(), asked.password]) };
  } finally {
    stores.close();
  }
}

const refused = (detail: string): Trial => ({ kind: 'refused', detail });

/** A trial replaces no hash that is out of date, as a login would. */
function readOnly(users: UserstoreDependencies['users']): UserstoreDependencies['users'] {
  return { ...users, replacePasswordHash: async () => {} };
}

interface NamedStore {
  readonly domain: string;
  readonly tenant: string;
  readonly entry: Tenant['userstores'][number]['entry'];
  readonly open: () => Promise<Userstore>;
}

/** In the order in which a login asks them. */
function namedStores(tenant: Tenant, stores: ReturnType<typeof createTenantStores>): readonly NamedStore[] {
  const secondary = tenant.userstores.map((configured) => ({
    ...configured,
    tenant: tenant.name,
    open: () => stores.secondary(tenant, configured),
  }));
  return [{ domain: 'PRIMARY', tenant: tenant.name, entry: undefined, open: async () => stores.primary(tenant) }, ...secondary];
}

async function ask(named: NamedStore, watched: WatchedReplies, { username, password }: TrialQuestion): Promise<StoreTrial> {
  const { domain } = named;
  const startedMs = performance.now();
  const took = (): number => Math.round(performance.now() - startedMs);
  try {
    const store = await named.open();
    const answer = await store.authenticate(username, password, async () => ({ kind: 'reserved' }));
    const told: StoreTrial = { domain, outcome: answer.kind, ms: took(), ...tellAnswer(answer) };
    const missing = missingOf(named, watched, answer);
    const unreadable = await unreadableOf(store);
    return { ...told, ...(missing !== undefined && { missing }), ...unreadable };
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    const missing = missingOf(named, watched, undefined);
    const { reason, error: said } = describeFailure(error);
    return { domain, outcome: 'unavailable', ms: took(), reason, error: said, ...(missing !== undefined && { missing }) };
  }
}

function tellAnswer(answer: StoreAnswer): Pick<StoreTrial, 'reason' | 'user'> {
  if (answer.kind === 'authenticated') {
    const { user } = answer;
    const id = user.id === undefined ? {} : { id: user.id };
    return { user: { name: qualifiedName(user), ...id, roles: user.roles, claims: Object.keys(user.claims) } };
  }
  return 'reason' in answer && answer.reason !== undefined ? { reason: answer.reason } : {};
}

/** What the entry names and the reply of a web service or function did not have. */
function missingOf({ entry, domain, tenant }: NamedStore, watched: WatchedReplies, answer: StoreAnswer | undefined): string | undefined {
  const seen = watched.last();
  if (entry === undefined || entry.type === 'ldap' || seen?.reply.json === undefined) return undefined;
  const { conditions, mapping } = readingOf(entry, 'login', storeLabel(tenant, domain));
  const { path } = conditions.success;
  const isNo = answer?.kind === 'unknown' || answer?.kind === 'refused';
  const missing = isNo ? [] : [...missingPlaces(mapping, seen.reply.json)];
  if (path !== undefined && !isThere(seen.reply.json, path)) missing.unshift(`success at ${path}`);
  return missing.length === 0 ? undefined : `the reply has no ${missing.join(', no ')}; it has ${pathsOf(seen.reply.json)}`;
}

async function unreadableOf(store: Userstore): Promise<Pick<StoreTrial, 'unreadable'>> {
  try {
    const unreadable = await store.findUnreadableState?.();
    return unreadable === undefined || unreadable.length === 0 ? {} : { unreadable };
  } catch (error) {
    // What it lacks is told by the doctor, step by step.
    if (error instanceof Unavailable) return {};
    throw error;
  }
}
