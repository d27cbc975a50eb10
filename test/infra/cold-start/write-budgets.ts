// Records what the functions read at a cold start (`npm run budgets`).

import { writeFileSync } from 'node:fs';
import { bundle } from '../../../infra/gatehouse/functions/bundle.ts';
import { BUDGETED, recordFile } from './budget.ts';

for (const name of BUDGETED) {
  const { eagerBytes, eagerModules } = bundle(name);
  const modules = Object.fromEntries(Object.entries(eagerModules).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(recordFile(name), `${JSON.stringify({ bytes: eagerBytes, modules }, undefined, 2)}\n`);
}
