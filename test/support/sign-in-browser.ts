// A browser without scripts in front of the token Lambda: keeps cookies, sends forms, follows nothing by itself.

import { createHash, randomBytes } from 'node:crypto';
import { openTokenApi, type TokenAnswer, type TokenApi, type TokenApiOptions } from './token-api.ts';

export const REDIRECT_URI = 'https://app.example/callback';

/** A verifier and its challenge (RFC 7636 section 4). */
export function newPkce() {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

export interface Browser {
  readonly jar: Map<string, string>;
  get(path: string, query: Readonly<Record<string, string | readonly string[]>>): Promise<Shown>;
  post(path: string, form: Readonly<Record<string, string>>, headers?: Readonly<Record<string, string>>): Promise<Shown>;
}

/** What the browser got: the page, or where it is sent. */
export interface Shown extends TokenAnswer {
  readonly cookies: readonly string[];
  /** Values of the hidden fields of the page. */
  readonly hidden: Readonly<Record<string, string>>;
  /** Parameters of the address that the browser is sent to. */
  readonly sentBack: Readonly<Record<string, string>>;
}

export function openBrowser(
  api: Pick<TokenApi, 'call'>,
  options: { readonly language?: string; readonly sourceAddress?: string } = {},
): Browser {
  const jar = new Map<string, string>();
  const send = async (call: Parameters<TokenApi['call']>[0]): Promise<Shown> => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await api.call({
      ...call,
      ...(options.sourceAddress !== undefined && { sourceAddress: options.sourceAddress }),
      headers: {
        ...(cookie !== '' && { Cookie: cookie }),
        ...(options.language !== undefined && { 'Accept-Language': options.language }),
        ...call.headers,
      },
    });
    for (const header of answer.cookies) {
      const [pair = '', ...attributes] = header.split('; ');
      const [name = '', value = ''] = pair.split('=');
      if (attributes.includes('Max-Age=0')) jar.delete(name);
      else jar.set(name, value);
    }
    const location = answer.headers.Location;
    return {
      ...answer,
      hidden: Object.fromEntries(
        [...answer.text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(([, name = '', value = '']) => [
          name,
          value,
        ]),
      ),
      sentBack: location === undefined ? {} : Object.fromEntries(new URL(location, 'https://issuer.example/oauth2/').searchParams),
    };
  };
  return {
    jar,
    get: (path, query) => send({ method: 'GET', path, query }),
    post: (path, form, headers = { Origin: 'null' }) => send({ method: 'POST', path, form, headers }),
  };
}

/** What a client asks for at the authorization endpoint. */
export function authorizationQuery(challenge: string, changes: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    response_type: 'code',
    client_id: 'web-app',
    redirect_uri: REDIRECT_URI,
    scope: 'openid order:write',
    state: 'st-1',
    nonce: 'n-1',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...changes,
  };
}

/** The API with the sign-in page on for `my_company`. */
export function openSignInApi(options: TokenApiOptions & { readonly signIn?: Readonly<Record<string, unknown>> } = {}): TokenApi {
  const api = openTokenApi(options);
  api.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', displayName: 'My Company', signIn: options.signIn ?? {} });
  return api;
}

/** From the request to the code: the page, name and password. */
export async function signIn(browser: Browser, query: Readonly<Record<string, string>>): Promise<Shown> {
  const page = await browser.get('/oauth2/authorize', query);
  return browser.post('/oauth2/authorize', { ...page.hidden, username: 'userx', password: 'mypass' });
}

/** Redeems a code as the public client. */
export function redeem(
  api: TokenApi,
  code: string | undefined,
  verifier: string,
  changes: Readonly<Record<string, string>> = {},
): Promise<TokenAnswer> {
  const form = {
    grant_type: 'authorization_code',
    client_id: 'web-app',
    code: code ?? '',
    redirect_uri: REDIRECT_URI,
    code_verifier: verifier,
    ...changes,
  };
  return api.token(form, {});
}

/** The claims of a JWT, unverified. */
export function claimsOf(jwt: unknown): Record<string, unknown> {
  return JSON.parse(Buffer.from(String(jwt).split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
}
