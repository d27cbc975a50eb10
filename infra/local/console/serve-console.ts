// The pages of the local run, below `/_gatehouse/`, where no API of yours is in their way. They are no part of the stack.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { AGENTS } from '../../demo/agents-data.ts';
import { DEMO } from '../../demo/demo-data.ts';
import { type GatewayRequest, type GatewayResponse, type HeaderList, headerValue } from '../../emulator/gateway/http-message.ts';
import { isLocalHost } from '../../emulator/local-caller.ts';
import type { LocalApi } from '../local-apis.ts';

/** Nothing from elsewhere, nothing inline, no frame around it, and no markup out of text. */
const SECURITY_HEADERS: HeaderList = [
  [
    'Content-Security-Policy',
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  ],
  ['X-Content-Type-Options', 'nosniff'],
  ['Referrer-Policy', 'no-referrer'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Cache-Control', 'no-store'],
];

const { tenant, context, externalUser, primaryUser, opaqueClient, jwtClient, webClient, scope } = DEMO;

/** Where the sign-in page sends the browser back to; the port of a loopback address is free (RFC 8252, section 7.3). */
const CALLBACK = new URL(DEMO.redirectUri).pathname;
const AFTER_SIGN_OUT = new URL(DEMO.postLogoutRedirectUri).pathname;

/** What the page offers: the demo entries, which are no secret. */
const CHOICES = {
  clients: [
    { ...opaqueClient, label: `${opaqueClient.id} (opaque tokens)` },
    { ...jwtClient, label: `${jwtClient.id} (JWT)` },
    { ...webClient, label: `${webClient.id} (sign-in page)` },
    {
      ...AGENTS.client,
      label: `${AGENTS.client.id} (sign-in page of the tenant ${AGENTS.tenant})`,
      issuer: `/t/${AGENTS.tenant}`,
      scope: AGENTS.scope,
      resource: AGENTS.path,
      hint: ` There is ${AGENTS.user.username}, with the password ${AGENTS.user.password}.`,
    },
  ],
  callback: CALLBACK,
  afterSignOut: AFTER_SIGN_OUT,
  users: [
    { ...externalUser, username: `${externalUser.username}@${tenant}`, label: `${externalUser.username} (web service)` },
    { ...primaryUser, username: `${primaryUser.username}@${tenant}`, label: `${primaryUser.username} (primary store)` },
    { username: `${externalUser.username}@${tenant}`, password: 'wrong', label: `${externalUser.username}, wrong password` },
    { username: null, password: null, label: 'nobody: the application itself' },
  ],
  scope,
  operations: [
    { method: 'GET', path: `${context}/whoami`, label: 'whoami' },
    { method: 'GET', path: `${context}/menu`, label: 'menu' },
    { method: 'POST', path: `${context}/order`, label: 'order', body: { pizza: 'Margherita' } },
    { method: 'GET', path: `${context}/health`, label: 'health (open)' },
    {
      method: 'POST',
      path: AGENTS.path,
      label: 'mcp: whoami',
      accept: 'application/json, text/event-stream',
      body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'whoami', arguments: {} } },
    },
  ],
};

/** Of a run without the demo: nothing is known, and everything can be typed. */
const NO_CHOICES = { clients: [], users: [], operations: [], scope: 'openid', callback: CALLBACK, afterSignOut: AFTER_SIGN_OUT };

const HOME = '/_gatehouse/';

const file = (name: string): Buffer => readFileSync(new URL(name, import.meta.url));

/** In the package beside this code; in the repository where they are written. */
const PACKED_SCHEMAS = new URL('./json-schemas/', import.meta.url);
const SCHEMAS = existsSync(PACKED_SCHEMAS) ? PACKED_SCHEMAS : new URL('../../admin/json-schemas/', import.meta.url);

/** The JSON Schemas of all kinds of entries, by kind. */
function schemas(): Buffer {
  const files = readdirSync(SCHEMAS).map(
    (name) => [name.replace(/\.schema\.json$/, ''), readFileSync(new URL(name, SCHEMAS), 'utf8')] as const,
  );
  return Buffer.from(`{${files.map(([kind, text]) => `${JSON.stringify(kind)}:${text}`).join(',')}}`);
}

interface Page {
  readonly type: string;
  readonly body: () => Buffer;
}

const script = (name: string): [string, Page] => [
  `${HOME}${name}.js`,
  { type: 'text/javascript; charset=utf-8', body: () => file(`${name}.js`) },
];

const PAGES: ReadonlyMap<string, Page> = new Map([
  [HOME, { type: 'text/html; charset=utf-8', body: () => file('index.html') }],
  [`${HOME}operate`, { type: 'text/html; charset=utf-8', body: () => file('operate.html') }],
  [`${HOME}console.css`, { type: 'text/css; charset=utf-8', body: () => file('console.css') }],
  [`${HOME}icon.svg`, { type: 'image/svg+xml', body: () => file('icon.svg') }],
  [`${HOME}schemas.json`, { type: 'application/json', body: schemas }],
  ...['commands', 'console', 'curl', 'elements', 'entry-form', 'jwt', 'once', 'operate', 'sign-in'].map(script),
]);

/** Where the sign-in page sends a browser back to, and the root: the console's where no API takes them. */
const SHARED_PAGES: ReadonlySet<string> = new Set([CALLBACK, AFTER_SIGN_OUT]);

export interface ConsoleSurroundings {
  /** Whether an API answers this request. */
  readonly isTaken: (method: string, path: string) => boolean;
  /** The run has the demo, whose clients and users the page offers. */
  readonly hasDemo: boolean;
  readonly apis: readonly LocalApi[];
  /** Of the stack, by key. */
  readonly outputs: Readonly<Record<string, string>>;
}

const answer = (status: number, headers: HeaderList, body: Buffer): GatewayResponse => ({
  status,
  headers: [...headers, ...SECURITY_HEADERS],
  body,
});

function pageAt(path: string, { hasDemo, apis, outputs }: ConsoleSurroundings): Page | undefined {
  const json = (value: unknown): Page => ({ type: 'application/json', body: () => Buffer.from(JSON.stringify(value)) });
  if (path === `${HOME}apis.json`) return json(apis);
  if (path === `${HOME}outputs.json`) return json(outputs);
  return path === `${HOME}demo.json` ? json(hasDemo ? CHOICES : NO_CHOICES) : PAGES.get(path);
}

/**
 * Undefined where the request is for something else: other methods, and other names of this machine, which may be those of
 * a page that wants to be of one origin with this one.
 */
export function consoleResponse(
  { method, path, headers, port }: GatewayRequest,
  surroundings: ConsoleSurroundings,
): GatewayResponse | undefined {
  if ((method !== 'GET' && method !== 'HEAD') || !isLocalHost(headerValue(headers, 'host'), port)) return undefined;
  const page = pageAt(path, surroundings);
  if (page !== undefined) return answer(200, [['Content-Type', page.type]], page.body());
  const isShared = path === '/' || (surroundings.hasDemo && SHARED_PAGES.has(path));
  if (path === HOME.slice(0, -1) || (path === '/' && !surroundings.isTaken(method, path)))
    return answer(302, [['Location', HOME]], Buffer.alloc(0));
  if (!isShared || surroundings.isTaken(method, path)) return undefined;
  return answer(200, [['Content-Type', 'text/html; charset=utf-8']], file('index.html'));
}
