import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import type { AwsCredentials } from '../../../../functions/storage/aws/aws-credentials.ts';
import { signRequest } from '../../../../functions/storage/aws/sign-request.ts';

/** What the SDK's own signer makes of a call. */
async function signedBySdk(credentials: AwsCredentials, region: string, key: string) {
  let captured: { headers: Record<string, string>; body: string } | undefined;
  const client = new DynamoDBClient({
    region,
    maxAttempts: 1,
    credentials: {
      accessKeyId: credentials.accessKeyId,
      secretAccessKey: credentials.secretAccessKey,
      ...(credentials.sessionToken !== undefined && { sessionToken: credentials.sessionToken }),
    },
    requestHandler: {
      async handle(request: { headers: Record<string, string>; body: string }) {
        captured = request;
        throw new Error('captured');
      },
    },
  });
  await assert.rejects(client.send(new GetItemCommand({ TableName: 'Gatehouse-Tokens', Key: { id: { S: key } } })));
  assert.ok(captured);
  return captured;
}

test('the signature is the one that the SDK makes, for any body, Region and credentials', async () => {
  const word = fc.stringMatching(/^[A-Za-z0-9/+]{16,40}$/);
  await fc.assert(
    fc.asyncProperty(
      word,
      word,
      fc.option(word, { nil: undefined }),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('us-east-1', 'eu-west-3'),
      async (accessKeyId, secretAccessKey, sessionToken, key, region) => {
        const credentials = { accessKeyId, secretAccessKey, sessionToken };
        const { headers, body } = await signedBySdk(credentials, region, key);
        const signed = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1]?.split(';') ?? [];
        const own = new Set(['host', 'x-amz-date', 'x-amz-security-token']);
        const given = Object.fromEntries(signed.filter((name) => !own.has(name)).map((name) => [name, headers[name] ?? '']));
        const nowMs = Date.parse((headers['x-amz-date'] ?? '').replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/, '$1-$2-$3T$4:$5:$6Z'));
        const request = { service: 'dynamodb', region, host: headers.host ?? '', headers: given, body };
        assert.equal(signRequest(request, credentials, nowMs).authorization, headers.authorization);
      },
    ),
    { numRuns: 25 },
  );
});

test('the example post-vanilla of AWS’s test suite for Signature Version 4', () => {
  const headers = signRequest(
    { service: 'service', region: 'us-east-1', host: 'example.amazonaws.com', headers: {}, body: '' },
    { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
    Date.parse('2015-08-30T12:36:00Z'),
  );
  assert.equal(
    headers.authorization,
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, ' +
      'Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  );
});
