// The real directories that the contract suites run against, each where it is installed.

import type { Client } from 'ldapts';
import type { ClaimValue } from '../../../functions/configuration/model.ts';
import type { Person, StateCase } from './people.ts';

/** A directory that runs, with the people of `people.ts` in it. */
export interface TestDirectory {
  readonly ldapUrl: string;
  readonly ldapsUrl: string;
  /** The name in its certificate. */
  readonly host: string;
  /** Trust anchors for both. */
  readonly caPem: string;
  readonly service: { readonly bindDn: string; readonly bindPassword: string };
  /** Attributes of a userstore entry but for how it is reached and what the secret is. */
  readonly entry: Readonly<Record<string, unknown>>;
  readonly peopleBase: string;
  /** The DN of a group. */
  groupDn(name: string): string;
  readonly states: readonly StateCase[];
  /** Whether `memberOf` lists them too. */
  readonly memberOfIsNested?: boolean;
  /** Claim → attribute, and what they are of JOE. */
  readonly claims: Readonly<Record<string, string>>;
  readonly claimsOfJoe: Readonly<Record<string, ClaimValue>>;
  readonly oddNames: readonly Person[];
  setServicePassword(password: string): Promise<void>;
  /** Works as the directory's administrator. */
  administer(work: (client: Client) => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

export interface DirectorySubject {
  readonly name: string;
  /** Why it can't run here. */
  readonly missing: string | undefined;
  /** Whether it takes passwords over a connection in clear. */
  readonly takesPlaintext: boolean;
  /** Whether it has a rule for groups in groups. */
  readonly hasNestedGroups: boolean;
  start(): Promise<TestDirectory>;
}
