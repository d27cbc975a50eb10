// The last step of every import: an item is checked as whatever is written is, and is left out where it is wrong.

import type { Item } from '../../../functions/storage/aws/dynamodb.ts';
import { parseOperatorItem } from '../operator-item.ts';
import type { ImportReport } from './imported.ts';

/** Stands for a variable that only `apply` knows, so that the rest can be checked. */
const CHECKED_API_ID = 'checked0id';

/** @returns undefined where it is wrong; the report says what was expected, and never what stands there */
export function importItem(item: Item, of: string, report: ImportReport): Item | undefined {
  const isVariable = typeof item.apiId === 'string' && item.apiId.startsWith('${');
  const parsed = parseOperatorItem(isVariable ? { ...item, apiId: CHECKED_API_ID } : item);
  const faults = 'key' in parsed ? parsed.faults : parsed;
  if (faults.length === 0) return item;
  report.lost(of, `left out: ${faults.map(({ path, expected }) => `${path}: expected ${expected}`).join('; ')}`);
  return undefined;
}
