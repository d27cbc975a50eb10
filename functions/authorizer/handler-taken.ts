// Handlers that are taken: which kinds of credentials a rule allows, and what the kind of API makes of that.

import type { ResourceRule } from '../configuration/entries/api-entry.ts';
import type { AuthorizerRequest } from './authorizer-request.ts';
import type { HandlerName } from './credentials/index.ts';
import { isHandlerAllowed } from './resource-rules.ts';

/**
 * A REST API keeps `Authorization` from its backend. An HTTP API hands it on, whatever its mappings say: a password is
 * taken there only where a rule asks for one by name, and not because it takes everything (A106).
 */
export function isHandlerTaken(rule: ResourceRule | undefined, handler: HandlerName, { kind }: AuthorizerRequest): boolean {
  if (!isHandlerAllowed(rule, handler)) return false;
  const isHandedOn = kind === 'http-1' || kind === 'http-2';
  return !(isHandedOn && handler === 'basic') || (rule !== undefined && rule.handlers !== 'all');
}
