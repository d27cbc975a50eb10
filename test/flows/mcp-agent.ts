// From a URL to a tool call: an agent made with the official SDK of MCP, which nobody has registered, is given the URL of the
// demo's MCP server and nothing else. It finds out who signs users in, has ada signed in, calls the tool in her name, renews,
// is asked for more, and is revoked.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { AGENTS } from '../../infra/demo/agents-data.ts';
import { type AgentDocuments, openAgentDocuments } from '../support/agent-documents.ts';
import { eventually } from '../support/eventually.ts';
import { startTestRun, type TestRun } from '../support/local-run.ts';
import { type Agent, type AgentStep, openAgent } from '../support/mcp-agent.ts';
import { openPerson, type VisitAddress } from '../support/person-at-browser.ts';
import { openCommands } from '../support/run-commands.ts';
import { openTranscript, type Transcript } from '../support/transcript.ts';

const PAGE = new URL('../../infra/gatehouse/authorizers/MCP.md', import.meta.url);
const WHOAMI = { user: 'ada@agents' };

let run: TestRun;
let host: AgentDocuments;
let transcript: Transcript | undefined;
const agents: Agent[] = [];
before(async () => {
  host = await openAgentDocuments((url, document) => transcript?.onDocument(url, document));
  run = await startTestRun();
});
after(async () => {
  for (const agent of agents) await agent.close();
  await run?.close();
  await host?.close();
});

interface Told {
  /** Whether its document says that it wants refresh tokens. Default: true. */
  readonly renews?: boolean;
  readonly onRequest?: () => (step: AgentStep) => void;
  readonly visit?: VisitAddress;
}

/** An agent of a document of its own, whose user has signed in nowhere yet. */
function open(name: string, { renews = true, onRequest, visit = openPerson(AGENTS.user) }: Told = {}): Agent {
  const clientMetadata = {
    client_name: 'Test agent',
    redirect_uris: ['http://127.0.0.1:49152/callback'],
    grant_types: ['authorization_code', ...(renews ? ['refresh_token'] : [])],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  };
  const clientMetadataUrl = host.publish(`/${name}.json`, clientMetadata);
  const agent = openAgent({ clientMetadataUrl, clientMetadata, visit, ...(onRequest && { onRequest }) });
  agents.push(agent);
  return agent;
}

const userOf = (answer: unknown) => ({ user: (answer as { readonly user: unknown }).user });
const mcp = (): string => `${run.url}${AGENTS.path}`;

test('from a URL to a tool call, with no settings: what was said on the way is what the page shows', async () => {
  const { origin: documentHost, host: shown } = new URL(host.publish('/agent.json', { redirect_uris: [] }));
  transcript = openTranscript({ [run.url]: 'http://127.0.0.1:3000', [shown]: '127.0.0.1:8443' });
  const person = openPerson(AGENTS.user);
  const visit: VisitAddress = async (address) => {
    const visited = await person(address);
    transcript?.onBrowserSteps(visited.steps);
    return visited;
  };
  const agent = open('agent', { onRequest: transcript.onAgentRequest, visit });
  assert.deepEqual(await agent.listTools(mcp()), ['whoami']);
  const answer = await agent.callTool(mcp(), 'whoami');
  // The SDK does not wait for the answer to its GET.
  const { write } = transcript;
  const said = await eventually(10, async () => write() ?? assert.fail('a request has no answer yet'));
  transcript = undefined;
  const id = `${documentHost}/agent.json`;
  assert.deepEqual(answer, { ...WHOAMI, application: { id, name: id } });
  assert.deepEqual([agent.signIns(), agent.tokens()?.scope], [1, AGENTS.scope]);
  const [, before = '', , rest = ''] =
    /^([\s\S]*<!-- transcript -->\n\n```text\n)([\s\S]*?)(\n```\n[\s\S]*)$/.exec(readFileSync(PAGE, 'utf8')) ?? [];
  if (process.env.GATEHOUSE_TRANSCRIPT === 'write') writeFileSync(PAGE, `${before}${said}${rest}`);
  assert.equal(readFileSync(PAGE, 'utf8'), `${before}${said}${rest}`, 'npm run -s transcript writes it anew');
});

