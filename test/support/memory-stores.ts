// Every contract of functions/storage/stores.ts in memory, for tests of flows. The contract suites in test/contracts/
// hold it to what DynamoDB does; entries come in as an operator writes them, through the same parsers.

import * as v from 'valibot';
import { API_OWNERS, apiOwnerKey } from '../../functions/configuration/entries/api-owner-entry.ts';
import { assembleTenant } from '../../functions/configuration/entries/assemble-tenant.ts';
import { clientId as clientIdField } from '../../functions/configuration/entries/client-entry.ts';
import { readApiClaims, readApiOwner } from '../../functions/configuration/entries/read-api-claims.ts';
import { type EntryReport, readEntry, type UnverifiedItem } from '../../functions/configuration/entries/read-entry.ts';
import type { Client, PrimaryUser } from '../../functions/configuration/model.ts';
import { findClaimedWorkload, workloadKey } from '../../functions/configuration/workload.ts';
import { parseSigningKeys, type SigningKeys, type SigningKeysDocument } from '../../functions/own-tokens/signing-keys.ts';
import { Unavailable } from '../../functions/shared/errors.ts';
import type { FeedStore } from '../../functions/storage/revocation-feed.ts';
import type {
  ClientStore,
  HolderStore,
  PrimaryUserStore,
  SecretStore,
  TenantStore,
  WorkloadStore,
} from '../../functions/storage/stores.ts';
import { openMemoryTokens } from './memory-tokens.ts';
import { newSigningKeys } from './signing-keys.ts';

export type EntryTable = 'Tenants' | 'Clients' | 'Users';
/** A part that can be told to fail. */
export type StorePart = EntryTable | 'Tokens' | 'secrets' | 'signingKeys';

const KEYS: Readonly<Record<EntryTable, readonly string[]>> = {
  Tenants: ['tenant', 'entry'],
  Clients: ['clientId'],
  Users: ['tenant', 'username'],
};

/** Made once a process, for tests that need some keys and not their own. */
let sharedKeys: SigningKeysDocument | undefined;

/**
 * @param clock milliseconds since the epoch
 * @param signingKeys default: one set for the whole process
 */
