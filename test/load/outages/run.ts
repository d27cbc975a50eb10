// `npm run outages`: both functions as they are deployed, each in its own process, with what they call failing at each call of
// each flow in turn. It ends with 1 where anything is allowed that should not be, where an outage is not told as one, or where
// it is not over when the service is back.
//
//   npm run outages               everything, each part in a process of its own
//   npm run outages -- dynamodb   one part

import { breakDynamoDb } from './dynamodb.ts';
import { REPORT_HEAD } from './report.ts';
import { breakSecretsManager } from './secrets-manager.ts';

const PARTS = { dynamodb: breakDynamoDb, secrets: breakSecretsManager } as const;

let faults = 0;
const asked = process.argv.slice(2);
for (const [, part] of Object.entries(PARTS).filter(([name]) => asked.length === 0 || asked.includes(name))) {
  const report = await part();
  process.stdout.write(REPORT_HEAD);
  faults += report.print();
}
process.exit(faults > 0 ? 1 : 0);
