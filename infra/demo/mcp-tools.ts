// The tools of the demo's MCP server. What they know of the caller comes from the verified X-JWT-Assertion alone.

import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type { JWTPayload } from 'jose';
import { ENDUSER } from './verify-assertion.ts';

const APPLICATION_NAME = 'http://wso2.org/claims/applicationname';
const APPLICATION_ID = 'http://wso2.org/claims/applicationid';

type OpenTools = (caller: JWTPayload) => McpServer;

const answer = (structuredContent: Record<string, unknown>): CallToolResult => ({
  content: [{ type: 'text', text: JSON.stringify(structuredContent) }],
  structuredContent,
});

const newServer = (): McpServer => new McpServer({ name: 'gatehouse-demo', version: '1.0.0' });

/** Who the end user is, and who acts for her: the application, and after an exchange of tokens the chain in `act`. */
function openWhoami(caller: JWTPayload): McpServer {
  const server = newServer();
  server.registerTool('whoami', { description: 'Who you are to this server, and which application acts for you.' }, () =>
    answer({
      user: caller[ENDUSER],
      application: { id: caller[APPLICATION_ID], name: caller[APPLICATION_NAME] },
      ...(caller.act !== undefined && { act: caller.act }),
    }),
  );
  return server;
}

function openOrders(caller: JWTPayload): McpServer {
  const server = newServer();
  server.registerTool('order_pizza', { description: 'Orders a Margherita in your name.' }, () =>
    answer({ pizza: 'Margherita', price: '8.50', orderedBy: caller[ENDUSER] }),
  );
  return server;
}

/** By the path of the endpoint. */
export const TOOLS: ReadonlyMap<string, OpenTools> = new Map([
  ['/mcp', openWhoami],
  ['/mcp/orders', openOrders],
]);
