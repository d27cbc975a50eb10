// The operator's page of the local run in a real browser: a tenant from nothing by forms, a decision explained, what a user
// has open shown and ended. SCREENSHOTS=FOLDER keeps pictures of it.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import axe from 'axe-core';
import { DEMO } from '../../infra/demo/demo-data.ts';
import { findChromium, openChromium, type Page } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { askForToken, passwordGrant, startTestRun, type TestRun } from '../support/local-run.ts';
import { skipWithout } from '../support/required-part.ts';

const chromium = findChromium();
const PATH = '/_gatehouse/commands';

describe('operator page', { skip: skipWithout(chromium === undefined && 'Chromium is not installed: apt-get install chromium') }, () => {
  let run: TestRun;
  let page: Page;
  before(async () => {
    run = await startTestRun();
    page = await openChromium(chromium ?? '');
    await page.open(`${run.url}/_gatehouse/operate`);
    await isReady();
  });
  after(async () => {
    await page?.close();
    await run?.close();
  });

  const isReady = () => eventually(30, async () => assert.equal(await page.evaluate('document.body?.dataset.ready'), 'true'));
  const text = (id: string): Promise<string> => page.evaluate(`document.getElementById('${id}').textContent`);
  const said = (pattern: RegExp) => eventually(30, async () => assert.match(await text('status'), pattern, await text('answer')));
  /** Types into a field as a person does, and leaves it: the page is told that it has changed. */
  const fill = async (selector: string, value: string): Promise<void> => {
    const field = `document.querySelector(${JSON.stringify(selector)})`;
    await page.evaluate(`${field}.focus(); ${field}.value = ''`);
    if (value !== '') await page.send('Input.insertText', { text: value });
    await page.evaluate(`${field}.blur()`);
    await isIdle();
  };
  const choose = (id: string, label: string): Promise<unknown> =>
    page.evaluate(
      `(() => { const list = document.getElementById('${id}'); const at = [...list.options].findIndex(({ textContent }) => textContent === ${JSON.stringify(label)}); if (at < 0) throw new Error([...list.options].map(({ textContent }) => textContent).join(', ')); list.selectedIndex = at; list.dispatchEvent(new Event('change', { bubbles: true })); })()`,
    );
  const labels = (id: string): Promise<string[]> =>
    page.evaluate(`[...document.getElementById('${id}').options].map(({ textContent }) => textContent)`);
  const offers = (id: string, label: string) =>
    eventually(30, async () => assert.ok((await labels(id)).includes(label), String(await labels(id))));
  const press = (id: string): Promise<unknown> => page.evaluate(`document.getElementById('${id}').click()`);
  const isIdle = () => eventually(30, async () => assert.equal(await page.evaluate(`document.body.hasAttribute('aria-busy')`), false));

  async function write(kind: string, name: string | undefined, attributes: Readonly<Record<string, string>>): Promise<void> {
    await isIdle();
    await choose('entry', `new ${kind}`);
    if (name !== undefined) await fill('[name="entry-name"]', name);
    for (const [attribute, value] of Object.entries(attributes)) await fill(`#entry-fields [name="${attribute}"]`, value);
    await press('apply');
    await said(/^Written\./);
    await isIdle();
  }

  test('a tenant from nothing: planned, refused where it is wrong, written, and a user of it gets a token', async () => {
    await fill('#new-tenant', 'acme');
    await offers('entry', 'new tenant');
    await isIdle();
    await choose('entry', 'new tenant');
    await fill('#entry-fields [name="accessTokenSeconds"]', '5');
    await press('plan');
    await said(/^Refused/);
    assert.match(await text('answer'), /accessTokenSeconds.*at least 60/s);
    await fill('#entry-fields [name="accessTokenSeconds"]', '600');
    await press('plan');
    await said(/^This is what Apply would write/);
    assert.match(await text('command'), /^gatehouse plan FOLDER --local --port \d+$/);
    assert.match(await text('answer'), /acme/);
    await press('apply');
    await said(/^Written\./);
    await offers('tenant', 'acme');
    await isIdle();
    await write('scope', 'order:write', { permissions: '/permission/order' });
    await write('client', 'acme-app', {
      secrets: JSON.stringify([{ sha256: '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b' }]),
      grantTypes: 'password\nclient_credentials',
      scopes: 'order:write',
    });
    assert.deepEqual((await labels('entry')).filter((label) => !label.startsWith('new ')).sort(), [
      'client acme-app',
      'scope order:write',
      'tenant',
    ]);
    // The secret is the word `secret`.
    const form = { grant_type: 'client_credentials', scope: 'order:write' };
    await eventually(15, async () => {
      const { status, body } = await askForToken(run.url, form, { id: 'acme-app', secret: 'secret' });
      assert.deepEqual([status, body.expires_in, body.scope], [200, 600, 'order:write']);
    });
  });

  test('a stored entry is shown as it is; what the page does not know of stays', async () => {
    await choose('tenant', DEMO.tenant);
    await offers('entry', 'userstore EXTERNAL');
    await isIdle();
    await choose('entry', 'userstore EXTERNAL');
    assert.equal(await page.evaluate(`document.querySelector('#entry-fields [name="type"]').value`), 'rest');
    await press('plan');
    await said(/^This is what Apply would write/);
    assert.match(await text('answer'), /nothing|unchanged|no change/i);
  });

  test('a decision is explained, and a store examined', async () => {
    await isIdle();
    await choose('explain-client', DEMO.opaqueClient.id);
    await fill('#explain-user', DEMO.primaryUser.username);
    await fill('#explain-resource', `POST ${DEMO.context}/order`);
    await press('explain');
    await said(/^It would not be let in/);
    assert.match(await text('answer'), /order:write/);
    await fill('#explain-resource', `GET ${DEMO.context}/menu`);
    await press('explain');
    await said(/^It would be let in\.$/);
    await choose('doctor-store', 'EXTERNAL');
    await press('doctor');
    await said(/^The store is well\.$/);
  });

  test('what a user has open is shown and ended, after a question', async () => {
    await isIdle();
    const { body } = await askForToken(run.url, passwordGrant(`userx@${DEMO.tenant}`, DEMO.externalUser.password));
    const renew = () => askForToken(run.url, { grant_type: 'refresh_token', refresh_token: String(body.refresh_token) });
    await fill('#sessions-user', `userx@${DEMO.tenant}`);
    await press('sessions');
    await said(/^This is what the user has open\.$/);
    assert.match(await text('answer'), /demo-app/);
    await press('revoke-user');
    await eventually(10, async () => assert.equal(await page.evaluate(`document.getElementById('question').open`), true));
    await page.evaluate(`document.querySelector('#question [value="no"]').click()`);
    await said(/^Nothing was ended\.$/);
    await isIdle();
    await press('revoke-user');
    await eventually(10, async () => assert.equal(await page.evaluate(`document.getElementById('question').open`), true));
    await page.evaluate(`document.querySelector('#question [value="yes"]').click()`);
    await said(/^Ended\./);
    assert.equal((await renew()).status, 400);
  });

  test('axe finds nothing and nothing sticks out, at 320 and 1280 px, dark and light', async () => {
    for (const [width, scheme] of [
      [1280, 'light'],
      [1280, 'dark'],
      [320, 'dark'],
      [320, 'light'],
    ] as const) {
      await page.send('Emulation.setDeviceMetricsOverride', { width, height: 900, deviceScaleFactor: 1, mobile: false });
      await page.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
      const violations = (await page.evaluate(
        `(async () => { ${axe.source}; const { violations } = await axe.run(); return violations.map(({ id, nodes }) => id + ' ' + nodes.map(({ html }) => html).join(' ')); })()`,
      )) as readonly string[];
      assert.deepEqual(violations, [], `${width} px, ${scheme}`);
      assert.ok(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), `${width} px`);
      if (process.env.SCREENSHOTS !== undefined) {
        const { data } = await page.send('Page.captureScreenshot', { captureBeyondViewport: true });
        writeFileSync(join(process.env.SCREENSHOTS, `operate-${width}-${scheme}.png`), Buffer.from(data, 'base64'));
      }
    }
    await page.send('Emulation.clearDeviceMetricsOverride');
  });

  test('commands are run for this page alone, and only those that stay within the run', async () => {
    const post = async (words: readonly string[], headers: Readonly<Record<string, string>> = {}) => {
      const json = { 'Content-Type': 'application/json', Origin: run.url, ...headers };
      return (await fetch(`${run.url}${PATH}`, { method: 'POST', headers: json, body: JSON.stringify({ words }) })).status;
    };
    assert.equal(await post(['tenant', 'list']), 200);
    assert.equal(await post(['tenant', 'list'], { Origin: 'https://evil.example' }), 403);
    assert.equal(await post(['tenant', 'list'], { Origin: 'null' }), 403);
    assert.equal(await post(['tenant', 'list'], { 'Content-Type': 'text/plain' }), 403);
    for (const words of [
      ['tenant', 'delete', DEMO.tenant, '--all', '--yes'],
      ['import', 'wso2', '/etc'],
      ['export', DEMO.tenant, '--out', '/tmp/x'],
      ['tenant', 'list', '--profile', 'production'],
      ['tenant', 'list', '--stack=Other'],
      ['tenant', 'list', '--port=1'],
      [],
    ])
      assert.equal(await post(words), 400, words.join(' '));
    assert.equal((await fetch(`${run.url}${PATH}`)).status, 404);
  });
});
