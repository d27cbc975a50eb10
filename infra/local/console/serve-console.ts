// Serves the console page at the gateway's root. It is part of the local run alone: nothing of it is in the stack.

import { readFileSync } from 'node:fs';
import { DEMO } from '../../demo/demo-data.ts';
import { type GatewayRequest, type GatewayResponse, type HeaderList, headerValue } from '../../emulator/gateway/http-message.ts';
import { isLocalHost } from '../../emulator/local-caller.ts';

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

const file = (name: string): Buffer => readFileSync(new URL(name, import.meta.url));

const PAGES: ReadonlyMap<string, { readonly type: string; readonly body: () => Buffer }> = new Map([
  ...['/', CALLBACK, AFTER_SIGN_OUT].map((path) => [path, { type: 'text/html; charset=utf-8', body: () => file('index.html') }] as const),
  ['/_console/console.css', { type: 'text/css; charset=utf-8', body: () => file('console.css') }],
  ...['console', 'curl', 'elements', 'jwt', 'sign-in'].map(
    (name) => [`/_console/${name}.js`, { type: 'text/javascript; charset=utf-8', body: () => file(`${name}.js`) }] as const,
  ),
  ['/_console/icon.svg', { type: 'image/svg+xml', body: () => file('icon.svg') }],
  ['/_console/demo.json', { type: 'application/json', body: () => Buffer.from(JSON.stringify(CHOICES)) }],
]);

/**
 * Undefined where the request is for something else: other methods, and other names of this machine, which may be those of
 * a page that wants to be of one origin with this one.
 */
export function consoleResponse({ method, path, headers, port }: GatewayRequest): GatewayResponse | undefined {
  const page = method === 'GET' || method === 'HEAD' ? PAGES.get(path) : undefined;
  if (page === undefined || !isLocalHost(headerValue(headers, 'host'), port)) return undefined;
  return { status: 200, headers: [['Content-Type', page.type], ...SECURITY_HEADERS], body: page.body() };
}
