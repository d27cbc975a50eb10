// What only AWS can settle: asks a deployment of settle-app.ts everything that documentation leaves open or that nothing
// but a look shows, and says where AWS answers otherwise than Gatehouse is built on. `--help` says how.

import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DEMO } from '../demo/demo-data.ts';
import { writeDemoEntries } from '../demo/write-demo-entries.ts';
import { allQuestions } from './settle/all-questions.ts';
import { findAwsCli } from './settle/aws-cli.ts';
import { formatSettled } from './settle/format-settled.ts';
import { ask, type Settled, verdictOf } from './settle/question.ts';
import { readOutputs } from './settle/read-outputs.ts';
import { bearerOf, requestUserToken } from './settle/requests.ts';
import { writeSettleEntries } from './settle/settle-entries.ts';
import type { SettleTargets } from './settle/targets.ts';
import { requestStsToken } from './settle/workload.ts';

const HELP = `Asks AWS what Gatehouse assumes of it, and prints a table. Nothing is deployed by it; it writes a few entries, and takes
them away again. All of it costs cents.

  1. Deploy, into an account where nobody minds (about five minutes; again with -c accountCloudWatchRole=true where
     API Gateway may not write logs in that account yet). Once with -c fail=true before, if a failed first deployment is
     to be tried as well.

       npx cdk deploy --all --app 'npx node infra/examples/settle-app.ts' --outputs-file settle-outputs.json

  2. Ask (about five minutes; --quick leaves out what waits for a minute and more):

       npx node infra/examples/settle-on-aws.ts --outputs settle-outputs.json

  3. Delete, with all data:

       npx cdk destroy --all --app 'npx node infra/examples/settle-app.ts'

  --outputs FILE          what cdk deploy wrote; needed
  --stack NAME            name of the stack; Gatehouse-Settle
  --quick                 leaves out what waits for more than ten seconds
  --json                  prints JSON in place of the table
  --custom-url URL        https://api.example.org/base: the REST API SettleRest, stage prod, under a domain with a base path
  --mutual-tls-url URL    a route of an API of yours behind mutual TLS, whose rule takes certificates
  --certificate FILE      PEM of a client certificate for it, whose CN is a user
  --key FILE              PEM of its key
  --help                  this text

The AWS CLI is used where it is installed, with the same credentials and Region. Whether a role can be a client is asked
where the account gives tokens (once: aws iam enable-outbound-web-identity-federation). Exit code: 0 where AWS answers as
assumed, 1 where it does not, 2 for wrong arguments.
`;

/** The demo's entries must be there. @throws Error where there is no token to ask with */
export async function settle(targets: SettleTargets, isQuick: boolean): Promise<readonly Settled[]> {
  const userToken = await requestUserToken(targets, DEMO.opaqueClient);
  const settled: Settled[] = [];
  for (const question of allQuestions(targets, { userToken, bearer: bearerOf(userToken) })) settled.push(await ask(question, isQuick));
  return settled;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      outputs: { type: 'string' },
      stack: { type: 'string', default: 'Gatehouse-Settle' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      'custom-url': { type: 'string' },
      'mutual-tls-url': { type: 'string' },
      certificate: { type: 'string' },
      key: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help || values.outputs === undefined) {
    process[values.help ? 'stdout' : 'stderr'].write(HELP);
    return values.help ? 0 : 2;
  }
  const { targets, apis, demo } = readOutputs(JSON.parse(readFileSync(values.outputs, 'utf8')), values.stack);
  const { certificate, key, 'mutual-tls-url': mutualTlsUrl } = values;
  const dynamoDb = new DynamoDBClient({});
  await writeDemoEntries({ dynamoDb, secretsManager: new SecretsManagerClient({}) }, demo);
  const aws = await findAwsCli();
  const workload = aws === undefined ? undefined : await requestStsToken(aws, targets.tokenUrl.replace(/\/oauth2\/token$/, ''));
  const takeAway = await writeSettleEntries(dynamoDb, values.stack, apis, workload);
  // A running function takes up new entries within seconds.
  await delay(12_000);
  try {
    const mutualTls =
      mutualTlsUrl === undefined || certificate === undefined || key === undefined
        ? undefined
        : { url: mutualTlsUrl, certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') };
    const settled = await settle({ ...targets, customUrl: values['custom-url'], mutualTls, workload, aws, pause: delay }, values.quick);
    process.stdout.write(values.json ? `${JSON.stringify(settled, null, 2)}\n` : formatSettled(settled));
    return settled.some((each) => verdictOf(each) === 'OTHERWISE') ? 1 : 0;
  } finally {
    await takeAway();
  }
}

if (import.meta.main) process.exitCode = await main();
