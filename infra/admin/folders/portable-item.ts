// An item of a table as it stands in a folder that other stacks can take: what is of this stack alone is a variable.

import { MARK_ATTRIBUTE } from '../../../functions/configuration/entries/deployment-mark.ts';
import type { UnverifiedItem } from '../../../functions/configuration/entries/read-entry.ts';
import { apiIdOutputs, withoutVariables } from './variables.ts';

export interface PortableOptions {
  /** `Gatehouse/tenants/` */
  readonly tenantSecretsPrefix: string;
  readonly stackName: string;
  /** Of the stack, by key; empty where they are not known. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** Replaces by variables the stack's name in `secretId`, and ids of APIs that an output of the stack names. */
export function portableItem(item: UnverifiedItem, options: PortableOptions): Record<string, unknown> {
  // Whose deployment keeps an entry is of this stack alone; `apply` leaves the mark where it is.
  const { [MARK_ATTRIBUTE]: _, ...portable } = item;
  const escaped: Record<string, unknown> = Object.fromEntries(Object.entries(portable).map(([name, value]) => [name, escapedValue(value)]));
  const { secretId, apiId } = item;
  const { tenantSecretsPrefix, stackName } = options;
  if (typeof secretId === 'string' && secretId.startsWith(tenantSecretsPrefix) && tenantSecretsPrefix.startsWith(`${stackName}/`))
    escaped.secretId = `\${stack}${withoutVariables(secretId.slice(stackName.length))}`;
  const variable = typeof apiId === 'string' ? apiIdVariable(apiId, options.outputs) : undefined;
  if (variable !== undefined) escaped.apiId = variable;
  return escaped;
}

function escapedValue(value: unknown): unknown {
  if (typeof value === 'string') return withoutVariables(value);
  if (Array.isArray(value)) return value.map(escapedValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, escapedValue(inner)]));
}

/** Only where the name leads back to this id and to no other. */
function apiIdVariable(apiId: string, outputs: Readonly<Record<string, string>>): string | undefined {
  const all = apiIdOutputs(outputs);
  const found = all.find(({ name, value }) => value === apiId && all.every((other) => other.name !== name || other.value === apiId));
  return found === undefined ? undefined : `\${apiId.${found.name}}`;
}
