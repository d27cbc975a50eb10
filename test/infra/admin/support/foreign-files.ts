// Files of other systems for tests, and what an import made of them.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Item } from '../../../../functions/storage/aws/dynamodb.ts';
import { hashPassword } from '../../../../functions/userstores/password-hashes/index.ts';
import type { Imported } from '../../../../infra/admin/import/imported.ts';
import { createFindClaimName } from '../../../../infra/admin/import/users/claim-names.ts';

export const FOREIGN = fileURLToPath(new URL('../../../support/foreign/', import.meta.url));
export const foreignText = (file: string): string => readFileSync(`${FOREIGN}${file}`, 'utf8');
export const IMPORT_OPTIONS = { tenant: 't', findClaimName: createFindClaimName([]), hashClear: hashPassword };
export const WSO2_OPTIONS = { ...IMPORT_OPTIONS, scopes: [], apiName: 'pizza', stage: 'prod', tenantId: undefined, digest: 'SHA-256' };
export const sha256 = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** The report as it is read. */
export const linesOf = ({ fates }: Imported): string => fates.map(({ kind, of, says }) => `${kind} ${of}: ${says}`).join('\n');

export function findItem({ items }: Imported, key: Item): Item {
  const found = items.find((item) => Object.entries(key).every(([name, value]) => item[name] === value));
  assert.ok(found !== undefined, JSON.stringify(key));
  return found;
}
