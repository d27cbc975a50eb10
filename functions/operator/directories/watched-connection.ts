// A connection to a directory that notes what came back: the exact result of the last operation, which a login sums up in one
// word, and the entries that were found.

import type { LdapConnection } from '../../userstores/ldap/ldap-connection.ts';
import { LdapResultCode } from '../../userstores/ldap/ldap-fault.ts';
import type { LdapEntry, LdapResult } from '../../userstores/ldap/ldap-message.ts';
import { quote } from '../quoted-text.ts';

export interface WatchedConnection extends LdapConnection {
  /** Forgets what has been noted. */
  begin(): void;
  /** DNs of the entries that came since then. */
  hits(): readonly string[];
  /** The last result since then, where it is an error: `LDAP result 49: 80090308: LdapErr: …`. */
  error(): string | undefined;
}

/** success, compareFalse, compareTrue (RFC 4511 appendix A.1). */
const NO_ERRORS: ReadonlySet<number> = new Set([0, 5, 6]);

export function watchConnection(connection: LdapConnection): WatchedConnection {
  let last: LdapResult | undefined;
  let entries: readonly LdapEntry[] = [];
  return {
    get isOpen() {
      return connection.isOpen;
    },
    async send(operation, request, timeoutMs) {
      last = undefined;
      const answer = await connection.send(operation, request, timeoutMs);
      last = answer.result;
      entries = [...entries, ...answer.entries];
      return answer;
    },
    keepAlive: (keep) => connection.keepAlive(keep),
    detach: () => connection.detach(),
    close: () => connection.close(),
    begin() {
      last = undefined;
      entries = [];
    },
    hits: () => [...new Set(entries.map(({ dn }) => dn))],
    error() {
      if (last === undefined || NO_ERRORS.has(last.code)) return undefined;
      const { name } = new LdapResultCode(last.code);
      return last.diagnostic === '' ? name : `${name}: ${quote(last.diagnostic)}`;
    },
  };
}
