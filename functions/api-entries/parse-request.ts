// The properties of the custom resource that keeps an entry, as the construct writes them.

import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { parseEntryKey } from '../configuration/entries/parse-entry.ts';
import { isTenantName } from '../configuration/entries/tenant-name.ts';
import { ApiEntryFault } from './keep-entry.ts';
import type { Item, WantedEntry } from './plan-entry.ts';

/** CloudFormation hands on 4 kB a value and more; 300 rules with many scopes are far below. */
const MAX_ENTRY_CHARACTERS = 300_000;

/** @throws ApiEntryFault that names the property */
export function parseRequest({ ResourceProperties, StackId, LogicalResourceId }: CloudFormationCustomResourceEvent): WantedEntry {
  const { Tenant, Name, ApiId, Stage, Entry } = ResourceProperties as Readonly<Record<string, unknown>>;
  if (!isTenantName(Tenant)) throw new ApiEntryFault('Tenant: expected the name of a tenant.');
  const key = parseEntryKey(`api#${String(Name)}`);
  if (typeof Name !== 'string' || 'fault' in key) throw new ApiEntryFault('Name: expected what stands behind api#.');
  if (typeof ApiId !== 'string' || typeof Stage !== 'string') throw new ApiEntryFault('ApiId, Stage: expected texts.');
  return {
    key: { tenant: Tenant, entry: `api#${Name}` },
    stackId: StackId,
    logicalId: LogicalResourceId,
    attributes: { ...parseAttributes(Entry), apiId: ApiId, stage: Stage },
  };
}

function parseAttributes(text: unknown): Item {
  if (typeof text !== 'string' || text.length > MAX_ENTRY_CHARACTERS) throw new ApiEntryFault('Entry: expected JSON, at most 300 kB.');
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Item;
  } catch {
    // Told below.
  }
  throw new ApiEntryFault('Entry: expected a map, as JSON.');
}
