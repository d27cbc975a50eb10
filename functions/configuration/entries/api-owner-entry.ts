// `{"tenant": "#apis", "entry": "<apiId>/<stage>"}`: whose an API of API Gateway is. Platform operators alone write it, and
// where it stands, `api#` entries of other tenants for that API count for nothing (A108).

import * as v from 'valibot';
import type { EntryFault } from './entry-fault.ts';
import { apiId, stageName, tenantName } from './fields.ts';

/** The partition of the Tenants table that is no tenant's: no tenant's name has a `#`. */
export const API_OWNERS = '#apis';

export const apiOwnerEntry = v.object({
  owner: tenantName,
  /**
   * The same as in the key. With it the entry is found together with those that claim the API, and counts though no
   * tenant but one claims it.
   */
  apiId: v.optional(apiId),
});

export type ApiOwnerEntry = v.InferOutput<typeof apiOwnerEntry>;

export const apiOwnerKey = (id: string, stage: string): string => `${id}/${stage}`;

/** What is wrong between an entry and its key, each of them right: it would be found under one API and be about another. */
export function apiOwnerKeyFault(key: unknown, { apiId: named }: ApiOwnerEntry): EntryFault | undefined {
  const isSame = named === undefined || named === parseApiOwnerKey(key)?.apiId;
  return isSame ? undefined : { path: 'apiId', expected: 'the id in the key' };
}

/** The API and stage of a sort key; undefined where it is none. */
export function parseApiOwnerKey(key: unknown): { readonly apiId: string; readonly stage: string } | undefined {
  if (typeof key !== 'string') return undefined;
  const slash = key.indexOf('/');
  const [id, stage] = [key.slice(0, slash), key.slice(slash + 1)];
  return slash > 0 && v.is(apiId, id) && v.is(stageName, stage) ? { apiId: id, stage } : undefined;
}
