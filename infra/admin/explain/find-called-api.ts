// Finds which API of API Gateway, and which stage of it, a path is about: of all `api#` entries, those whose context the
// path begins with. It only chooses where to look: what is let in there, the authorizer says.

import type { UnverifiedItem } from '../../../functions/configuration/entries/read-entry.ts';
import { CommandFailed, UsageFailed } from '../commands/command.ts';
import type { CalledResource } from './called-resource.ts';

export interface CalledApi {
  readonly apiId: string;
  readonly stage: string;
  /** Below the stage. */
  readonly path: string;
  /** URI of the API that a token must be for; absent: its entry asks for none. */
  readonly resource?: string;
}

/** What the operator chose. */
export interface ChosenApi {
  /** Name of an `api#` entry, or API Gateway's id. */
  readonly api?: string | undefined;
  readonly stage?: string | undefined;
}

/** Whether a text looks like an id of API Gateway; the name of an entry may do so too. */
export function isApiId(text: string): boolean {
  return /^[a-z0-9]{10}$/.test(text);
}

interface Candidate extends CalledApi {
  readonly label: string;
  readonly contextCharacters: number;
}

/**
 * @param items of the Tenants table; others than `api#` entries are passed over
 * @throws CommandFailed where none or several fit
 */
export function findCalledApi(items: readonly UnverifiedItem[], called: CalledResource, chosen: ChosenApi): CalledApi {
  const entries = items.flatMap(readApi).filter((api) => isChosen(api, called, chosen));
  const fitting = entries.flatMap((api) => fit(api, called, chosen));
  const longest = Math.max(...fitting.map(({ contextCharacters }) => contextCharacters));
  const best = fitting.filter(({ contextCharacters }) => contextCharacters === longest);
  const [first] = best;
  if (first !== undefined) {
    if (best.some(({ apiId, stage, path }) => apiId !== first.apiId || stage !== first.stage || path !== first.path))
      throw severalFit(best);
    const { apiId, stage, path, resource } = first;
    return { apiId, stage, path, ...(resource !== undefined && { resource }) };
  }
  return findByIdAlone(entries, called, chosen);
}

interface NamedApi {
  readonly tenant: string;
  readonly name: string;
  readonly apiId: string;
  readonly stage: string;
  readonly context: string;
  readonly resource: string | undefined;
}

function readApi({ tenant, entry, apiId, stage, context, resource, audience }: UnverifiedItem): NamedApi[] {
  if (typeof entry !== 'string' || !entry.startsWith('api#') || typeof apiId !== 'string' || typeof stage !== 'string') return [];
  return [
    {
      tenant: String(tenant),
      name: entry.slice('api#'.length),
      apiId,
      stage,
      context: typeof context === 'string' ? context : '',
      resource: typeof resource === 'string' && audience !== 'any' ? resource : undefined,
    },
  ];
}

function isChosen({ name, apiId, stage }: NamedApi, called: CalledResource, chosen: ChosenApi): boolean {
  if (called.apiId !== undefined && apiId !== called.apiId) return false;
  if (chosen.api !== undefined && chosen.api !== name && chosen.api !== apiId) return false;
  return chosen.stage === undefined || stage === chosen.stage;
}

/** A domain may put a base path before what API Gateway sees, and an `execute-api` address the stage. */
function fit(api: NamedApi, called: CalledResource, { api: chosenApi }: ChosenApi): Candidate[] {
  const { apiId, stage, context, resource } = api;
  const label = `${api.tenant} / api#${api.name} (--api ${apiId} --stage ${stage})`;
  const candidate = (path: string): Candidate => ({
    ...{ apiId, stage, path, label, contextCharacters: context.length },
    ...(resource !== undefined && { resource }),
  });
  const staged = called.apiId === undefined ? called.path : withoutStage(called.path, stage);
  if (isBelow(staged, context)) return [candidate(staged)];
  const atBasePath = context === '' || !called.mayHaveBasePath ? -1 : staged.toLowerCase().indexOf(`${context}/`.toLowerCase());
  if (atBasePath > 0) return [candidate(staged.slice(atBasePath))];
  // The operator has named the entry and no address: then the path is one below its context.
  const isBelowContext = chosenApi === api.name && called.apiId === undefined && !called.mayHaveBasePath;
  return isBelowContext ? [candidate(`${context}${staged === '/' ? '' : staged}`)] : [];
}

/** As kind as can be: whether small letters and capitals matter here, the authorizer knows. */
function isBelow(path: string, context: string): boolean {
  return `${path}/`.toLowerCase().startsWith(`${context}/`.toLowerCase());
}

/** `$default` of an HTTP API stands in no address. */
function withoutStage(path: string, stage: string): string {
  return path === `/${stage}` || path.startsWith(`/${stage}/`) ? path.slice(stage.length + 1) || '/' : path;
}

/** No entry has such a context: the authorizer says so, once it is clear which API was called. */
function findByIdAlone(entries: readonly NamedApi[], called: CalledResource, chosen: ChosenApi): CalledApi {
  const places = new Set(entries.map(({ apiId, stage }) => JSON.stringify([apiId, stage])));
  const [only] = entries;
  if (only !== undefined && places.size === 1)
    return { apiId: only.apiId, stage: only.stage, path: called.apiId === undefined ? called.path : withoutStage(called.path, only.stage) };
  const apiId = called.apiId ?? (chosen.api !== undefined && isApiId(chosen.api) ? chosen.api : undefined);
  const stage = chosen.stage ?? (called.apiId === undefined ? undefined : called.path.split('/')[1]);
  if (entries.length === 0 && apiId !== undefined && stage !== undefined && stage !== '')
    return { apiId, stage, path: called.apiId === undefined ? called.path : withoutStage(called.path, stage) };
  if (chosen.api !== undefined && entries.length === 0) throw new CommandFailed(`No api# entry is called ${chosen.api} or has that apiId.`);
  throw new UsageFailed(
    'No api# entry has a context that the path begins with. Say which API was called: --api NAME, or --api ID --stage STAGE.',
  );
}

function severalFit(candidates: readonly Candidate[]): UsageFailed {
  const labels = [...new Set(candidates.map(({ label }) => label))].sort();
  return new UsageFailed(`Several APIs have such a path. Say which one was called:\n${labels.map((label) => `  ${label}`).join('\n')}`);
}
