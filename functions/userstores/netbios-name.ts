// NetBIOS names, `CORP\kai`, as people of a Windows domain write their names (MS-ADTS 5.1.1.1.1): the part before the backslash names the
// directory whose entry has that `netbiosName`, as `DOMAIN/` would.

import type { Tenant } from '../configuration/model.ts';

interface AskedName {
  readonly domain: string | undefined;
  readonly name: string;
}

/** A name of another shape, or of a domain that no store of the tenant has, stays as it is. */
export function resolveNetbiosName(tenant: Tenant, asked: AskedName): AskedName {
  const at = asked.name.indexOf('\\');
  if (at < 1 || at === asked.name.length - 1) return asked;
  const netbiosName = asked.name.slice(0, at).toUpperCase();
  const store = tenant.userstores.find(
    ({ domain, entry }) =>
      (asked.domain === undefined || asked.domain === domain) && entry?.type === 'ldap' && entry.netbiosName?.toUpperCase() === netbiosName,
  );
  return store === undefined ? asked : { domain: store.domain, name: asked.name.slice(at + 1) };
}
