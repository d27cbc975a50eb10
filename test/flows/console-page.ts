// The console page of the local run in a real browser: by keyboard alone, without a network, with nothing that its
// content security policy forbids, and with names and contrasts that assistive technology needs.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { AGENTS } from '../../infra/demo/agents-data.ts';
import { DEMO } from '../../infra/demo/demo-data.ts';
import { findChromium, openChromium, type Page } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { startTestRun, type TestRun } from '../support/local-run.ts';
import { skipWithout } from '../support/required-part.ts';

const chromium = findChromium();

describe('console page', { skip: skipWithout(chromium === undefined && 'Chromium is not installed: apt-get install chromium') }, () => {
  let run: TestRun;
  let page: Page;
  before(async () => {
    run = await startTestRun();
    page = await openChromium(chromium ?? '');
    await load();
  });
  after(async () => {
    await page?.close();
    await run?.close();
  });

  async function load(): Promise<void> {
    await page.open(`${run.url}/`);
    await eventually(20, async () => assert.equal(await page.evaluate('document.body?.dataset.ready'), 'true'));
  }

  const text = (id: string): Promise<string> => page.evaluate(`document.getElementById('${id}').textContent`);
  const focused = (): Promise<string> =>
    page.evaluate('document.activeElement?.id || document.activeElement?.name || document.activeElement?.className || ""');
  const said = (pattern: RegExp) => eventually(20, async () => assert.match(await text('status'), pattern));

  /** Tab, until the element has the focus: what can't be reached so is no use to who has no mouse. */
  async function tabTo(id: string): Promise<void> {
    for (let at = 0; at < 30; at++) {
      if ((await focused()) === id) return;
      await page.press('Tab');
    }
    assert.fail(`${id} can't be reached with Tab`);
  }

  async function choose(id: string, option: number): Promise<void> {
    await tabTo(id);
    for (let at = 0; at < 6; at++) await page.press('ArrowUp');
    for (let at = 0; at < option; at++) await page.press('ArrowDown');
    assert.equal(await page.evaluate(`document.getElementById('${id}').selectedIndex`), option);
  }

  test('by keyboard alone: pick client and user, get a token, call the API, read the end-user JWT', async () => {
    await choose('client', 1);
    await choose('user', 0);
    await tabTo('get-token');
    await page.press('Enter');
    await said(/^Issued: JWT\.$/);
    assert.match(await text('request'), /^POST \/oauth2\/token\n.*grant_type=password/s);
    assert.match(await text('response'), /^HTTP 200\n/);
    assert.match(await text('curl'), /^curl -i.*-u 'demo-jwt-app:demo-jwt-app-secret'/s);

    await tabTo('call');
    await page.press('Enter');
    await said(/whoami: 200\.$/);
    assert.match(await text('request'), /^GET \/pizzashack\/1\.0\.0\/whoami\nAuthorization: Bearer eyJ/);
    const jwt = await text('jwt');
    assert.match(jwt, /"typ": "JWT"|"alg": "RS256"/);
    assert.match(jwt, new RegExp(`"http://wso2.org/claims/enduser": "EXTERNAL/${DEMO.externalUser.username}@${DEMO.tenant}"`));
    await eventually(10, async () => assert.match(await text('signature'), /^Signature verified here: RS256/));

    await tabTo('operation');
    await page.press('ArrowDown');
    await page.press('ArrowDown');
    await tabTo('call');
    await page.press(' ');
    await said(/order: 201\.$/);
    assert.match(await text('curl'), /-H 'Content-Type: application\/json'.*-d '\{"pizza":"Margherita"\}'/s);
  });

  test('a renewal, a revocation, a wrong password and a call without a token are shown as they are', async () => {
    await page.evaluate(`document.getElementById('renew').focus()`);
    await page.press('Enter');
    await said(/^Renewed: JWT\.$/);
    await tabTo('revoke');
    await page.press('Enter');
    await said(/^Revoked\.$/);
    assert.equal(await page.evaluate(`document.getElementById('renew').disabled`), true);
    await page.evaluate(`document.getElementById('call').focus()`);
    await page.press('Enter');
    await said(/401, Invalid Credentials\.$/);
    assert.equal(await text('jwt'), 'The backend got no end-user JWT.');
    await page.evaluate(`document.getElementById('user').focus()`);
    await choose('user', 2);
    await tabTo('get-token');
    await page.press('Enter');
    await said(/^Refused with 400: invalid_grant\.$/);
  });

  test('by keyboard alone: sign in on the page of Gatehouse, call the API, renew, sign out', async () => {
    const shows = (id: string, pattern: RegExp) => eventually(20, async () => assert.match(await text(id), pattern));
    const type = async (value: string): Promise<void> => void (await page.send('Input.insertText', { text: value }));
    const at = (expression: string, expected: unknown) =>
      eventually(20, async () => assert.equal(await page.evaluate(expression), expected));
    await page.evaluate(`document.getElementById('client').focus()`);
    await choose('client', 2);
    assert.equal(await page.evaluate(`document.getElementById('user').disabled`), true);
    await tabTo('get-token');
    await page.press('Enter');
    await at('document.activeElement?.id', 'username');
    await type(DEMO.externalUser.username);
    await page.press('Tab');
    await type(DEMO.externalUser.password);
    await page.press('Enter');
    await shows('status', /^Signed in: (JWT|opaque token)\.$/);
    assert.equal(await page.evaluate('location.pathname + location.search'), '/_gatehouse/');
    assert.equal(await page.evaluate('sessionStorage.length'), 0);
    assert.match(await text('jwt'), /"ID token".*"auth_time"/s);
    assert.match(await text('request'), /grant_type=authorization_code/);
    await tabTo('renew');
    await page.press('Enter');
    await said(/^Renewed/);
    await tabTo('call');
    await page.press('Enter');
    await said(/whoami: 200\.$/);
    await page.evaluate(`document.getElementById('sign-out').focus()`);
    await page.press('Enter');
    await shows('status', /^Signed out\.$/);

    // At the issuer of the other tenant, for its MCP server.
    await page.evaluate(`document.getElementById('client').focus()`);
    await choose('client', 3);
    assert.match(await text('token-state'), /There is ada, with the password ada-pass/);
    await tabTo('get-token');
    await page.press('Enter');
    await at('document.activeElement?.id', 'username');
    assert.equal(await page.evaluate('location.pathname'), '/t/agents/oauth2/authorize');
    await type(AGENTS.user.username);
    await page.press('Tab');
    await type(AGENTS.user.password);
    await page.press('Enter');
    await at(`document.querySelectorAll('button[name=decision]').length`, 2);
    await page.evaluate(`document.querySelector('button[value=allow]').click()`);
    await shows('status', /^Signed in: opaque token\.$/);
    await page.evaluate(`document.querySelector('input[name=operation][value="4"]').click()`);
    await page.evaluate(`document.getElementById('call').click()`);
    await said(/^POST \/mcp: 200\.$/);
    assert.match(await text('response'), /ada@agents/);
    await page.evaluate(`document.getElementById('sign-out').focus()`);
    await page.press('Enter');
    await shows('status', /^Signed out\.$/);

    // Another page's answer: nobody is signed in by it.
    await page.open(`${run.url}/callback?code=of-somebody-else&state=guessed&iss=${encodeURIComponent(run.url)}`);
    await shows('status', /^Not signed in: an answer that this tab did not ask for\.$/);
    await load();
  });

  test('everything that can be used has a name, every section a heading, and text is easy to tell from its ground', async () => {
    const { nodes } = await page.send('Accessibility.getFullAXTree');
    const roles = ['button', 'combobox', 'checkbox', 'radio', 'form', 'region', 'link', 'heading', 'group'];
    const used = nodes.filter(
      ({ role, ignored }: { role?: { value: string }; ignored: boolean }) => !ignored && roles.includes(role?.value ?? ''),
    );
    assert.ok(used.length > 15);
    for (const { role, name } of used) assert.ok(name?.value, `a ${role.value} has no name`);
    assert.equal(await page.evaluate('document.documentElement.lang'), 'en');
    assert.equal(await page.evaluate(`document.querySelectorAll('h1').length`), 1);
    for (const scheme of ['light', 'dark']) {
      await page.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
      const worst: { ratio: number; text: string } = await page.evaluate(WORST_CONTRAST);
      assert.ok(worst.ratio >= 4.5, `${scheme}: ${worst.text} has a contrast of ${worst.ratio.toFixed(2)}`);
    }
    await page.send('Emulation.setEmulatedMedia', { features: [] });
  });

  test('on a narrow screen nothing sticks out', async () => {
    await page.send('Emulation.setDeviceMetricsOverride', { width: 360, height: 740, deviceScaleFactor: 1, mobile: false });
    const [wide, inner] = await page.evaluate('[document.documentElement.scrollWidth, window.innerWidth]');
    await page.send('Emulation.clearDeviceMetricsOverride');
    assert.ok(wide <= inner, `${wide} px on a screen of ${inner}`);
  });

  test('the page needs no network but its own origin, and its policy lets nothing else in', async () => {
    const { headers } = await fetch(`${run.url}/`);
    const policy = headers.get('content-security-policy') ?? '';
    assert.match(policy, /^default-src 'none'; /);
    assert.doesNotMatch(policy, /unsafe|\*|https?:/);
    await page.evaluate(
      `(() => { const script = document.createElement('script'); try { script.text = 'window.injected = 1'; document.body.append(script); } catch {} })()`,
    );
    assert.equal(await page.evaluate('window.injected'), undefined);
    const own = page.complaints.filter((complaint) => !/status of 40[01]|TrustedScript|Content Security Policy|Trusted/.test(complaint));
    assert.deepEqual(own, []);
    for (const name of ['console.js', 'console.css', 'icon.svg', 'demo.json'])
      assert.equal((await fetch(`${run.url}/_gatehouse/${name}`)).status, 200);
    assert.equal((await fetch(`${run.url}/_gatehouse/nothing`)).status, 404);
    if (process.env.SCREENSHOT !== undefined) {
      await load();
      await page.evaluate(`document.getElementById('get-token').click()`);
      await said(/^Issued/);
      await page.evaluate(`document.getElementById('call').click()`);
      await said(/200\.$/);
      const { data } = await page.send('Page.captureScreenshot', { captureBeyondViewport: true });
      writeFileSync(process.env.SCREENSHOT, Buffer.from(data, 'base64'));
    }
  });
});

/** Relative luminance of text and the nearest opaque ground (WCAG 2.2, 1.4.3). */
const WORST_CONTRAST = `(() => {
  const rgb = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => { const f = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b); };
  const ground = (node) => { for (let at = node; at; at = at.parentElement) { const c = rgb(getComputedStyle(at).backgroundColor); if (c.length < 4 || c[3] === 1) return c; } return [255, 255, 255]; };
  let worst = { ratio: 99, text: '' };
  for (const node of document.querySelectorAll('body *')) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim() !== '');
    if (!own || node.disabled || node.closest('noscript, script, option, .skip')) continue;
    const [a, b] = [light(rgb(getComputedStyle(node).color)), light(ground(node))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < worst.ratio) worst = { ratio, text: node.textContent.trim().slice(0, 40) };
  }
  return worst;
})()`;
