// `npm run bench`: prints, as ratios measured in this one run, the table of figures that the README shows.
//
//   npm run bench                                  everything but what takes minutes to prepare
//   npm run bench -- authorizer cold-start         these groups of rows alone
//   npm run bench -- authorizer --against main     the same of another commit, in turn, and what differs by more than noise

import { parseArgs } from 'node:util';
import { compareWith } from './compare-with.ts';
import { metOf, type Row } from './row.ts';

interface Measured {
  readonly rows: readonly Row[];
  /** Tables of Markdown that follow the rows. */
  readonly tables?: readonly string[];
}

/** Each is loaded when it is measured: none warms up the code of another. */
const GROUPS: Readonly<Record<string, () => Promise<Measured>>> = {
  authorizer: async () => ({ rows: await (await import('./authorizer.ts')).authorizerRows() }),
  'token-endpoint': async () => ({ rows: await (await import('./token-endpoint.ts')).tokenEndpointRows() }),
  'cold-start': async () => ({ rows: await (await import('./cold-start.ts')).coldStartRows() }),
  ldap: async () => ({ rows: await (await import('./ldap.ts')).ldapRows() }),
  'sign-in': async () => ({ rows: await (await import('./sign-in.ts')).signInRows() }),
  'end-to-end': async () => (await import('./end-to-end/end-to-end.ts')).endToEnd(),
  peers: async () => {
    const warm = [
      ...(await (await import('./peers/warm-authorizers.ts')).peerAuthorizerRows()),
      ...(await (await import('./token-endpoint.ts')).peerEndpointRows()),
    ];
    const { rows, tables } = await (await import('./peers/beside-others.ts')).besideOthers();
    return { rows: [...warm, ...rows], tables };
  },
  growth: async () => ({ rows: await (await import('./growth/growth.ts')).growthRows() }),
  reload: async () => (await import('./reload/reload.ts')).reloads(),
};
/** Installs others, or takes minutes: measured only where it is named. */
const LONG = new Set(['growth', 'peers', 'reload']);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { against: { type: 'string' }, rounds: { type: 'string', default: '3' }, json: { type: 'boolean', default: false } },
});
const names = positionals.length > 0 ? positionals : Object.keys(GROUPS).filter((name) => !LONG.has(name));
const unknown = names.filter((name) => !Object.hasOwn(GROUPS, name));
if (unknown.length > 0) {
  process.stderr.write(`No group is called ${unknown.join(', ')}. There are: ${Object.keys(GROUPS).join(', ')}.\n`);
  process.exit(2);
}

if (values.against !== undefined) {
  process.stdout.write(`${await compareWith(values.against, names, Number(values.rounds))}\n`);
} else {
  const measured: Measured[] = [];
  for (const name of names) measured.push(await (GROUPS[name] as () => Promise<Measured>)());
  const rows = measured.flatMap((group) => group.rows);
  process.stdout.write(values.json ? `${JSON.stringify(rows)}\n` : tableOf(rows));
  if (!values.json) for (const table of measured.flatMap(({ tables = [] }) => tables)) process.stdout.write(`\n${table}\n`);
}
// Directories and databases that a group has started keep the process alive for a while.
process.exit(0);

function tableOf(rows: readonly Row[]): string {
  const lines = [
    '| what | limit | Gatehouse | ratio | aim | met |',
    '|---|---|---|---|---|---|',
    ...rows.map((row) => `| ${row.what} | ${row.limit} | ${row.measured} | ${row.ratio.toFixed(2)} | ${row.aim} | ${metOf(row)} |`),
  ];
  return `Node ${process.version}, ${process.arch}. Ratios of medians from interleaved runs.\n\n${lines.join('\n')}\n`;
}
