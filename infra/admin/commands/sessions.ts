// `sessions`: what a user has open.

import type { OpenItem } from '../incidents/describe-held.ts';
import { listOpen } from '../incidents/list-open.ts';
import { createScanPace } from '../incidents/scan-pace.ts';
import { type Command, textOption } from './command.ts';

export const sessions: Command = {
  words: 'sessions',
  takes: ['USER'],
  does: 'lists what a user has open, by any name that revoke user takes: sign-in sessions, and grants with their client, scopes, beginning and end; --thorough looks through the whole table too where the stores know the name',
  options: {
    tenant: { type: 'string', explains: 'the tenant, where the name does not say it' },
    thorough: { type: 'boolean', explains: 'look through the whole table too where the stores know the name' },
  },
  effect: 'reads',
  async run(operator, [typed = ''], options) {
    const { print, report } = operator;
    const pace = createScanPace({ stopwatch: () => performance.now(), wait, report });
    const steps = { isThorough: options.thorough === true, report, onPage: pace };
    const open = await listOpen(operator, { typed, tenant: textOption(options, 'tenant') }, steps);
    for (const item of open) print(lineOf(item));
    if (open.length > 0) return 0;
    report(`Nobody who is called ${typed} has anything open.`);
    return 1;
  },
};

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function lineOf({ kind, user, clientId, grantType, scopes = [], since, usedAt, until, isWaiting }: OpenItem): string {
  const times = `since ${since}, ${kind === 'session' ? 'last used' : 'renewed'} ${usedAt}, until ${until}`;
  if (kind === 'session') return `session  ${user}  ${times}`;
  return `grant    ${user}  ${clientId}  ${grantType}${isWaiting === true ? ' (code not redeemed)' : ''}  ${scopes.join(' ')}  ${times}`;
}
