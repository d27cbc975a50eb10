// Whether a grant of another system is one that a client entry may list.

import { parseEntry } from '../../../functions/configuration/entries/parse-entry.ts';

/** By the schema itself, so that no list has to be kept beside it. */
export function isGrantType(name: string): boolean {
  const parsed = parseEntry('client', { tenant: 'any', grantTypes: [name] });
  return 'entry' in parsed || !parsed.faults.some(({ path }) => path.startsWith('grantTypes'));
}
