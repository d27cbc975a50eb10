// What belongs to one tenant besides its access tokens, tried at the endpoints of another: each attempt says whether it
// was refused.

import {
  ASSERTION_TYPE,
  as,
  askForToken,
  type Belongings,
  below,
  clientAssertion,
  DOCUMENT_CLIENT,
  issuerUrl,
  JWT_BEARER,
  pageQuery,
  REDIRECT_URI,
  signInAt,
  type TenantName,
  userAssertion,
  workloadAssertion,
} from '../support/isolated-tenants.ts';
import { openBrowser, type Shown } from '../support/sign-in-browser.ts';
import type { TokenAnswer } from '../support/token-api.ts';

export type Attempt = (given: Belongings, at: 'shared' | TenantName) => Promise<boolean>;

/** Told so, and not by an outage. */
export const isRefused = ({ status }: TokenAnswer): boolean => status >= 400 && status < 500;
const isPage = ({ status, headers }: Shown): boolean => status >= 400 && headers.Location === undefined;

/** With whatever the browser has: whether the other tenant's client is told to let the user sign in. */
async function needsLogin(browser: ReturnType<typeof openBrowser>, at: 'shared' | TenantName, changes: Record<string, string> = {}) {
  const { sentBack } = await browser.get(`${below(at)}/oauth2/authorize`, pageQuery('rival-app', { prompt: 'none', ...changes }));
  return sentBack.error === 'login_required';
}

function browserWith({ api, session }: Belongings, nameOf: (name: string) => string) {
  const browser = openBrowser(api);
  for (const [name, value] of session) browser.jar.set(nameOf(name), value);
  return browser;
}

export const ATTEMPTS: Readonly<Record<string, Attempt>> = {
  // At the shared issuer every client is where it belongs.
  'a client, by its secret': async ({ api }, at) =>
    at === 'shared' || isRefused(await askForToken(api, below(at), { grant_type: 'client_credentials' }, as('my_company-app'))),
  'a client, by its assertion': async ({ api }, at) => {
    // Made for the issuer where it is shown, and for the issuer of its own tenant.
    for (const audience of [issuerUrl(at), issuerUrl('my_company')]) {
      const client_assertion = await clientAssertion('my_company-key-app', audience, api);
      const form = { grant_type: 'client_credentials', client_assertion_type: ASSERTION_TYPE, client_assertion };
      if (at === 'shared' && audience === issuerUrl(at)) continue;
      if (!isRefused(await askForToken(api, below(at), form))) return false;
    }
    return true;
  },
  'a workload, by its token': async ({ api }, at) => {
    for (const audience of [issuerUrl(at), issuerUrl('my_company')]) {
      if (at === 'shared' && audience === issuerUrl(at)) continue;
      for (const named of [{}, { client_id: 'my_company-job' }])
        if (!isRefused(await askForToken(api, below(at), await workloadAssertion(audience, api, named)))) return false;
    }
    return true;
  },
  'a workload, as a client of the other tenant': async ({ api }, at) =>
    isRefused(await askForToken(api, below(at), await workloadAssertion(issuerUrl(at), api, { client_id: 'rival-app' }))),
  'a user, by name and password': async ({ api }, at) =>
    isRefused(
      await askForToken(api, below(at), { grant_type: 'password', username: 'ada@my_company', password: 'ada-pass' }, as('rival-app')),
    ),
  'a user, by an assertion': async ({ api }, at) => {
    for (const audience of [issuerUrl(at), issuerUrl('my_company')]) {
      const form = { grant_type: JWT_BEARER, assertion: await userAssertion('my_company', audience, api) };
      if (!isRefused(await askForToken(api, below(at), form, as('rival-app')))) return false;
    }
    return true;
  },
  'a code': async ({ api, newCode }, at) => {
    const { code, verifier } = await newCode('my_company-app');
    const form = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI, code_verifier: verifier };
    return isRefused(await askForToken(api, below(at), form, as('rival-app')));
  },
  'a code of a client by document': async ({ api, newCode }, at) => {
    const { code, verifier } = await newCode(DOCUMENT_CLIENT);
    const form = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI, code_verifier: verifier };
    return isRefused(await askForToken(api, below(at), { ...form, client_id: DOCUMENT_CLIENT }));
  },
  'a refresh token, introspected': async ({ api, refreshTokens }, at) => {
    const form = { token: refreshTokens.application };
    return (await api.call({ path: `${below(at)}/oauth2/introspect`, form, headers: as('rival-app') })).json.active === false;
  },
  'a session, by its cookies': async (given, at) =>
    needsLogin(
      browserWith(given, (name) => name),
      at,
    ),
  'a session, by its cookie under the name of the other tenant’s': async (given, at) =>
    needsLogin(
      browserWith(given, (name) => name.replace('my_company', 'rival')),
      at,
    ),
  'an ID token as a hint': async ({ api, idToken }, at) => {
    const browser = openBrowser(api);
    const { sentBack, text } = await signInAt(browser, below(at), pageQuery('rival-app'));
    if (sentBack.code === undefined) throw new Error(text);
    return needsLogin(browser, at, { id_token_hint: idToken });
  },
  'a consent': async ({ api }, at) => {
    const browser = openBrowser(api);
    await signInAt(browser, below(at), pageQuery('rival-app'));
    const answer = await browser.get(`${below(at)}/oauth2/authorize`, pageQuery(DOCUMENT_CLIENT, { prompt: 'none' }));
    // The shared issuer does not know whose client a document describes.
    return at === 'shared' ? isPage(answer) : answer.sentBack.error === 'consent_required';
  },
  'a request sealed in a page of the other': async ({ api }, at) => {
    const browser = openBrowser(api);
    const page = await browser.get('/t/my_company/oauth2/authorize', pageQuery('my_company-app'));
    const answer = await browser.post(`${below(at)}/oauth2/authorize`, { ...page.hidden, username: 'ada', password: 'ada-pass' });
    return at === 'shared' || isPage(answer);
  },
};
