// The token Lambda on memory stores: the real handler with real events in front, a clock that stands still, and a log
// that can be read.

import { createHash } from 'node:crypto';
import type { APIGatewayProxyResult } from 'aws-lambda';
import type { SendOutbound } from '../../functions/outbound/outbound.ts';
import type { LogFields, LogLevel } from '../../functions/shared/log.ts';
import { createTokenHandler } from '../../functions/token/handler.ts';
import type { Userstores } from '../../functions/userstores/userstore.ts';
import { openKnownUsers } from './known-users.ts';
import { type MemoryStores, openMemoryStores } from './memory-stores.ts';
import { basic, type TokenCall, tokenEvent } from './token-events.ts';

export const ISSUER = 'https://issuer.example/v1';
export const START_SECONDS = 1_900_000_000;

export interface LogLine extends LogFields {
  readonly level: LogLevel;
  readonly event: string;
}

export interface TokenAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Values of `Set-Cookie`. */
  readonly cookies: readonly string[];
  readonly text: string;
  /** Members of the JSON body; empty where there is none. */
  readonly json: Readonly<Record<string, unknown>>;
  /** The line that the request left. */
  readonly line: LogLine;
}

export interface TokenApiOptions {
  readonly createUserstores?: (stores: MemoryStores, clock: () => number) => Userstores;
  readonly sendOutbound?: SendOutbound;
  readonly mutualTlsUrl?: string;
  readonly adapt?: (stores: MemoryStores) => MemoryStores;
  /** Default: a fixed one. */
  readonly issuer?: string;
  /** Where the clock stands at first; `running`: it is the machine's. */
  readonly start?: 'running';
}

/** Seeded with the tenant `my_company`, its user `userx` / `mypass`, and the clients `demo-app` and `demo-jwt-app`. */
export function openTokenApi(options: TokenApiOptions = {}) {
  let nowMs = options.start === 'running' ? 0 : START_SECONDS * 1000;
  const clock = options.start === 'running' ? () => Date.now() + nowMs : () => nowMs;
  const opened = openMemoryStores({ clock });
  const stores = options.adapt?.(opened) ?? opened;
  seed(opened);
  const users = openKnownUsers(opened.tenants);
  users.users.set('userx@my_company', { password: 'mypass', user: USERX });
  const lines: LogLine[] = [];
  const handler = createTokenHandler({
    tenants: stores.tenants,
    clients: stores.clients,
    workloads: stores.workloads,
    grants: stores.grants,
    holders: stores.holders,
    users: stores.users,
    replays: stores.replays,
    attempts: stores.attempts,
    sessions: stores.sessions,
    signingKeys: stores.signingKeys,
    userstores: options.createUserstores?.(opened, clock) ?? users,
    sendOutbound: options.sendOutbound ?? (() => Promise.reject(new Error('no network in this test'))),
    issuer: options.issuer ?? ISSUER,
    mutualTlsUrl: options.mutualTlsUrl,
    clock,
    log: (level, event, fields) => void lines.push({ ...fields, level, event }),
  });

  async function call(request: TokenCall): Promise<TokenAnswer> {
    const before = lines.length;
    const result = await handler(tokenEvent(request));
    const line = lines.slice(before).findLast(({ event }) => event === 'token-request');
    if (line === undefined) throw new Error('the request left no line in the log');
    return answerOf(result, line);
  }

  return {
    stores: opened,
    users,
    lines,
    handler,
    call,
    /** POST /oauth2/token as `demo-app`, by header, unless the headers say otherwise. */
    token: (form: Readonly<Record<string, string>>, headers: TokenCall['headers'] = basic('demo-app', 'demo-app-secret')) =>
      call({ path: '/oauth2/token', form, headers }),
    advance(seconds: number): void {
      nowMs += seconds * 1000;
    },
    nowSeconds: () => Math.floor(clock() / 1000),
  };
}

/** The result of the handler as a caller sees it, with the line that it left. */
export function answerOf(result: APIGatewayProxyResult, line: LogLine | undefined): TokenAnswer {
  const headers = Object.fromEntries(Object.entries(result.headers ?? {}).map(([name, value]) => [name, String(value)]));
  const isJson = result.body !== '' && (headers['Content-Type'] ?? '').startsWith('application/json');
  const cookies = (result.multiValueHeaders?.['Set-Cookie'] ?? []).map(String);
  const json = isJson ? JSON.parse(result.body) : {};
  return { status: result.statusCode, headers, cookies, text: result.body, json, line: line ?? { level: 'INFO', event: 'none' } };
}

export type TokenApi = ReturnType<typeof openTokenApi>;

export const USERX = {
  tenant: 'my_company',
  domain: 'EXTERNAL',
  username: 'userx',
  id: 'e-1001',
  roles: ['customer'],
  claims: { givenname: 'Uma', emailaddress: 'uma@example.org' },
} as const;

export const PASSWORD_GRANT = { grant_type: 'password', username: 'userx@my_company', password: 'mypass' } as const;

/** What the Clients table keeps of a secret. */
export function secretDigest(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

export const DEMO_GRANT_TYPES = ['password', 'refresh_token', 'client_credentials'];

export function demoClient(clientId: string, secret: string, changes: Readonly<Record<string, unknown>> = {}) {
  return {
    clientId,
    tenant: 'my_company',
    secrets: [{ sha256: secretDigest(secret) }],
    grantTypes: DEMO_GRANT_TYPES,
    scopes: ['order:write', 'menu:read', 'admin'],
    ...changes,
  };
}

function seed(stores: MemoryStores): void {
  const tenant = 'my_company';
  stores.put('Tenants', { tenant, entry: 'tenant' });
  stores.put('Tenants', { tenant, entry: 'role#customer', permissions: ['/permission/order'] });
  stores.put('Tenants', { tenant, entry: 'role#boss', permissions: ['/permission'] });
  stores.put('Tenants', { tenant, entry: 'scope#order:write', permissions: ['/permission/order/write'] });
  stores.put('Tenants', { tenant, entry: 'scope#menu:read' });
  stores.put('Tenants', { tenant, entry: 'scope#admin', permissions: ['/permission/admin'] });
  stores.put('Tenants', { tenant, entry: 'scope#unlisted' });
  stores.put('Clients', demoClient('demo-app', 'demo-app-secret'));
  stores.put('Clients', demoClient('demo-jwt-app', 'demo-jwt-app-secret', { tokenFormat: 'jwt' }));
  stores.put(
    'Clients',
    demoClient('web-app', '', {
      name: 'Web App',
      secrets: [],
      authMethods: ['none'],
      firstParty: true,
      grantTypes: ['authorization_code', 'refresh_token'],
      redirectUris: ['https://app.example/callback', 'http://127.0.0.1/callback'],
      postLogoutRedirectUris: ['https://app.example/bye'],
    }),
  );
  stores.put('Tenants', { tenant: 'other_company', entry: 'tenant' });
  stores.put('Clients', demoClient('other-app', 'other-app-secret', { tenant: 'other_company', scopes: [] }));
}
