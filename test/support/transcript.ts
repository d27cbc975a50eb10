// What an agent, its user's browser and Gatehouse said to each other, as text: every request in its order, with what was random
// left out, so that a page can show what ran.

import type { AgentStep } from './mcp-agent.ts';
import type { BrowserStep } from './person-at-browser.ts';

/** A request, as one line says who asked for what, and another what came. */
interface Exchange {
  readonly who: 'agent' | 'browser' | 'Gatehouse';
  readonly method: string;
  readonly url: string;
  readonly sent: readonly string[];
  readonly status: number;
  readonly answered: readonly string[];
}

export interface Transcript {
  readonly onAgentRequest: () => (step: AgentStep) => void;
  onBrowserSteps(steps: readonly BrowserStep[]): void;
  /** Gatehouse has fetched a document of a client. */
  onDocument(url: string, document: string): void;
  /** Undefined while a request has no answer yet. */
  write(): string | undefined;
}

/** Of the metadata of an authorization server, what this client reads. */
const READ = [
  'issuer',
  'authorization_endpoint',
  'token_endpoint',
  'code_challenge_methods_supported',
  'client_id_metadata_document_supported',
];

/** @param names what stands in the text for an address of this run */
export function openTranscript(names: Readonly<Record<string, string>>): Transcript {
  const exchanges: (Exchange | undefined)[] = [];
  const say = (text: string): string =>
    Object.entries(names)
      .reduce((said, [from, to]) => said.replaceAll(from, to).replaceAll(encodeURIComponent(from), encodeURIComponent(to)), text)
      .replaceAll(/\b(gat|grt|gac)_[\w-]+/g, '$1_…');
  return {
    onAgentRequest() {
      const at = exchanges.push(undefined) - 1;
      return (step) => {
        exchanges[at] = ofAgent(step);
      };
    },
    onBrowserSteps: (steps) => void exchanges.push(...steps.map(ofBrowser)),
    onDocument: (url, document) =>
      void exchanges.push({ who: 'Gatehouse', method: 'GET', url, sent: [], status: 200, answered: [document] }),
    write() {
      const lines = exchanges.flatMap((exchange, at) => (exchange === undefined ? [] : [say(lineOf(exchange, at + 1))]));
      return lines.length === exchanges.length ? lines.join('\n') : undefined;
    },
  };
}

function lineOf({ who, method, url, sent, status, answered }: Exchange, number: number): string {
  const lines = [`${String(number).padStart(2)}. ${who.padEnd(9)} ${method} ${url}`, ...sent.map((text) => `      ${text}`)];
  return [...lines, `    → ${status}`, ...answered.map((text) => `      ${text}`)].join('\n');
}

function ofAgent({ method, url, headers, body, status, answerHeaders, answer }: AgentStep): Exchange {
  const sent = [...(headers.authorization === undefined ? [] : [`Authorization: ${headers.authorization}`]), ...sentOf(headers, body)];
  return { who: 'agent', method, url, sent, status, answered: answeredOf(answerHeaders, answer) };
}

function ofBrowser({ method, url, parameters, status, text, location }: BrowserStep): Exchange {
  const title = /<title>([^<]*)</.exec(text)?.[1];
  return {
    who: 'browser',
    method,
    url,
    sent: Object.entries(parameters).map(([name, value]) => `${name}=${isRandom(name) ? '…' : value}`),
    status,
    answered: [
      ...(location === undefined ? [] : [`Location: ${location.replace(/(state)=[^&]*/, '$1=…')}`]),
      ...(title === undefined ? [] : [`page: ${title}`]),
    ],
  };
}

/** Values that nobody can guess, and nobody is to see. */
const isRandom = (name: string): boolean => ['state', 'code_challenge', 'code_verifier', 'sealed_request', 'password'].includes(name);

function sentOf(headers: Readonly<Record<string, string>>, body: string): readonly string[] {
  if (body === '') return [];
  if (headers['content-type'] === 'application/json') return [body];
  return [...new URLSearchParams(body)].map(([name, value]) => `${name}=${isRandom(name) ? '…' : value}`);
}

function answeredOf(headers: Readonly<Record<string, string>>, answer: string): readonly string[] {
  const challenge = headers['www-authenticate'];
  if (challenge !== undefined) return [`WWW-Authenticate: ${challenge}`];
  if (answer === '') return [];
  const body: unknown = JSON.parse(answer);
  if (typeof body !== 'object' || body === null || !('authorization_endpoint' in body)) return [answer];
  const read = JSON.stringify(Object.fromEntries(Object.entries(body).filter(([name]) => READ.includes(name))));
  return [read.replace(/\}$/, ', …}')];
}
