// The throttling policies that API Manager has by itself, as `tier#` entries.

import type { Item } from '../../../../functions/storage/aws/dynamodb.ts';
import type { ImportReport } from '../imported.ts';

/** Requests a minute ("Subscription tiers" and "Application tiers" of API Manager's documentation). */
const TIERS: ReadonlyMap<string, number> = new Map([
  ['Bronze', 1000],
  ['Silver', 2000],
  ['Gold', 5000],
  ['10PerMin', 10],
  ['20PerMin', 20],
  ['50PerMin', 50],
]);

/** @param used names of tiers of applications and subscriptions */
export function importTiers(tenant: string, used: ReadonlySet<string>, report: ImportReport): readonly Item[] {
  return [...used].sort().flatMap((name) => {
    const requests = TIERS.get(name);
    if (requests !== undefined) {
      report.kept(
        `tier ${name}`,
        `${requests} requests a minute, as API Manager has it by itself. Was it changed there? Then change tier#${name}`,
      );
      return [{ tenant, entry: `tier#${name}`, requests, seconds: 60 }];
    }
    if (name !== 'Unlimited') report.lost(`tier ${name}`, `an export of applications does not say what it allows: write tier#${name}`);
    return [];
  });
}
