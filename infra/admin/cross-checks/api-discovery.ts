// What an entry says of how clients find its API (RFC 9728), against itself, its tenant, and what a deployment wrote: clients
// refuse a document of another resource, and a server that is not there signs nobody in.

import { changedByHand, parseMark } from '../../../functions/configuration/entries/deployment-mark.ts';
import { RESOURCE_METADATA_PATH } from '../../../functions/configuration/resource-metadata.ts';
import type { OperatorItem } from '../operator-item.ts';
import { isScopeOfTenant } from './defined-scopes.ts';
import type { EntryIndex, IndexedEntry } from './entry-index.ts';
import { doubtful, type Finding } from './finding.ts';

/** @param items of which the marks of deployments are read */
export function findDiscoveryFaults(index: EntryIndex, items: readonly OperatorItem[]): Finding[] {
  return [...index.all('api').flatMap((api) => ofApi(index, api)), ...items.flatMap(changedSinceDeployment)];
}

function ofApi(index: EntryIndex, { label, tenant, entry: { resource, discovery } }: IndexedEntry<'api'>): Finding[] {
  if (resource === undefined || discovery === undefined) return [];
  const { metadataUrl, authorizationServer, scopes } = discovery;
  // Wherever the root of the API is, the well-known path stands between it and the path of the resource.
  const described = metadataUrl.replace(RESOURCE_METADATA_PATH, '');
  const unknown = scopes.filter((scope) => !isScopeOfTenant(index, tenant, scope));
  return [
    ...(described === resource ? [] : [doubtful(label, 'resource', `${described}, of which the document at ${metadataUrl} is`)]),
    ...(authorizationServer === undefined ? [] : ofServer(index, label, tenant, authorizationServer)),
    ...unknown.map((scope) => doubtful(label, 'discovery.scopes', `Tenants, ${tenant} / scope#${scope}, which is not there`)),
  ];
}

function ofServer(index: EntryIndex, label: string, owner: string, server: string): Finding[] {
  const tenant = /\/t\/([^/]+)$/.exec(server)?.[1];
  if (tenant === undefined) return [];
  if (tenant !== owner)
    return [doubtful(label, 'discovery.authorizationServer', `the issuer of ${owner}, whose API it is, and not that of ${tenant}`)];
  if (index.find('tenant', tenant, '')?.entry.issuer === 'own') return [];
  return [
    doubtful(label, 'discovery.authorizationServer', `"issuer": "own" in Tenants, ${tenant} / tenant: else ${server} answers nobody`),
  ];
}

/** The API itself says what the deployment wrote, whatever the entry says. */
function changedSinceDeployment({ kind, table, label, item }: OperatorItem): Finding[] {
  const mark = kind === 'api' ? parseMark(item) : undefined;
  if (mark?.written.discovery === undefined) return [];
  return changedByHand(item, mark)
    .filter((name) => name === 'resource' || name === 'discovery')
    .map((name) => doubtful(`${table}, ${label}`, name, 'what the deployment wrote: the API tells its clients that, whatever stands here'));
}
