// The `api#` entries among which the called one is: those of one API where its id is known, else all of them; and of the
// client's tenant, where the operator may read no other.

import type { UnverifiedItem } from '../../../functions/configuration/entries/read-entry.ts';
import { UsageFailed } from '../commands/command.ts';
import type { CalledResource } from './called-resource.ts';
import type { ExplainDependencies } from './explain-dependencies.ts';
import { type ChosenApi, isApiId } from './find-called-api.ts';

interface ApiQuestion extends ChosenApi {
  readonly called: CalledResource;
  /** Absent: nobody, or a token, calls. */
  readonly clientId: string | undefined;
  readonly note: (text: string) => void;
}

/** @throws UsageFailed where the operator may not look for the API, and so must name it */
export async function listApis(
  { listApis: list, clients }: Pick<ExplainDependencies, 'listApis' | 'clients'>,
  { called, api, clientId, note }: ApiQuestion,
): Promise<readonly UnverifiedItem[]> {
  const apiId = called.apiId ?? (api !== undefined && isApiId(api) ? api : undefined);
  if (apiId !== undefined) {
    const items = await list({ kind: 'api', apiId });
    // The name of an entry may look like an id.
    if (items.length > 0 || called.apiId !== undefined) return items;
  }
  try {
    return await list({ kind: 'all' });
  } catch (error) {
    if (!isDenied(error)) throw error;
    const tenant = clientId === undefined ? undefined : (await clients.findClient(clientId))?.tenant;
    if (tenant === undefined)
      throw new UsageFailed('You may not read the entries of all tenants. Say which API was called: --api ID --stage STAGE.');
    note(`You may not read the entries of all tenants: the API was looked for among those of ${tenant}.`);
    return list({ kind: 'tenant', tenant });
  }
}

function isDenied(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AccessDeniedException' || ('reason' in error && error.reason === 'access-denied'));
}