test('the agent renews by itself what has expired, and nobody signs in again', async () => {
  const agent = open('renewing');
  await agent.callTool(mcp(), 'whoami');
  const first = agent.tokens();
  agent.forgetAccessToken();
  assert.deepEqual(userOf(await agent.callTool(mcp(), 'whoami')), WHOAMI);
  assert.equal(agent.signIns(), 1);
  assert.notEqual(agent.tokens()?.refresh_token, first?.refresh_token, 'the refresh token is another one each time');
});

test('step-up: a tool that needs another scope is 403, the agent has its user asked for it, and both tools answer', async () => {
  const statuses: string[] = [];
  const onRequest =
    () =>
    ({ method, url, status, answerHeaders }: AgentStep): void => {
      if (status === 403) statuses.push(`${method} ${new URL(url).pathname}: ${answerHeaders['www-authenticate']}`);
    };
  // Where it holds a refresh token, SDK 1.32 renews in place of asking, and gives up (typescript-sdk#2255).
  const agent = open('stepping-up', { renews: false, onRequest });
  await agent.callTool(mcp(), 'whoami');
  assert.equal(agent.tokens()?.scope, AGENTS.scope);
  const order = await agent.callTool(`${run.url}${AGENTS.ordersPath}`, 'order_pizza');
  assert.deepEqual(order, { pizza: 'Margherita', price: '8.50', orderedBy: 'ada@agents' });
  assert.equal(statuses.length, 1);
  assert.match(statuses[0] ?? '', /^POST \/mcp\/orders: Bearer .*error="insufficient_scope", scope="mcp:tools pizza:order"/);
  assert.deepEqual([agent.signIns(), agent.tokens()?.scope], [2, `${AGENTS.scope} ${AGENTS.ordersScope}`]);
  assert.deepEqual(userOf(await agent.callTool(mcp(), 'whoami')), WHOAMI, 'what it had before it still has');
});

test('gatehouse revoke user ends what the agent holds: 401, and its user signs in again', async () => {
  const agent = open('revoked');
  await agent.callTool(mcp(), 'whoami');
  const commands = openCommands(run);
  for (const [command = ''] of readFileSync(PAGE, 'utf8').matchAll(/(?<=^npm run gatehouse -- ).*$/gm)) {
    const { code, text } = await commands(command);
    assert.deepEqual([code, code === 0 ? '' : text], [0, ''], command);
  }
  // API Gateway keeps an answer for a minute: the stated bound of a revocation.
  run.flushAuthorizerCaches();
  assert.deepEqual(userOf(await agent.callTool(mcp(), 'whoami')), WHOAMI);
  assert.equal(agent.signIns(), 2, 'the refresh token was dead too');
});

test('gatehouse revoke client ends what everybody has allowed one agent, and no other agent', async () => {
  const [agent, other] = [open('ended'), open('untouched')];
  for (const each of [agent, other]) await each.callTool(mcp(), 'whoami');
  const { code, text } = await openCommands(run)(['revoke', 'client', agent.clientId, '--tenant', AGENTS.tenant, '--local']);
  assert.equal(code, 0, text);
  await eventually(20, async () => {
    run.flushAuthorizerCaches();
    assert.deepEqual(userOf(await agent.callTool(mcp(), 'whoami')), WHOAMI);
    // Twice where it signed in again within the second that the command named.
    assert.ok(agent.signIns() >= 2);
  });
  await other.callTool(mcp(), 'whoami');
  assert.equal(other.signIns(), 1);
});

test('the document of an agent is fetched when its user signs in, and never for a call', async () => {
  const agent = open('steady');
  await agent.callTool(mcp(), 'whoami');
  const asked = host.asked.length;
  for (let call = 0; call < 5; call++) {
    run.flushAuthorizerCaches();
    await agent.callTool(mcp(), 'whoami');
  }
  assert.equal(host.asked.length, asked);
});
