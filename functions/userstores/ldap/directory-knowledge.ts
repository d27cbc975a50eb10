// Search base, password policies and primary groups: what many users of a directory have in common, read once in a while.

import type { LdapUserstoreEntry } from '../../configuration/entries/userstore-entry.ts';
import { createCache } from '../../shared/cache.ts';
import { Unavailable } from '../../shared/errors.ts';
import { createDeadline, type Deadline, within } from '../deadline.ts';
import { attributeTexts } from './attribute-values.ts';
import type { Work } from './directory-servers.ts';
import { findPrimaryGroup } from './group-roles.ts';
import { readEntry } from './ldap-search.ts';
import { type LdapSettings, ldapSettings } from './ldap-settings.ts';
import { type PasswordPolicy, POLICY_ATTRIBUTES, parsePasswordPolicy } from './password-policy.ts';
import type { Group } from './role-mapping.ts';

/** Every method throws `Unavailable`. */
export interface DirectoryKnowledge {
  /** The settings of the entry, with the search base that the directory names where the entry leaves it empty. */
  settings(deadline: Deadline): Promise<LdapSettings>;
  /** Undefined where it can't be read. */
  policy(dn: string, deadline: Deadline): Promise<PasswordPolicy | undefined>;
  /** Undefined where it is not there, or can't be seen. */
  primaryGroup(settings: LdapSettings, sid: Buffer, deadline: Deadline): Promise<Group | undefined>;
}

interface Options {
  readonly entry: LdapUserstoreEntry;
  readonly search: <T>(deadline: Deadline, work: Work<T>) => Promise<T>;
  readonly dependency: string;
  readonly clock: () => number;
}

const KEPT_MS = 60_000;
const MAX_KEPT = 200;

export function createDirectoryKnowledge({ entry, search, dependency, clock }: Options): DirectoryKnowledge {
  const written = ldapSettings(entry);
  const isComplete = written.userSearchBase !== '' || written.isGlobalCatalog;
  /** A load is shared by all who wait for it, so it has the time of the store, and each of them the time that it has left. */
  const createKept = <T>(load: (key: string) => Work<T>) => {
    const kept = createCache((key) => search(createDeadline(entry.timeoutMs), load(key)), KEPT_MS, MAX_KEPT, clock);
    return (key: string, deadline: Deadline) => within(deadline, kept.get(key), new Unavailable(dependency, 'timeout'));
  };
  const bases = createKept((_key) => async (connection, timeoutMs) => {
    const root = await readEntry(connection, '', ['defaultNamingContext', 'namingContexts'], timeoutMs);
    const contexts = root === undefined ? [] : attributeTexts(root, 'namingContexts');
    const [base = contexts.length === 1 ? contexts[0] : undefined] = root === undefined ? [] : attributeTexts(root, 'defaultNamingContext');
    if (base === undefined || base === '') throw new Unavailable(dependency, 'search-base-unknown');
    return ldapSettings({ ...entry, userSearchBase: base });
  });
  const policies = createKept((dn) => async (connection, timeoutMs) => {
    return parsePasswordPolicy(await readEntry(connection, dn, POLICY_ATTRIBUTES, timeoutMs));
  });
  const primaryGroups = createKept((key) => async (connection, timeoutMs) => {
    const [sid = '', userSearchBase = ''] = key.split(' ', 1).concat(key.slice(key.indexOf(' ') + 1));
    return findPrimaryGroup(connection, ldapSettings({ ...entry, userSearchBase }), Buffer.from(sid, 'hex'), timeoutMs);
  });
  return {
    settings: async (deadline) => (isComplete ? written : bases('', deadline)),
    policy: policies,
    primaryGroup: ({ userSearchBase }, sid, deadline) => primaryGroups(`${sid.toString('hex')} ${userSearchBase}`, deadline),
  };
}
