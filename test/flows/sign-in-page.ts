// The sign-in page in a real browser whose scripts are switched off: by keyboard alone, narrow and wide, dark and light, in
// six languages; axe-core finds nothing. SCREENSHOTS=FOLDER keeps pictures of it.

import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import axe from 'axe-core';
import { hashByArgon2id } from '../../functions/userstores/password-hashes/argon2.ts';
import { AGENTS } from '../../infra/demo/agents-data.ts';
import { DEMO } from '../../infra/demo/demo-data.ts';
import { findChromium, openChromium, type Page } from '../support/chromium.ts';
import { documentOf, openDocumentHost } from '../support/document-host.ts';
import { eventually } from '../support/eventually.ts';
import { startTestRun, type TestRun } from '../support/local-run.ts';
import { skipWithout } from '../support/required-part.ts';

const chromium = findChromium();
const LANGUAGES = ['en', 'de', 'fr', 'es', 'pt', 'ja'];

describe('sign-in page', { skip: skipWithout(chromium === undefined && 'Chromium is not installed: apt-get install chromium') }, () => {
  let run: TestRun;
  let page: Page;
  let application: Server;
  /** What a page of another site shows. */
  let otherSite = '';
  const verifier = randomBytes(32).toString('base64url');
  /** What the application's callback was called with. */
  const callbacks: URL[] = [];

  before(async () => {
    run = await startTestRun();
    await run.put('Clients', {
      clientId: 'third-party',
      tenant: DEMO.tenant,
      name: 'Third Party',
      authMethods: ['none'],
      grantTypes: ['authorization_code'],
      scopes: [DEMO.scope],
      redirectUris: [DEMO.redirectUri],
    });
    application = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://127.0.0.1');
      if (url.pathname === '/callback') callbacks.push(url);
      response.setHeader('Content-Type', 'text/html');
      response.end(url.pathname === '/other' ? otherSite : '<!doctype html><title>application</title>');
    }).listen(0, '127.0.0.1');
    page = await openChromium(chromium ?? '');
    await page.send('Emulation.setScriptExecutionDisabled', { value: true });
  });
  after(async () => {
    await page?.close();
    application?.close();
    await run?.close();
  });

  const addressOf = (changes: Readonly<Record<string, string>> = {}): string => {
    const port = (application.address() as AddressInfo).port;
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: DEMO.webClient.id,
      redirect_uri: `http://127.0.0.1:${port}/callback`,
      scope: `openid ${DEMO.scope}`,
      state: 'st',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...changes,
    });
    return `${run.url}/oauth2/authorize?${query}`;
  };
  const title = (): Promise<string> => page.evaluate('document.title');
  const show = async (address: string, expected: RegExp): Promise<void> => {
    await page.open(address);
    await eventually(20, async () => assert.match(await title(), expected));
  };
  const type = async (text: string): Promise<void> => void (await page.send('Input.insertText', { text }));
  /** Name and password of userx, on the page that is shown. */
  async function signInByKeyboard(): Promise<void> {
    await eventually(20, async () => assert.equal(await page.evaluate('document.activeElement.id'), 'username'));
    await type('userx');
    await page.press('Tab');
    await type('mypass');
    await page.press('Enter');
    await eventually(20, async () => assert.equal(await title(), 'application'));
  }
  const forget = () => page.send('Network.clearBrowserCookies');

  /** axe's verdict, and whether anything is wider than the window. */
  async function findFaults(): Promise<readonly string[]> {
    // The page is there; axe alone may run in it now.
    await page.send('Emulation.setScriptExecutionDisabled', { value: false });
    const violations = (await page.evaluate(
      `(async () => { ${axe.source}; const { violations } = await axe.run(); return violations.map(({ id, nodes }) => id + ' ' + nodes.map(({ html }) => html).join(' ')); })()`,
    )) as readonly string[];
    await page.send('Emulation.setScriptExecutionDisabled', { value: true });
    const isTooWide = (await page.evaluate('document.documentElement.scrollWidth > window.innerWidth')) as boolean;
    return [...violations, ...(isTooWide ? ['wider than the window'] : [])];
  }

  async function setWindow(width: number, scheme: 'dark' | 'light'): Promise<void> {
    await page.send('Emulation.setDeviceMetricsOverride', { width, height: 800, deviceScaleFactor: 1, mobile: false });
    await page.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
  }

  async function picture(name: string): Promise<void> {
    const folder = process.env.SCREENSHOTS;
    if (folder === undefined) return;
    const { data } = await page.send('Page.captureScreenshot', {});
    writeFileSync(join(folder, `${name}.png`), Buffer.from(data, 'base64'));
  }

  test('by keyboard alone, without scripts: name, password, back at the application, tokens', async () => {
    await show(addressOf(), /^Sign in to My Company$/);
    await eventually(20, async () => assert.equal(await page.evaluate('document.activeElement.id'), 'username'));
    await type('userx');
    await page.press('Tab');
    await type('wrong');
    await page.press('Enter');
    await eventually(20, async () => assert.match(await page.evaluate('document.body.innerText'), /user name or the password is wrong/));
    // The focus comes with the first frame, after the text. The name is kept, the password is asked again.
    await eventually(20, async () => assert.equal(await page.evaluate('document.activeElement.id'), 'password'));
    await picture('wrong-password');
    await type('mypass');
    await page.press('Enter');
    await eventually(20, async () => assert.equal(await title(), 'application'));
    const back = callbacks.at(-1);
    assert.deepEqual([back?.searchParams.get('state'), back?.searchParams.get('iss')], ['st', run.url]);
    const port = (application.address() as AddressInfo).port;
    const form = {
      grant_type: 'authorization_code',
      client_id: DEMO.webClient.id,
      code: back?.searchParams.get('code') ?? '',
      redirect_uri: `http://127.0.0.1:${port}/callback`,
      code_verifier: verifier,
    };
    const response = await fetch(`${run.url}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) });
    const tokens = (await response.json()) as Readonly<Record<string, string>>;
    assert.equal(response.status, 200);
    const order = await fetch(`${run.url}${DEMO.context}/order`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${tokens.access_token}` },
    });
    assert.equal(order.status, 201);
    // The second tab needs no password.
    await page.open(addressOf({ state: 'again' }));
    await eventually(20, async () => assert.equal(callbacks.at(-1)?.searchParams.get('state'), 'again'));
  });

  test('A121 a form that a page of another site posts finds the session, though its cookie stays behind', async () => {
    await show(addressOf({ state: 'before', prompt: 'login' }), /^Sign in to/);
    await signInByKeyboard();
    const asked = Object.fromEntries(new URL(addressOf({ state: 'posted' })).searchParams);
    const fields = Object.entries(asked).map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`);
    otherSite = `<!doctype html><title>other</title><form method="post" action="${run.url}/oauth2/authorize">${fields.join('')}<button autofocus>go</button></form>`;
    const { cookies: before } = await page.send('Network.getCookies', { urls: [run.url] });
    // To a browser localhost is another site than 127.0.0.1.
    await show(`http://localhost:${(application.address() as AddressInfo).port}/other`, /^other$/);
    await eventually(20, async () => assert.equal(await page.evaluate('document.activeElement.tagName'), 'BUTTON'));
    await page.press('Enter');
    await eventually(20, async () => assert.equal(callbacks.at(-1)?.searchParams.get('state'), 'posted'));
    assert.match(callbacks.at(-1)?.searchParams.get('code') ?? '', /^gac_/);
    const { cookies: after } = await page.send('Network.getCookies', { urls: [run.url] });
    const values = (cookies: readonly { name: string; value: string }[]) => cookies.map(({ name, value }) => `${name}=${value}`).sort();
    assert.deepEqual(values(after), values(before));
  });

  test('a client of others is asked for; sign-out asks as well', async () => {
    await show(addressOf({ client_id: 'third-party' }), /^Allow Third Party to act for you\?$/);
    for (const width of [320, 1280])
      for (const scheme of ['dark', 'light'] as const) {
        await setWindow(width, scheme);
        assert.deepEqual(await findFaults(), []);
        await picture(`consent-${width}-${scheme}`);
      }
    await show(`${run.url}/oauth2/logout?client_id=${DEMO.webClient.id}`, /^Sign out of My Company\?$/);
    assert.deepEqual(await findFaults(), []);
    await picture('sign-out');
    await page.press('Tab');
    await page.press('Enter');
    await eventually(20, async () => assert.equal(await title(), 'You are signed out'));
    assert.deepEqual(await findFaults(), []);
  });

  test('a client that nobody registered is asked for by its host, with all that warns of it, in six languages', async (t) => {
    const host = await openDocumentHost();
    t.after(() => host.close());
    // As long as a client_id may be, with nothing to break a line at; a name that wants to be more than a name.
    const path = `/${'a'.repeat(200)}.json`;
    const clientId = host.url(path);
    const redirectUri = 'com.example.agent:/callback';
    host.answer(path, documentOf(clientId, { client_name: `${'Bank'.repeat(30)} \u202eevil`, redirect_uris: [redirectUri] }));
    const address = addressOf({ client_id: clientId, redirect_uri: redirectUri, scope: `${AGENTS.scope} ${AGENTS.ordersScope}` });
    const ofTenant = address.replace('/oauth2/', `/t/${AGENTS.tenant}/oauth2/`);
    await show(ofTenant, /^Sign in to Agents Inc\.$/);
    await eventually(20, async () => assert.equal(await page.evaluate('document.activeElement.id'), 'username'));
    await type(AGENTS.user.username);
    await page.press('Tab');
    await type(AGENTS.user.password);
    await page.press('Enter');
    const shown = `127.0.0.1:${host.port}`;
    await eventually(20, async () => assert.ok((await title()).includes(shown)));
    for (const language of LANGUAGES) {
      await page.open(`${ofTenant}&ui_locales=${language}`);
      await eventually(20, async () => assert.equal(await page.evaluate('document.documentElement.lang'), language));
      assert.ok((await title()).includes(shown));
      for (const [width, scheme] of [
        [320, 'dark'],
        [1280, 'light'],
      ] as const) {
        await setWindow(width, scheme);
        assert.deepEqual(await findFaults(), [], `${language} ${width} ${scheme}`);
        await picture(`consent-document-${language}-${width}-${scheme}`);
      }
      // Nobody has registered it, and the answer goes to a program on the device: a screen reader says both at once.
      assert.equal(await page.evaluate(`document.querySelectorAll('[role=alert]').length`), 2);
    }
  });

  test('a password that has to be changed is asked for twice, with a word on why', async () => {
    await forget();
    const item = { tenant: DEMO.tenant, username: 'newcomer', id: randomUUID(), passwordHash: await hashByArgon2id('first-pass') };
    await run.put('Users', { ...item, status: 'active', mustChangePassword: true });
    await show(addressOf(), /^Sign in/);
    await eventually(20, async () => assert.equal(await page.evaluate('document.activeElement.id'), 'username'));
    await type('newcomer');
    await page.press('Tab');
    await type('first-pass');
    await page.press('Enter');
    await eventually(20, async () => assert.equal(await title(), 'Choose a new password'));
    for (const [width, scheme] of [
      [320, 'dark'],
      [1280, 'light'],
    ] as const) {
      await setWindow(width, scheme);
      assert.deepEqual(await findFaults(), [], `${width} ${scheme}`);
      await picture(`change-password-${width}-${scheme}`);
    }
  });

  test('in six languages, at 320 and 1280 px, dark and light: axe finds nothing, and nothing is wider than the window', async () => {
    await forget();
    const titles = new Set<string>();
    for (const language of LANGUAGES) {
      await show(addressOf({ ui_locales: language, login_hint: 'userx' }), /My Company/);
      assert.equal(await page.evaluate('document.documentElement.lang'), language);
      titles.add(await title());
      for (const width of [320, 1280])
        for (const scheme of ['dark', 'light'] as const) {
          await setWindow(width, scheme);
          assert.deepEqual(await findFaults(), [], `${language} ${width} ${scheme}`);
          await picture(`sign-in-${language}-${width}-${scheme}`);
        }
    }
    assert.equal(titles.size, LANGUAGES.length);
  });

  test('what a password manager looks for is there, and what can not be answered is a page', async () => {
    await show(addressOf(), /^Sign in/);
    const fields = await page.evaluate(
      `[...document.querySelectorAll('input:not([type=hidden])')].map(({ name, type, autocomplete }) => [name, type, autocomplete])`,
    );
    assert.deepEqual(fields, [
      ['username', 'text', 'username'],
      ['password', 'password', 'current-password'],
    ]);
    await show(addressOf({ redirect_uri: 'https://evil.example/' }), /^This did not work$/);
    assert.deepEqual(await findFaults(), []);
    await picture('error');
  });

  test('the browser complained of nothing: no policy was violated, and nothing was asked of another machine', () => {
    const own = page.complaints.filter((complaint) => !/status of 40[0-9]|favicon|http:\/\/localhost:\d+\/other$/.test(complaint));
    assert.deepEqual(own, []);
  });
});
