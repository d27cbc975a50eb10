// What a deployment may do to an `api#` entry: write what no operator has written, and nothing else.

import { changedByHand, type DeploymentMark, digestOf, MARK_ATTRIBUTE, parseMark } from '../configuration/entries/deployment-mark.ts';
import { parseEntry } from '../configuration/entries/parse-entry.ts';
import type { Plain } from '../storage/aws/attribute-value.ts';

/** An item of the Tenants table as plain JSON. */
export type Item = Readonly<Record<string, Plain | undefined>>;

export interface EntryKey {
  readonly tenant: string;
  readonly entry: string;
}

export interface WantedEntry {
  readonly key: EntryKey;
  /** ARN of the stack. */
  readonly stackId: string;
  /** The resource in it that keeps the entry. */
  readonly logicalId: string;
  /** Without key and mark. */
  readonly attributes: Item;
}

export type EntryPlan =
  /** `kept`: attributes that an operator wrote, changed or took away, and that stay as they are. */
  { readonly kind: 'write'; readonly item: Item; readonly kept: readonly string[] } | { readonly kind: 'refused'; readonly why: string };

export type RemovalPlan =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'delete' }
  /** An operator has changed it: what is there stays, and is the operator's. */
  | { readonly kind: 'release'; readonly item: Item };

const placeOf = ({ tenant, entry }: EntryKey): string => `Tenants, ${tenant} / ${entry}`;
const keeperOf = ({ stackId, logicalId }: WantedEntry): string => `${stackId}/${logicalId}`;

/** @param current the item as it is; undefined: there is none */
export function planEntry(current: Item | undefined, wanted: WantedEntry): EntryPlan {
  const mark = current === undefined ? undefined : parseMark(current);
  const why = current === undefined ? undefined : findConflict(current, mark, wanted);
  if (why !== undefined) return { kind: 'refused', why };
  const { attributes, kept, written } = merge(current ?? {}, mark?.written ?? {}, wanted.attributes);
  const item: Item = { ...attributes, ...wanted.key, [MARK_ATTRIBUTE]: { by: keeperOf(wanted), written } };
  const parsed = parseEntry('api', item);
  if (!('faults' in parsed)) return { kind: 'write', item, kept };
  const faults = parsed.faults.map(({ path, expected }) => `${path}: expected ${expected}`).join('; ');
  return { kind: 'refused', why: `${placeOf(wanted.key)} would be wrong. ${faults}.` };
}

/** Whether the entry is somebody else's: another stack's, or an operator's for another API. */
function findConflict(current: Item, mark: DeploymentMark | undefined, wanted: WantedEntry): string | undefined {
  const place = placeOf(wanted.key);
  if (mark !== undefined && !mark.by.startsWith(`${wanted.stackId}/`))
    return `${place} is kept by ${mark.by}. Give this API another apiName.`;
  if (mark === undefined && current.apiId !== wanted.attributes.apiId)
    return `${place} is there, for the API ${String(current.apiId)}. Delete it by the command line, or give this API another apiName.`;
  return undefined;
}

interface Merged {
  readonly attributes: Item;
  readonly kept: readonly string[];
  readonly written: Readonly<Record<string, string>>;
}

function merge(current: Item, before: Readonly<Record<string, string>>, wanted: Item): Merged {
  const attributes: Record<string, Plain | undefined> = { ...current };
  const written: Record<string, string> = {};
  const kept: string[] = [];
  for (const name of new Set([...Object.keys(before), ...Object.keys(wanted)])) {
    const digest = before[name];
    const isThere = Object.hasOwn(current, name);
    const isOurs = digest === undefined ? !isThere : isThere && digestOf(current[name]) === digest;
    if (!isOurs) {
      kept.push(name);
      // It stays known as changed, and is the deployment's again once it is as it was.
      if (digest !== undefined) written[name] = digest;
    } else if (wanted[name] === undefined) delete attributes[name];
    else {
      attributes[name] = wanted[name];
      written[name] = digestOf(wanted[name]);
    }
  }
  return { attributes, kept, written };
}

/** What becomes of the entry when the resource goes that kept it. */
export function planRemoval(current: Item | undefined, wanted: Omit<WantedEntry, 'attributes'>): RemovalPlan {
  const mark = current === undefined ? undefined : parseMark(current);
  // Another resource of the stack may have taken it over.
  if (current === undefined || mark?.by !== keeperOf({ ...wanted, attributes: {} })) return { kind: 'nothing' };
  const known = new Set([...Object.keys(wanted.key), MARK_ATTRIBUTE, ...Object.keys(mark.written)]);
  const isUntouched = changedByHand(current, mark).length === 0 && Object.keys(current).every((name) => known.has(name));
  if (isUntouched) return { kind: 'delete' };
  const { [MARK_ATTRIBUTE]: _, ...item } = current;
  return { kind: 'release', item };
}
