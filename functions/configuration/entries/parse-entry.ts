// The one parser through which every entry comes: whatever an operator wrote becomes an entry of the model, or a
// list of faults that name the path and what was expected. It never throws.

import * as v from 'valibot';
import { crossFieldFaults } from './cross-field-faults.ts';
import type { EntryFault, ParsedEntry } from './entry-fault.ts';
import { ENTRY_SCHEMAS, type Entry, type EntryKind, TENANT_ENTRY_KINDS, type TenantEntryKind } from './index.ts';
import { inlineKeyWarnings } from './inline-keys.ts';
import { expectedInPlaceOfSecret, findMisplacedSecrets, mayHoldSecret } from './misplaced-secrets.ts';
import { findNearestName } from './nearest-name.ts';
import type { EndUserJwtSettings } from './tenant-entry.ts';
import { findUnknownAttributes, type UnknownAttribute } from './unknown-attributes.ts';

/** Attributes that are part of a key and not of the entry itself. */
const KEY_ATTRIBUTES: Readonly<Record<EntryKind, readonly string[]>> = {
  tenant: ['tenant', 'entry'],
  userstore: ['tenant', 'entry'],
  issuer: ['tenant', 'entry'],
  role: ['tenant', 'entry'],
  scope: ['tenant', 'entry'],
  api: ['tenant', 'entry'],
  'api-owner': ['tenant', 'entry'],
  tier: ['tenant', 'entry'],
  handler: ['tenant', 'entry'],
  client: ['clientId'],
  user: ['tenant', 'username'],
};

/** Faults of one entry that are told, each a line in the log. */
const MAX_FAULTS = 20;
const MAX_NAME_CHARACTERS = 128;

/**
 * Parses the attributes of one entry. An attribute that nobody reads makes it wrong, since it may be a misspelt
 * restriction (A111). A warning is what is allowed and should not be there.
 */
export function parseEntry<K extends EntryKind>(kind: K, attributes: unknown): ParsedEntry<Entry<K>> {
  const result = v.safeParse(ENTRY_SCHEMAS[kind], attributes, { message: expectedOf });
  const strangers = [...findMisplacedSecrets(kind, attributes), ...unknownFaults(kind, attributes)];
  const issues = result.issues?.map(faultOf).filter(({ path }) => !strangers.some((stranger) => stranger.path === path)) ?? [];
  if (!result.success || strangers.length > 0) return { faults: [...strangers, ...issues].slice(0, MAX_FAULTS) };
  const faults = crossFieldFaults(kind, result.output);
  if (faults.length > 0) return { faults: faults.slice(0, MAX_FAULTS) };
  const entry = result.output as Entry<K>;
  return { entry, warnings: risks(kind, entry) };
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

/** Expectation of a schema that says nothing of its own. Valibot's default message quotes what it received, which may be a secret. */
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
function risks(kind: EntryKind, entry: object): readonly EntryFault[] {
  if (kind === 'client' && 'jwks' in entry && entry.jwks !== undefined) return inlineKeyWarnings(entry.jwks).slice(0, MAX_FAULTS);
  if (kind !== 'tenant' || !('endUserJwt' in entry)) return [];
  const { algorithm } = entry.endUserJwt as EndUserJwtSettings;
  return algorithm === 'none'
    ? [{ path: 'endUserJwt.algorithm', expected: 'RS256 or ES256: with none a backend can not tell our JWT from one that anybody wrote' }]
    : [];
}

function unknownFaults(kind: EntryKind, attributes: unknown): EntryFault[] {
  return findUnknownAttributes(ENTRY_SCHEMAS[kind], attributes, KEY_ATTRIBUTES[kind]).slice(0, MAX_FAULTS).map(unknownFault(kind));
}

const unknownFault =
  (kind: EntryKind) =>
  ({ path, name, known }: UnknownAttribute): EntryFault => {
    const nearest = findNearestName(name, known);
    const expected = mayHoldSecret(name) ? expectedInPlaceOfSecret(kind) : 'no attribute of this name';
    return { path: path.map(shown).join('.'), expected: nearest === undefined ? expected : `${expected}; did you mean ${nearest}?` };
  };

/** A name as it can stand in a line of a terminal or a log. */
const shown = (name: string): string => name.slice(0, MAX_NAME_CHARACTERS).replace(/[^\x20-\x7e\xa0-\u{10ffff}]/gu, '?');
