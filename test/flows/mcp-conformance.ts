// The conformance suite of MCP against the issuer of the demo's second tenant: both of its scenarios for authorization servers.
// The suite counts a run as good in which nothing was checked; here a scenario passes with a check that succeeded, and with
// none that failed, warned or was skipped.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AGENTS } from '../../infra/demo/agents-data.ts';
import { portsInARow } from '../support/free-ports.ts';
import { startTestRun, type TestRun } from '../support/local-run.ts';
import { runConformance } from '../support/mcp-conformance.ts';
import { openPerson } from '../support/person-at-browser.ts';

let run: TestRun;
before(async () => {
  run = await startTestRun();
});
after(() => run?.close());

/** By scenario, what each of its checks found: one that is added or dropped is to be looked at. */
const EXPECTED = {
  'authorization-server-metadata-endpoint': { 'authorization-server-metadata': 'SUCCESS', 'authorization-server-metadata-cimd': 'SUCCESS' },
  'authorization-code-grant': { 'authorization-code-grant': 'SUCCESS' },
};

test('the scenarios for authorization servers of the MCP conformance suite pass', async () => {
  const results = await runConformance({
    issuer: `${run.url}/t/${AGENTS.tenant}`,
    clientId: AGENTS.client.id,
    resource: `${run.url}${AGENTS.path}`,
    callbackPort: await portsInARow(),
    visit: async (address) => (await openPerson(AGENTS.user)(address)).back,
  });
  const found = Object.fromEntries(
    [...results].map(([scenario, checks]) => [scenario, Object.fromEntries(checks.map(({ id, status }) => [id, status]))]),
  );
  assert.deepEqual(found, EXPECTED, JSON.stringify([...results.values()].flat().map(({ errorMessage }) => errorMessage)));
});
