// The one parser through which every entry comes: whatever an operator wrote becomes an entry of the model, or a
// list of faults that name the path and what was expected. It never throws.

import * as v from 'valibot';
import { contradictions } from './contradictions.ts';
import type { EntryFault, ParsedEntry } from './entry-fault.ts';
import { ENTRY_SCHEMAS, type Entry, type EntryKind, TENANT_ENTRY_KINDS, type TenantEntryKind } from './index.ts';
import type { EndUserJwtSettings } from './tenant-entry.ts';
import { unsupported } from './unsupported.ts';

/** Attributes that are part of a key and not of the entry itself. */
const KEY_ATTRIBUTES: Readonly<Record<EntryKind, readonly string[]>> = {
  tenant: ['tenant', 'entry'],
  userstore: ['tenant', 'entry'],
  issuer: ['tenant', 'entry'],
  role: ['tenant', 'entry'],
  scope: ['tenant', 'entry'],
  api: ['tenant', 'entry'],
  tier: ['tenant', 'entry'],
  handler: ['tenant', 'entry'],
  client: ['clientId'],
  user: ['tenant', 'username'],
};

/** Of one entry, each a line in the log. */
const MAX_FAULTS = 20;

/**
 * Parses the attributes of one entry. Unknown attributes are warnings; anything else that is off is a fault,
 * and so is an attribute whose behaviour this version does not have: it is refused, never half obeyed.
 */
export function parseEntry<K extends EntryKind>(kind: K, attributes: unknown): ParsedEntry<Entry<K>> {
  const result = v.safeParse(ENTRY_SCHEMAS[kind], attributes, { message: expectedOf });
  if (!result.success) return { faults: result.issues.slice(0, MAX_FAULTS).map(faultOf) };
  const faults = [...unsupported(kind, result.output), ...contradictions(kind, result.output)];
  if (faults.length > 0) return { faults };
  const entry = result.output as Entry<K>;
  const warnings = [...risks(kind, entry), ...unknownAttributes(attributes, entry, KEY_ATTRIBUTES[kind])];
  return { entry, warnings: warnings.slice(0, MAX_FAULTS) };
}

/** Splits the sort key of the Tenants table: `userstore#EXTERNAL` is kind `userstore`, name `EXTERNAL`. */
export function parseEntryKey(key: string): { kind: TenantEntryKind; name: string } | { fault: EntryFault } {
  const [kind = '', ...rest] = key.split('#');
  const name = rest.join('#');
  if (!Object.hasOwn(TENANT_ENTRY_KINDS, kind)) {
    return { fault: { path: 'entry', expected: `tenant, or one of ${Object.keys(TENANT_ENTRY_KINDS).slice(1).join('#, ')}# and a name` } };
  }
  const known = kind as TenantEntryKind;
  const schema = TENANT_ENTRY_KINDS[known].name;
  if (schema === null) return key === kind ? { kind: known, name: '' } : { fault: { path: 'entry', expected: 'tenant, with no name' } };
  const parsed = v.safeParse(schema, name);
  return parsed.success ? { kind: known, name } : { fault: { path: 'entry', expected: `after ${kind}#: ${parsed.issues[0].message}` } };
}

function faultOf(issue: v.BaseIssue<unknown>): EntryFault {
  const path = v.getDotPath(issue) ?? '';
  const isMissing = issue.type === 'object' && issue.received === 'undefined' && issue.expected !== 'Object';
  return { path, expected: isMissing ? 'this attribute, which is missing' : issue.message };
}

/** For schemas that say nothing of their own. Valibot's default message quotes what it received, which may be a secret. */
function expectedOf(issue: v.BaseIssue<unknown>): string {
  return EXPECTED.get(issue.type) ?? issue.expected ?? 'another value';
}

const EXPECTED: ReadonlyMap<string, string> = new Map([
  ['object', 'a map'],
  ['record', 'a map'],
  ['array', 'a list'],
  ['string', 'a string'],
  ['number', 'a number'],
  ['boolean', 'true or false'],
]);

/** What is allowed and should not be there. */
function risks(kind: EntryKind, entry: object): EntryFault[] {
  if (kind !== 'tenant' || !('endUserJwt' in entry)) return [];
  const { algorithm } = entry.endUserJwt as EndUserJwtSettings;
  return algorithm === 'none'
    ? [{ path: 'endUserJwt.algorithm', expected: 'RS256 or ES256: with none a backend can not tell our JWT from one that anybody wrote' }]
    : [];
}

/** Attributes that the schema does not know, however deep: they are left out of the parsed entry. */
function unknownAttributes(input: unknown, output: unknown, ignored: readonly string[], path = ''): EntryFault[] {
  if (input === output || typeof input !== 'object' || input === null || typeof output !== 'object' || output === null) return [];
  return Object.keys(input).flatMap((key) => {
    if (ignored.includes(key)) return [];
    const at = path === '' ? key : `${path}.${key}`;
    if (!Object.hasOwn(output, key)) return [{ path: at, expected: 'no attribute of this name; it is ignored' }];
    return unknownAttributes(input[key as keyof typeof input], output[key as keyof typeof output], [], at);
  });
}
