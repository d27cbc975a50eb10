// Our endpoints beside those of the SDK: every Region that CDK knows, and Regions to come of every partition.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { endpointOf } from '../../../../functions/storage/aws/endpoint.ts';

const CREDENTIALS = { accessKeyId: 'a', secretAccessKey: 'b' };
/** Names that no Region has yet, one for each partition. */
const TO_COME = [
  'eu-north-9',
  'mx-west-9',
  'cn-south-9',
  'us-gov-north-9',
  'us-iso-north-9',
  'us-isob-north-9',
  'eu-isoe-north-9',
  'us-isof-north-9',
  'eusc-de-west-9',
];
const REGIONS = [...RegionInfo.regions.map(({ name }) => name), ...TO_COME];
const SUFFIXES = new Map(RegionInfo.regions.map(({ name, domainSuffix }) => [name, domainSuffix]));

const sdk = {
  dynamodb: new DynamoDBClient({ region: 'us-east-1', credentials: CREDENTIALS }),
  secretsmanager: new SecretsManagerClient({ region: 'us-east-1', credentials: CREDENTIALS }),
};

const options = [false, true].flatMap((isFips) => [false, true].map((isDualStack) => ({ isFips, isDualStack })));

function ours(service: keyof typeof sdk, region: string, { isFips, isDualStack }: (typeof options)[number], more = {}): string {
  const variables = { AWS_USE_FIPS_ENDPOINT: String(isFips), AWS_USE_DUALSTACK_ENDPOINT: String(isDualStack), ...more };
  return `${endpointOf(service, region, variables)}/`;
}

test('every service, Region, FIPS and dual stack: the endpoint is where the SDK has it', () => {
  assert.ok(REGIONS.length > 40);
  for (const region of REGIONS)
    for (const option of options) {
      const { isFips: UseFIPS, isDualStack: UseDualStack } = option;
      const parameters = { Region: region, UseFIPS, UseDualStack };
      const dynamoDb = sdk.dynamodb.config.endpointProvider({ ...parameters, AccountIdEndpointMode: 'disabled' });
      const secretsManager = sdk.secretsmanager.config.endpointProvider(parameters);
      const said = `${region} ${JSON.stringify(option)}`;
      assert.equal(ours('dynamodb', region, option), dynamoDb.url.href, said);
      assert.equal(ours('secretsmanager', region, option), secretsManager.url.href, said);
      // As in a function, whose stack says how names end.
      const suffix = SUFFIXES.get(region);
      if (suffix !== undefined) assert.equal(ours('dynamodb', region, option, { URL_SUFFIX: suffix }), dynamoDb.url.href, said);
    }
});

test('a partition that nobody knew when this was written is where its stack says', () => {
  const variables = { URL_SUFFIX: 'amazonaws.example' };
  assert.equal(endpointOf('dynamodb', 'xx-moon-1', variables), 'https://dynamodb.xx-moon-1.amazonaws.example');
  assert.throws(() => endpointOf('dynamodb', 'xx-moon-1', { ...variables, AWS_USE_DUALSTACK_ENDPOINT: 'true' }), /amazonaws\.example/);
});

test('the variables are those that the SDK reads, and an endpoint of its own comes before them', async (t) => {
  const before = { ...process.env };
  t.after(() => {
    process.env = before;
  });
  process.env = { ...before, AWS_USE_FIPS_ENDPOINT: 'true', AWS_USE_DUALSTACK_ENDPOINT: 'true' };
  delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
  delete process.env.AWS_ENDPOINT_URL;
  const hosts: string[] = [];
  const client = new DynamoDBClient({
    region: 'eu-west-3',
    credentials: CREDENTIALS,
    maxAttempts: 1,
    requestHandler: {
      async handle({ hostname }: { readonly hostname: string }) {
        hosts.push(hostname);
        throw new Error('captured');
      },
    },
  });
  await assert.rejects(client.send(new ListTablesCommand({})));
  assert.deepEqual(
    hosts.map((host) => `https://${host}`),
    [endpointOf('dynamodb', 'eu-west-3', process.env)],
  );
  const own = { ...process.env, AWS_ENDPOINT_URL: 'http://a', AWS_ENDPOINT_URL_DYNAMODB: 'http://b' };
  assert.equal(endpointOf('dynamodb', 'x', own), 'http://b');
  assert.equal(endpointOf('secretsmanager', 'x', own), 'http://a');
});
