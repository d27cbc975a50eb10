// `explain` on the running system: the id that a caller got leads to the line, and what is said of it and of the call is
// what the caller got.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { explainCall } from '../../infra/admin/explain/explain-call.ts';
import { explainRequest } from '../../infra/admin/explain/explain-request.ts';
import type { ExplainedDecision } from '../../infra/admin/explain/explained-decision.ts';
import { openOperator } from '../../infra/admin/open-operator.ts';
import { DEMO } from '../../infra/demo/demo-data.ts';
import { askForToken, passwordGrant, startTestRun, type TestRun } from '../support/local-run.ts';
import { useTestCredentials } from '../support/tables.ts';

let run: TestRun;
before(async () => {
  run = await startTestRun();
  useTestCredentials();
  process.env.AWS_ENDPOINT_URL_DYNAMODB = run.dynamoDbUrl;
  process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = run.secretsManagerUrl;
});
after(() => run?.close());

const openOnRun = () =>
  openOperator({
    stackName: 'Gatehouse',
    localPort: Number(new URL(run.url).port),
    clock: Date.now,
    report: () => {},
    confirm: async () => true,
    isInteractive: false,
    readInput: async () => '',
    readSecret: async () => '',
    pathOf: (path) => path,
    environment: {},
    tokenUrl: `${run.url}/oauth2/token`,
  });

async function explainAnswer(answer: Response): Promise<ExplainedDecision> {
  const operator = openOnRun();
  try {
    const requestId = answer.headers.get('x-amzn-requestid') ?? '';
    return await explainRequest(await operator.openLog([]), await operator.openExplain(), { requestId, sinceMs: 0 });
  } finally {
    operator.close();
  }
}

async function explainOrder(token: string): Promise<ExplainedDecision> {
  const operator = openOnRun();
  try {
    const resource = `POST ${run.url}${DEMO.context}/order`;
    return await explainCall(await operator.openExplain(), { resource, apiType: 'rest', caller: { kind: 'token', token } });
  } finally {
    operator.close();
  }
}

test('a call that is refused: the id of its answer, and its token, lead to the rule that has decided', async () => {
  const { body } = await askForToken(run.url, passwordGrant('publisher@my_company', DEMO.primaryUser.password));
  run.flushAuthorizerCaches();
  const call = () =>
    fetch(`${run.url}${DEMO.context}/order`, { method: 'POST', headers: { authorization: `Bearer ${body.access_token}` } });
  const answer = await call();
  assert.equal(answer.status, 403);
  const { code } = (await answer.json()) as { code: string };
  for (const explained of [await explainAnswer(answer), await explainOrder(body.access_token)]) {
    assert.partialDeepStrictEqual(explained, { outcome: 'forbidden', status: 403, code, reason: 'scope-or-permission-missing' });
    assert.equal(explained.decidedBy?.entry, 'Tenants, my_company / api#pizzashack');
    assert.match(explained.change, /order:write needs .*roles publisher do not give: role#customer would/);
    assert.ok(!JSON.stringify(explained).includes(body.access_token));
  }
  // The second time API Gateway answers out of its cache, and no function is asked: the answer says for whom it was made.
  const cached = await call();
  assert.equal(cached.headers.get('gatehouse-decision'), answer.headers.get('x-amzn-requestid'));
  const explained = await explainAnswer(cached);
  assert.partialDeepStrictEqual(explained, { status: 403, reason: 'scope-or-permission-missing' });
  assert.match(explained.notes.join(), /out of its cache/);
});

test('a token request that is refused, and a route that is not there', async () => {
  const authorization = `Basic ${Buffer.from('demo-app:wrong').toString('base64')}`;
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  const answer = await fetch(`${run.url}/oauth2/token`, { method: 'POST', headers: { authorization }, body: form });
  const explained = await explainAnswer(answer);
  assert.partialDeepStrictEqual(explained, { outcome: 'no-token', status: answer.status, code: 'invalid_client', reason: 'wrong-secret' });
  assert.deepEqual(explained.decidedBy, { entry: 'Clients, demo-app', attribute: 'secrets' });
  const nowhere = await explainAnswer(await fetch(`${run.url}${DEMO.context}/nowhere`));
  assert.match(nowhere.meaning, /no such resource or method/);
});