export function openMemoryStores({ clock, signingKeys }: { clock: () => number; signingKeys?: SigningKeysDocument }) {
  const tables: Readonly<Record<EntryTable, Map<string, UnverifiedItem>>> = { Tenants: new Map(), Clients: new Map(), Users: new Map() };
  const secretValues = new Map<string, string>();
  const failing = new Set<StorePart>();
  const reports: EntryReport[] = [];
  const report = (found: EntryReport) => void reports.push(found);
  /** Fails as the network does: later, and not in the caller's own stack. */
  const reach = async (part: StorePart) => {
    await Promise.resolve();
    if (failing.has(part)) throw new Unavailable(part === 'secrets' || part === 'signingKeys' ? 'secrets-manager' : 'dynamodb', 'timeout');
  };
  let keys: SigningKeys | undefined;

  const tenants: TenantStore = {
    async findTenant(name) {
      await reach('Tenants');
      const items = [...tables.Tenants.values()].filter((item) => item.tenant === name);
      return assembleTenant(name, items, 'Tenants', report);
    },
    async findApiClaims(apiId) {
      await reach('Tenants');
      const items = [...tables.Tenants.values()].filter((item) => item.apiId === apiId);
      return readApiClaims(items, 'Tenants', report);
    },
    async findApiOwner(apiId, stage) {
      await reach('Tenants');
      const item = tables.Tenants.get(JSON.stringify([API_OWNERS, apiOwnerKey(apiId, stage)]));
      return item && readApiOwner(item, 'Tenants', report)?.owner;
    },
  };

  const clients: ClientStore = {
    async findClient(clientId): Promise<Client | undefined> {
      if (!v.is(clientIdField, clientId)) return undefined;
      await reach('Clients');
      const item = tables.Clients.get(JSON.stringify([clientId]));
      const entry = item && readEntry('client', item, { table: 'Clients', key: clientId }, report);
      return entry && { ...entry, clientId };
    },
  };

  const workloads: WorkloadStore = {
    async findClaimants(workload) {
      await reach('Clients');
      const claimed = (item: UnverifiedItem) => findClaimedWorkload(item);
      return [...tables.Clients.values()]
        .filter((item) => workloadKey(claimed(item) ?? { issuer: '', subject: '' }) === workloadKey(workload))
        .map((item) => ({ clientId: String(item.clientId), tenant: String(item.tenant) }));
    },
  };

  const users: PrimaryUserStore = {
    async findUser(tenant, username): Promise<PrimaryUser | 'broken' | undefined> {
      await reach('Users');
      const item = tables.Users.get(JSON.stringify([tenant, username]));
      if (item === undefined) return undefined;
      const entry = readEntry('user', item, { table: 'Users', key: `${tenant} / ${username}` }, report);
      return entry === undefined ? 'broken' : { ...entry, tenant, username };
    },
    async replacePasswordHash(user, passwordHash, rehashed) {
      await reach('Users');
      const key = JSON.stringify([user.tenant, user.username]);
      const item = tables.Users.get(key);
      if (item?.passwordHash === user.passwordHash) tables.Users.set(key, { ...item, passwordHash, rehashed });
    },
    async changePassword(user, passwordHash) {
      await reach('Users');
      const key = JSON.stringify([user.tenant, user.username]);
      const { mustChangePassword: _, rehashed: __, ...item } = tables.Users.get(key) ?? {};
      if (item.passwordHash !== user.passwordHash) return false;
      tables.Users.set(key, { ...item, passwordHash });
      return true;
    },
    async insertUser(user) {
      await reach('Users');
      const key = JSON.stringify([user.tenant, user.username]);
      if (tables.Users.has(key)) return false;
      tables.Users.set(key, structuredClone({ ...user }));
      return true;
    },
  };

  const readSecret = async (secretId: string): Promise<string> => {
    await reach('secrets');
    const value = secretValues.get(secretId);
    if (value === undefined) throw new Unavailable('secrets-manager', 'not-found');
    return value;
  };
  const secrets: SecretStore = { readSecret, rereadSecret: readSecret };

  const tokens = openMemoryTokens(clock, () => reach('Tokens'));
  const holders: HolderStore = {
    async findHolder(grantId, { tenant, username }, nowSeconds) {
      const [grant, user] = await Promise.all([tokens.grants.findGrant(grantId, nowSeconds), users.findUser(tenant, username)]);
      return { grant, user };
    },
  };

  const feed: FeedStore = {
    async readNewestPages(names) {
      await reach('Tokens');
      return tokens.memoryFeed.readNewestPages(names);
    },
    async beginFeed(tenant, nowSeconds) {
      await reach('Tokens');
      return tokens.memoryFeed.beginFeed(tenant, nowSeconds);
    },
    async readPages(...asked) {
      await reach('Tokens');
      return tokens.memoryFeed.readPages(...asked);
    },
    readUsers: (keys) => Promise.all(keys.map(({ tenant, username }) => users.findUser(tenant, username))),
  };

  return {
    tenants,
    clients,
    workloads,
    users,
    ...tokens,
    holders,
    feed: async () => feed,
    secrets,
    async signingKeys(): Promise<SigningKeys> {
      await reach('signingKeys');
      if (signingKeys === undefined) sharedKeys ??= newSigningKeys();
      keys ??= parseSigningKeys(JSON.stringify(signingKeys ?? sharedKeys));
      return keys;
    },
    /** Writes an item as an operator would; it is checked when it is read. */
    put(table: EntryTable, item: UnverifiedItem): void {
      tables[table].set(JSON.stringify(KEYS[table].map((key) => item[key])), structuredClone(item));
    },
    remove(table: EntryTable, item: UnverifiedItem): void {
      tables[table].delete(JSON.stringify(KEYS[table].map((key) => item[key])));
    },
    putSecret(secretId: string, value: string): void {
      secretValues.set(secretId, value);
    },
    /** Every call on these parts throws `Unavailable` while they are in the set. */
    failing,
    /** What was wrong in the entries that were read. */
    reports,
  };
}

export type MemoryStores = ReturnType<typeof openMemoryStores>;
