// A password that must be changed: the page asks for a new one after the right old one, and says in words why one is refused.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Unavailable } from '../../../../functions/shared/errors.ts';
import { authorizationQuery, newPkce, openBrowser, openSignInApi, redeem, type Shown } from '../../../support/sign-in-browser.ts';
import { USERX } from '../../../support/token-api.ts';

const AUTHORIZE = '/oauth2/authorize';

async function openChange(signIn: Readonly<Record<string, unknown>> = {}) {
  const api = openSignInApi({ signIn });
  api.users.users.set('userx@my_company', { password: 'mypass', user: USERX, mustChange: true });
  const browser = openBrowser(api);
  const page = await browser.get(AUTHORIZE, authorizationQuery(newPkce().challenge));
  const asked = await browser.post(AUTHORIZE, { ...page.hidden, username: 'userx', password: 'mypass' });
  const change = (from: Shown, form: Readonly<Record<string, string>>): Promise<Shown> =>
    browser.post(AUTHORIZE, {
      ...from.hidden,
      username: 'userx',
      password: 'mypass',
      new_password: 'new-password-1',
      repeated_password: 'new-password-1',
      ...form,
    });
  return { api, browser, asked, change };
}

describe('a password that must be changed', () => {
  test('is asked for with the fields that password managers know, and no session has begun', async () => {
    const { asked, browser } = await openChange();
    assert.equal(asked.status, 400);
    assert.match(asked.text, /<title>Choose a new password<\/title>/);
    assert.match(asked.text, /You must choose a new password/);
    assert.deepEqual(
      [...asked.text.matchAll(/autocomplete="([^"]+)"/g)].map(([, value]) => value),
      ['username', 'current-password', 'new-password', 'new-password'],
    );
    assert.ok(![...browser.jar.keys()].some((name) => name.includes('session')));
  });

  test('is changed, and the sign-in goes on to the client', async () => {
    const { api, asked, change } = await openChange();
    const sent = await change(asked, {});
    assert.match(sent.sentBack.code ?? '', /^gac_/);
    assert.equal(api.users.users.get('userx@my_company')?.password, 'new-password-1');
    assert.equal(sent.line.passwordChange, 'changed');
    assert.ok(!JSON.stringify(api.lines).includes('new-password-1'));
  });

  test('what is wrong with the new one is said, and the page asks again', async () => {
    const { asked, change } = await openChange();
    const differs = await change(asked, { repeated_password: 'another-one' });
    assert.match(differs.text, /are not the same/);
    const short = await change(differs, { new_password: 'short', repeated_password: 'short' });
    assert.match(short.text, /too short/);
    assert.match(short.text, /<title>Choose a new password/);
    assert.match((await change(short, {})).sentBack.code ?? '', /^gac_/);
  });

  test('A114 nothing is changed without the right old password, nor from another browser', async () => {
    const { api, asked, change } = await openChange();
    const wrong = await change(asked, { password: 'wrong' });
    assert.match(wrong.text, /user name or the password is wrong/);
    const other = await openBrowser(api).post(AUTHORIZE, {
      ...asked.hidden,
      username: 'userx',
      password: 'mypass',
      new_password: 'evil-password',
      repeated_password: 'evil-password',
    });
    assert.equal(other.status, 400);
    assert.equal(api.users.users.get('userx@my_company')?.password, 'mypass');
  });

  test('a change that nobody has answered is no refusal: which password counts is not known, and that is said', async () => {
    const { api, asked, change } = await openChange();
    api.users.afterChange = () => {
      throw new Unavailable('userstore EXTERNAL of my_company', 'password-change-not-answered');
    };
    const said = await change(asked, {});
    assert.deepEqual([said.status, said.headers['Retry-After'], said.line.passwordChange], [503, '5', 'unknown']);
    assert.match(said.text, /It is not known whether your password was changed/);
    assert.match(said.text, /<title>Sign in to/, 'with either password');
    assert.doesNotMatch(said.text, /new_password/);
  });

  test('where the sign-in after it does not work, the user knows that the password is the new one', async () => {
    for (const [failure, status] of [
      [new Unavailable('userstore EXTERNAL of my_company', 'timeout'), 503],
      [undefined, 400],
    ] as const) {
      const { api, asked, change } = await openChange();
      api.users.afterChange = () => {
        api.users.failure = failure;
        // A replica that has not heard of it.
        if (failure === undefined) api.users.users.set('userx@my_company', { password: 'mypass', user: USERX });
        return { kind: 'changed' };
      };
      const said = await change(asked, {});
      assert.equal(said.status, status);
      assert.match(said.text, /Your password was changed\. Sign in with the new one/);
    }
  });

  test('A101 a state of the password that may be from before the change ends no session, and the next change does', async () => {
    for (const learnsAt of ['redemption', 'look'] as const) {
      const { api, browser, asked } = await openChange();
      const state = (passwordState: string) => {
        const known = api.users.users.get('userx@my_company');
        assert.ok(known !== undefined);
        api.users.users.set('userx@my_company', { ...known, user: { ...USERX, passwordState } });
      };
      state('before');
      api.users.afterChange = () => ({ kind: 'changed', isStateOld: true });
      const { verifier, challenge } = newPkce();
      const page = await browser.get(AUTHORIZE, authorizationQuery(challenge));
      const passwords = { username: 'userx', password: 'mypass', new_password: 'new-password-1', repeated_password: 'new-password-1' };
      const sent = await browser.post(AUTHORIZE, { ...page.hidden, ...passwords });
      state('after');
      const look = async () => (await browser.get(AUTHORIZE, authorizationQuery(newPkce().challenge, { prompt: 'none' }))).sentBack.error;
      if (learnsAt === 'redemption') assert.equal((await redeem(api, sent.sentBack.code, verifier)).status, 200);
      else assert.equal(await look(), undefined);
      state('changed again');
      const recheck = api.users.calls.recheck.length;
      await look();
      assert.equal(api.users.calls.recheck[recheck]?.passwordState, 'after', learnsAt);
      assert.equal(asked.status, 400);
    }
  });

  test('where the store can not change it, the page says so and shows where to get help', async () => {
    const { api, browser } = await openChange({ passwordHelpUrl: 'https://help.example.org/password' });
    const authenticate = api.users.authenticateUser.bind(api.users);
    api.users.authenticateUser = async (request) => {
      const outcome = await authenticate(request);
      return outcome.kind === 'refused' ? { kind: 'refused', reason: outcome.reason, isPasswordRight: true } : outcome;
    };
    const page = await browser.get(AUTHORIZE, authorizationQuery(newPkce().challenge));
    const said = await browser.post(AUTHORIZE, { ...page.hidden, username: 'userx', password: 'mypass' });
    assert.match(said.text, /You must choose a new password/);
    assert.match(said.text, /href="https:\/\/help\.example\.org\/password"/);
    assert.doesNotMatch(said.text, /new_password/);
  });
});
