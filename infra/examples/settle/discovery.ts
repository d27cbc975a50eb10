// How an agent finds the rest from the URL of an API (RFC 9728): what API Gateway answers by itself, in which words it
// refuses, and whether the token function can fetch the document of a client that nobody registered.

import { RESOURCE_METADATA_PATH } from '../../../functions/configuration/resource-metadata.ts';
import { AGENTS } from '../../demo/agents-data.ts';
import { DEMO } from '../../demo/demo-data.ts';
import { type RawReply, sendHttp1 } from '../send-raw.ts';
import type { Question } from './question.ts';
import { get, memberOf, requestAgentToken } from './requests.ts';
import type { Headers, SettleTargets } from './targets.ts';

const JSON_BODY: Headers[number] = ['Content-Type', 'application/json'];
const SEARCH = 'Agents that are given the URL of a REST API don’t find who gives tokens for it: ';

export function discoveryQuestions(targets: SettleTargets): readonly Question[] {
  const { mcpUrl, httpMetadataUrl } = targets;
  const metadataUrl = metadataUrlOf(mcpUrl);
  const post = (url: string, headers: Headers) => sendHttp1({ method: 'POST', url, headers: [JSON_BODY, ...headers], body: '{}' });
  return [
    {
      id: 'discovery-document',
      question: 'a mock integration answers the document of a REST API as it stands, as JSON, to be kept for five minutes',
      assumed: '200 application/json public, max-age=300 as called',
      breaks: `${SEARCH}the token function would have to answer it, as for HTTP APIs.`,
      observe: async () => {
        const reply = await get(metadataUrl);
        return `${typeOf(reply)} ${reply.headers['cache-control']} ${memberOf(reply, 'resource') === mcpUrl ? 'as called' : 'otherwise'}`;
      },
    },
    {
      id: 'discovery-preflight',
      question: 'a page of any origin may ask for it with a header of its own',
      assumed: '204 * *',
      breaks: 'Agents that run in a browser don’t find who gives tokens.',
      observe: async () => {
        const asked = [
          ['Origin', 'https://app.example'],
          ['Access-Control-Request-Method', 'GET'],
          ['Access-Control-Request-Headers', 'mcp-protocol-version'],
        ] as const;
        const { status, headers } = await sendHttp1({ method: 'OPTIONS', url: metadataUrl, headers: asked });
        return `${status} ${headers['access-control-allow-origin']} ${headers['access-control-allow-headers']}`;
      },
    },
    {
      id: 'discovery-challenge',
      question: 'a challenge in a gateway response keeps its name, quotation marks and commas, without a token and with a bad one',
      assumed: `401 told, 401 told`,
      breaks: `${SEARCH}where API Gateway renames the header, the well-known path is left, which needs a custom domain.`,
      observe: async () => {
        const replies = [await post(mcpUrl, []), await post(mcpUrl, [['Authorization', 'Bearer x']])];
        return replies.map((reply) => `${reply.status} ${tells(reply, metadataUrl)}`).join(', ');
      },
    },
    {
      id: 'discovery-scope-challenge',
      question: 'the challenge of a 403, which the authorizer wrote, keeps its quotation marks',
      assumed: '403 insufficient_scope told',
      breaks: 'An agent is not told which scope it lacks, and does not ask its user for it.',
      observe: async () => {
        const reply = await post(`${mcpUrl}${AGENTS.ordersPath.slice(AGENTS.path.length)}`, [await requestAgentToken(targets)]);
        const error = /error="([^"]*)"/.exec(reply.headers['www-authenticate'] ?? '')?.[1];
        return `${reply.status} ${error} ${tells(reply, metadataUrl)}`;
      },
    },
    {
      id: 'discovery-front-of-stage',
      question: 'in front of the stage, where RFC 9728 section 3.1 has the document, API Gateway answers nothing of ours',
      assumed: 'refused',
      breaks: 'Nothing: it would be better. The page of it says that clients need the challenge there.',
      missing: metadataUrl === inFrontOfStage(mcpUrl) ? 'there is no stage in the address' : undefined,
      observe: async () => ((await get(inFrontOfStage(mcpUrl))).status >= 400 ? 'refused' : 'answered'),
    },
    {
      id: 'http-discovery-document',
      question: 'an HTTP API leads the path of its document to the token function, by a role, and says which API it is',
      assumed: '200 application/json as called',
      breaks: 'Agents that are given the URL of an HTTP API don’t find who gives tokens for it.',
      observe: async () => {
        const reply = await get(httpMetadataUrl);
        const isRight = metadataUrlOf(String(memberOf(reply, 'resource')), '/settle') === httpMetadataUrl;
        return `${typeOf(reply)} ${isRight ? 'as called' : 'otherwise'}`;
      },
    },
    ...clientDocument(targets),
  ];
}

function clientDocument({ agentUrl, tokenUrl, mcpUrl }: SettleTargets): readonly Question[] {
  return [
    {
      id: 'discovery-text-of-binary-api',
      question: 'an API that takes every media type for binary answers text out of a mock integration where it is told so',
      assumed: '200 application/json as called',
      breaks: 'APIs whose binaryMediaTypes are */* answer 500 in place of their document.',
      observe: async () => {
        const reply = await get(agentUrl);
        return `${typeOf(reply)} ${memberOf(reply, 'client_id') === agentUrl ? 'as called' : 'otherwise'}`;
      },
    },
    {
      id: 'client-document',
      question: 'the token function finds a public name by DNS and fetches the document of a client from there',
      assumed: '200',
      breaks: 'No client comes in whose id is a URL, and no key set or userstore is reached by name. Look at the log for why.',
      missing: agentUrl.startsWith(issuerOf(tokenUrl)) ? 'documents below the address of the issuer are taken from nobody' : undefined,
      observe: async () => {
        const query = new URLSearchParams({
          response_type: 'code',
          client_id: agentUrl,
          redirect_uri: DEMO.redirectUri,
          code_challenge: 'x'.repeat(43),
          code_challenge_method: 'S256',
          state: 'settle',
          scope: AGENTS.scope,
          resource: mcpUrl,
        });
        return String((await get(`${issuerOf(tokenUrl)}/t/${AGENTS.tenant}/oauth2/authorize?${query}`)).status);
      },
    },
  ];
}

const issuerOf = (tokenUrl: string): string => tokenUrl.replace(/\/oauth2\/token$/, '');

/** Below the root of the API, where the construct has it: `url` is that of its endpoint. */
const metadataUrlOf = (url: string, path: string = AGENTS.path): string => `${url.slice(0, -path.length)}${RESOURCE_METADATA_PATH}${path}`;

function inFrontOfStage(url: string): string {
  const at = URL.parse(url);
  return at === null ? '' : `${at.origin}${RESOURCE_METADATA_PATH}${at.pathname}`;
}

const typeOf = ({ status, headers }: RawReply): string => `${status} ${headers['content-type']?.split(';')[0]}`;

/** Whether the challenge says where the document is. */
const tells = ({ headers }: RawReply, metadataUrl: string): 'told' | 'not told' =>
  headers['www-authenticate']?.includes(`resource_metadata="${metadataUrl}"`) === true ? 'told' : 'not told';
