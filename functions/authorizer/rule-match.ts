// Rule match: the contract between those who find the rule for a request and those who apply it.

import type { ResourceRule } from '../configuration/entries/api-entry.ts';
import type { Api } from '../configuration/model.ts';

/** An entry that speaks for where the request wants to go, and the rule of it that decides; none: nothing is let in. */
export interface RuleMatch {
  readonly api: Api;
  readonly rule: ResourceRule | undefined;
}
