// `npm run bench`: prints, as ratios measured in this one run, the table of figures that the README shows.

import { authorizerRows } from './authorizer.ts';
import { coldStartRows } from './cold-start.ts';
import { ldapRows } from './ldap.ts';
import { metOf } from './row.ts';
import { signInRows } from './sign-in.ts';
import { tokenEndpointRows } from './token-endpoint.ts';

const rows = [
  ...(await authorizerRows()),
  ...(await tokenEndpointRows()),
  ...(await coldStartRows()),
  ...(await ldapRows()),
  ...(await signInRows()),
];
const lines = [
  '| what | limit | Gatehouse | ratio | aim | met |',
  '|---|---|---|---|---|---|',
  ...rows.map((row) => `| ${row.what} | ${row.limit} | ${row.measured} | ${row.ratio.toFixed(2)} | ${row.aim} | ${metOf(row)} |`),
];
process.stdout.write(`Node ${process.version}, ${process.arch}. Ratios of medians from interleaved runs.\n\n${lines.join('\n')}\n`);
