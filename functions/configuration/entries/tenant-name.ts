// Whether a text is the name of a tenant: for those who know it before there is an entry.

import * as v from 'valibot';
import { tenantName } from './fields.ts';

export function isTenantName(name: unknown): name is string {
  return v.is(tenantName, name);
}
