// `npm run outages`: both functions as they are deployed, each in its own process, with what they call failing at each call of
// each flow in turn. It ends with 1 where anything is allowed that should not be, where an outage is not told as one, or where
// it is not over within seconds of the end of the fault.
//
//   npm run outages               everything, the parts at once, each in a process of its own
//   npm run outages -- secrets    one part, or some

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { REPORT_HEAD, type Report } from './report.ts';

const PARTS: Readonly<Record<string, () => Promise<Report>>> = {
  dynamodb: async () => (await import('./dynamodb.ts')).breakDynamoDb(),
  secrets: async () => (await import('./secrets-manager.ts')).breakSecretsManager(),
  keys: async () => (await import('./key-sets.ts')).breakKeySets(),
  stores: async () => (await import('./userstores.ts')).breakUserstores(),
};

const asked = process.argv.slice(2);
const unknown = asked.find((name) => PARTS[name] === undefined);
if (unknown !== undefined) throw new Error(`There is no part ${unknown}, but ${Object.keys(PARTS).join(', ')}.`);
const [first, ...more] = asked.length === 0 ? Object.keys(PARTS) : asked;
process.exit(more.length === 0 ? await breakHere(first) : await breakBeside([first ?? '', ...more]));

async function breakHere(name = ''): Promise<number> {
  const report = await PARTS[name]?.();
  process.stdout.write(REPORT_HEAD);
  return report === undefined || report.print() > 0 ? 1 : 0;
}

async function breakBeside(names: readonly string[]): Promise<number> {
  const codes = names.map(async (name) => (await once(fork(fileURLToPath(import.meta.url), [name]), 'exit'))[0]);
  return (await Promise.all(codes)).every((code) => code === 0) ? 0 : 1;
}
