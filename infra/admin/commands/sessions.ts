// `sessions`: what a user has open.

import type { OpenItem } from '../incidents/describe-held.ts';
import { listOpen } from '../incidents/list-open.ts';
import { createScanPace } from '../incidents/scan-pace.ts';
import { layOutTable } from '../lay-out-table.ts';
import { type Command, textOption } from './command.ts';
import { counted } from './counted.ts';
import { EXIT } from './exit-codes.ts';
import { outcomeOf } from './outcome.ts';

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
    const { report } = operator;
    const pace = createScanPace({ stopwatch: () => performance.now(), wait, report });
    const steps = { isThorough: options.thorough === true, report, onPage: pace };
    const open = await listOpen(operator, { typed, tenant: textOption(options, 'tenant') }, steps);
    if (open.length === 0) report(`Nobody who is called ${typed} has anything open.`);
    const count = (kind: OpenItem['kind']): number => open.filter((item) => item.kind === kind).length;
    const summary = `${counted(count('session'), 'sign-in session')}, ${counted(count('grant'), 'grant')}`;
    return outcomeOf(open, tableOf, open.length === 0 ? { exitCode: EXIT.refused } : { summary });
  },
};

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function tableOf(open: readonly OpenItem[], columns: number): string[] {
  return layOutTable(
    open.map(({ kind, user, clientId = '', scopes = [], since, usedAt, until, ...how }) => ({
      KIND: kind,
      USER: user,
      CLIENT: clientId,
      GRANT: grantOf(how),
      SCOPES: scopes.join(' '),
      SINCE: since,
      'LAST USED': usedAt,
      UNTIL: until,
    })),
    columns,
  );
}

function grantOf({ grantType = '', isWaiting, actors = [] }: Pick<OpenItem, 'grantType' | 'isWaiting' | 'actors'>): string {
  const name = grantType.replace(/^urn:ietf:params:oauth:grant-type:/, '');
  const by = actors.length === 0 ? '' : ` by ${actors.join(', for ')}`;
  return `${name}${by}${isWaiting === true ? ' (code not redeemed)' : ''}`;
}
