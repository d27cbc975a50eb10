// The pages of the local run, below `/_gatehouse/`, where no API of yours is in their way. They are no part of the stack.

import { readFileSync } from 'node:fs';
import { DEMO } from '../../demo/demo-data.ts';
import { type GatewayRequest, type GatewayResponse, type HeaderList, headerValue } from '../../emulator/gateway/http-message.ts';
import { isLocalHost } from '../../emulator/local-caller.ts';
import { apiLines, type LocalApi } from '../local-apis.ts';

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
  ],
};

const HOME = '/_gatehouse/';

const file = (name: string): Buffer => readFileSync(new URL(name, import.meta.url));

const PAGES: ReadonlyMap<string, { readonly type: string; readonly body: () => Buffer }> = new Map([
  [HOME, { type: 'text/html; charset=utf-8', body: () => file('index.html') }],
  ['/_gatehouse/console.css', { type: 'text/css; charset=utf-8', body: () => file('console.css') }],
  ...['console', 'curl', 'elements', 'jwt', 'sign-in'].map(
    (name) => [`/_gatehouse/${name}.js`, { type: 'text/javascript; charset=utf-8', body: () => file(`${name}.js`) }] as const,
  ),
  ['/_gatehouse/icon.svg', { type: 'image/svg+xml', body: () => file('icon.svg') }],
  ['/_gatehouse/demo.json', { type: 'application/json', body: () => Buffer.from(JSON.stringify(CHOICES)) }],
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

function pageAt(path: string, { hasDemo, apis, outputs }: ConsoleSurroundings) {
  if (path === `${HOME}apis.json`) return { type: 'application/json', body: () => Buffer.from(JSON.stringify(apis)) };
  if (path === `${HOME}outputs.json`) return { type: 'application/json', body: () => Buffer.from(JSON.stringify(outputs)) };
  if (hasDemo) return PAGES.get(path);
  return path === HOME ? { type: 'text/plain; charset=utf-8', body: () => Buffer.from(`${apiLines(apis).join('\n')}\n`) } : undefined;
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
