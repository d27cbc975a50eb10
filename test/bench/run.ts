// `npm run bench`: prints, as ratios measured in this one run, the table of figures that the README shows.

import { authorizerRows } from './authorizer.ts';
import { coldStartRows } from './cold-start.ts';
import { ldapRows } from './ldap.ts';
import { tokenEndpointRows } from './token-endpoint.ts';

/** One line of the table. A ratio speaks for itself; the absolute figure says on what machine it was seen. */
export interface Row {
  readonly what: string;
  readonly limit: string;
  readonly measured: string;
  readonly ratio: number;
  /** `≥ 0.65`, `≤ 2`. */
  readonly aim: string;
}

/** Whether a ratio meets its aim. */
function isMet({ ratio, aim }: Row): boolean {
  const bound = Number(aim.slice(2));
  return aim.startsWith('≥') ? ratio >= bound : ratio <= bound;
}

const rows = [...(await authorizerRows()), ...(await tokenEndpointRows()), ...(await coldStartRows()), ...(await ldapRows())];
const lines = [
  '| what | limit | Gatehouse | ratio | aim | met |',
  '|---|---|---|---|---|---|',
  ...rows.map(
    (row) => `| ${row.what} | ${row.limit} | ${row.measured} | ${row.ratio.toFixed(2)} | ${row.aim} | ${isMet(row) ? 'yes' : 'no'} |`,
  ),
];
process.stdout.write(`Node ${process.version}, ${process.arch}. Ratios of medians from interleaved runs.\n\n${lines.join('\n')}\n`);
