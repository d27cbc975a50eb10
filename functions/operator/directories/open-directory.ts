// A directory that is examined, once the store has bound there.

import type { LdapUserstoreEntry } from '../../configuration/entries/userstore-entry.ts';
import { Unavailable } from '../../shared/errors.ts';
import { SearchFault } from '../../userstores/ldap/ldap-search.ts';
import type { UserDirectory } from '../../userstores/ldap/user-directory.ts';
import type { DoctorQuestion } from '../examination.ts';
import type { WatchedConnection } from './watched-connection.ts';

/** What the steps behind the bind work with. */
export interface OpenDirectory {
  readonly asked: DoctorQuestion;
  readonly entry: LdapUserstoreEntry;
  readonly connection: WatchedConnection;
  readonly directory: UserDirectory;
  /** The DN that the store itself has bound as. */
  readonly serviceName: string;
}

/** The same failure, with what the directory said. */
export function withResult(error: unknown, connection: WatchedConnection): unknown {
  const said = connection.error();
  if (!(error instanceof Unavailable || error instanceof SearchFault) || said === undefined) return error;
  return new Unavailable('directory', error.reason, { cause: new Error(said) });
}
