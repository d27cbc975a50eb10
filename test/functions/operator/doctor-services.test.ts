// `userstore doctor` on web services and functions: each step, what the reply lacks, and what is never done.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import type { StepReport } from '../../../functions/operator/examination.ts';
import { Unavailable } from '../../../functions/shared/errors.ts';
import { OTHER_HOST_CERTIFICATE, SERVER_CERTIFICATE, TEST_CA } from '../../support/certificates/index.ts';
import { freePort } from '../../support/directories/process.ts';
import { listen } from '../../support/listen.ts';
import { openLoginFixture } from '../../support/login-fixture.ts';
import { openRestService, sendJson } from '../../support/rest-service.ts';
import { newCertificate, OID } from '../../support/x509.ts';
import { askDoctor, failedStep, stepsOf } from './ask-doctor.ts';

const ASKED = { domain: 'EXTERNAL', user: 'userx', password: 'mypass-long' };
const byName = (steps: readonly StepReport[], name: string): StepReport | undefined => steps.find(({ step }) => step === name);

function enter(attributes: Readonly<Record<string, unknown>>) {
  const fixture = openLoginFixture();
  fixture.putStore('EXTERNAL', attributes);
  return fixture;
}

suite('a web service', () => {
  test('passes every step where all is well, and what is mapped and not there is a warning that names it', async (context) => {
    const service = await openRestService(context, (_, outgoing) =>
      sendJson(outgoing, { response: { status: 'true', user: { mail: 'x@example.org', groups: [{ name: 'a' }] } } }),
    );
    const mapped = { claims: { mail: 'response.user.mail', phone: 'response.user.phone' }, roles: 'response.user.groups.*.name' };
    const steps = stepsOf(await askDoctor(enter({ ...service.attributes, ...mapped }), ASKED));
    assert.deepEqual(
      steps.map(({ step, outcome }) => `${step} ${outcome}`),
      [
        ...['secret passed', 'url passed', 'name-resolution passed', 'tcp passed', 'tls warning'],
        ...['request passed', 'reply passed', 'success passed', 'user warning'],
      ],
    );
    assert.match(
      byName(steps, 'user')?.found ?? '',
      /roles a, claims mail; the reply has no claim phone at response\.user\.phone; it has response\.status, /,
    );
    assert.match(byName(steps, 'success')?.found ?? '', /response\.status is "true" \(string\)/);
    assert.equal(service.calls.length, 1);
  });

  test('a boolean where the entry wants text, and a status that no condition knows, are told apart', async (context) => {
    const service = await openRestService(context, ({ body }, outgoing) =>
      body.includes('odd') ? sendJson(outgoing, {}, 418) : sendJson(outgoing, { response: { status: true } }),
    );
    const fixture = enter(service.attributes);
    const kind = failedStep(await askDoctor(fixture, ASKED));
    assert.deepEqual([kind.step, kind.reason], ['success', 'condition-not-met']);
    assert.equal(kind.error, 'response.status is true (boolean); the entry wants "true" (string)');
    const odd = failedStep(await askDoctor(fixture, { ...ASKED, user: 'odd' }));
    assert.deepEqual([odd.step, odd.reason], ['reply', 'unexpected-status']);
    assert.match(odd.error ?? '', /^418, application\/json/);
  });

  test('the way to it is found step by step: name, port, certificate, CA, no TLS, an address that no login calls', async (context) => {
    const expired = newCertificate({ subject: [[[OID.CN, '127.0.0.1']]], validTo: new Date('2021-05-06T00:00:00Z') });
    const serve = async (certificate: { cert: string; key: string }): Promise<string> =>
      `https://127.0.0.1:${await listen(
        context,
        createTlsServer(certificate, (_, outgoing) => outgoing.end()),
      )}/`;
    const find = async (attributes: Readonly<Record<string, unknown>>, more = {}): Promise<StepReport> =>
      failedStep(await askDoctor(enter({ type: 'rest', allowPrivateAddress: true, caPem: TEST_CA, ...attributes }), ASKED, more));
    const told = async (attributes: Readonly<Record<string, unknown>>, more = {}) => {
      const { step, reason, remedy = '' } = await find(attributes, more);
      return [step, reason, remedy] as const;
    };
    const unknown = await told(
      { url: 'https://people.example.org/' },
      { resolveName: () => Promise.reject(Object.assign(new Error('queryA ENOTFOUND people.example.org'), { code: 'ENOTFOUND' })) },
    );
    assert.deepEqual(unknown.slice(0, 2), ['name-resolution', 'name-not-resolved']);
    assert.deepEqual((await told({ url: `https://127.0.0.1:${await freePort()}/` })).slice(0, 2), ['tcp', 'connection-failed']);
    const old = await told({ url: await serve({ cert: expired.pem, key: expired.privateKeyPem }), caPem: expired.pem });
    assert.deepEqual(old, ['tls', 'tls-failed', 'Renew the certificate of 127.0.0.1 on the server: it ended on 2021-05-06.']);
    assert.match(
      (await told({ url: await serve(OTHER_HOST_CERTIFICATE) }))[2],
      /^The certificate is for .*, and the URL says 127\.0\.0\.1/,
    );
    assert.match((await told({ url: await serve(SERVER_CERTIFICATE), caPem: undefined }))[2], /^The entry has no caPem/);
    const plain = await listen(
      context,
      createServer((_, outgoing) => outgoing.end()),
    );
    assert.match(
      (await told({ url: `https://127.0.0.1:${plain}/` }))[2],
      /^Check the port of the URL: what listens there may not speak TLS/,
    );
    const inside = { url: 'https://metadata.example.org/', allowPrivateAddress: false };
    const refused = await find(inside, { resolveName: async () => ['93.184.216.34', '169.254.169.254'] });
    assert.deepEqual([refused.step, refused.reason], ['name-resolution', 'refused-address']);
    assert.match(refused.error ?? '', /169\.254\.169\.254/);
    assert.deepEqual((await told({ url: 'https://example.org:25/', allowPrivateAddress: false })).slice(0, 2), ['url', 'refused-port']);
  });

  test('a redirect, no JSON and a reply about somebody else are found where they are', async (context) => {
    const service = await openRestService(context, ({ body }, outgoing) => {
      if (body.includes('moved')) outgoing.writeHead(302, { location: '/' }).end();
      else if (body.includes('html')) outgoing.writeHead(200, { 'content-type': 'text/html' }).end('<p>yes</p>');
      else sendJson(outgoing, { response: { status: 'true', name: 'other' } });
    });
    const fixture = enter({ ...service.attributes, username: 'response.name' });
    const found = async (user: string) => {
      const { step, reason } = failedStep(await askDoctor(fixture, { ...ASKED, user }));
      return [step, reason];
    };
    assert.deepEqual(await found('moved'), ['request', 'redirect']);
    assert.deepEqual(await found('html'), ['reply', 'bad-reply']);
    assert.deepEqual(await found('userx'), ['user', 'other-user']);
  });

  test('nothing is sent without a password, but a look-up where the entry has one', async (context) => {
    const service = await openRestService(context, (_, outgoing) => sendJson(outgoing, { found: false }));
    const without = stepsOf(await askDoctor(enter(service.attributes), { domain: 'EXTERNAL', user: 'userx' }));
    assert.deepEqual([byName(without, 'request')?.outcome, service.calls.length], ['skipped', 0]);
    const lookup = { url: service.url, method: 'GET', success: { path: 'found', equals: true } };
    const looked = failedStep(await askDoctor(enter({ ...service.attributes, lookup }), { domain: 'EXTERNAL', user: 'userx' }));
    assert.deepEqual([looked.step, looked.reason, service.calls.length], ['success', 'condition-not-met', 1]);
    assert.match(looked.remedy ?? '', /lookup\.success\.equals/);
  });
});

suite('a function', () => {
  const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:users';

  function ask(invokeFunction: () => Promise<string>) {
    return askDoctor(enter({ type: 'lambda', functionArn: ARN }), ASKED, { invokeFunction });
  }

  test('is asked once, and its answer judged place by place', async () => {
    const steps = stepsOf(await ask(async () => '{"response":{"status":"true"}}'));
    assert.deepEqual(
      steps.map(({ step, outcome }) => `${step} ${outcome}`),
      ['secret passed', 'request passed', 'reply passed', 'success passed', 'user passed'],
    );
    const missing = failedStep(await ask(async () => '{"ok":true}'));
    assert.deepEqual([missing.step, missing.error], ['success', 'the reply has no response.status; it has ok']);
    assert.equal(failedStep(await ask(async () => 'no JSON')).step, 'reply');
  });

  test('that can’t be called, or fails, is found at the request', async () => {
    const denied = failedStep(await ask(() => Promise.reject(new Unavailable('userstore', 'access-denied'))));
    assert.deepEqual([denied.step, denied.reason], ['request', 'access-denied']);
    assert.equal(failedStep(await ask(() => Promise.reject(new Unavailable('userstore', 'function-error')))).reason, 'function-error');
  });
});

suite('servers that are slow or hostile', () => {
  const ldap = (port: number) => ({
    type: 'ldap',
    urls: [`ldap://127.0.0.1:${port}`],
    allowPlaintext: true,
    userSearchBase: 'dc=x',
    preset: 'openldap',
    timeoutMs: 200,
  });

  /** Answers each connection with these bytes, or with nothing. */
  async function openTcp(context: TestContext, bytes?: Buffer): Promise<number> {
    const server = createTcpServer((socket) => {
      socket.on('error', () => {});
      if (bytes !== undefined) socket.once('data', () => socket.write(bytes));
    });
    return listen(context, server);
  }

  test('who never answers is left after the time of the store, step for step', async (context) => {
    const steps = await askDoctor(enter(ldap(await openTcp(context))), { domain: 'EXTERNAL' });
    const { step, reason } = failedStep(steps);
    assert.deepEqual([step, reason], ['search', 'timeout']);
  });

  test('what is no LDAP is told as that, and a diagnostic can’t move the cursor of a terminal', async (context) => {
    const noLdap = failedStep(
      await askDoctor(enter(ldap(await openTcp(context, Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')))), { domain: 'EXTERNAL' }),
    );
    assert.deepEqual([noLdap.step, noLdap.reason], ['search', 'malformed-answer']);
    // searchResDone with code 53 and a diagnostic that clears the screen.
    const diagnostic = Buffer.from('\u001b[2Jno');
    const content = Buffer.concat([Buffer.from([0x0a, 1, 53, 0x04, 0, 0x04, diagnostic.length]), diagnostic]);
    const message = Buffer.concat([Buffer.from([0x02, 1, 1, 0x65, content.length]), content]);
    const port = await openTcp(context, Buffer.concat([Buffer.from([0x30, message.length]), message]));
    const hostile = failedStep(await askDoctor(enter(ldap(port)), { domain: 'EXTERNAL' }));
    assert.deepEqual(
      [hostile.reason, hostile.error],
      ['search-unwilling-to-perform', 'search-unwilling-to-perform: LDAP result 53: [2Jno'],
    );
  });

  test('the whole takes no longer than it may', async (context) => {
    const port = await openTcp(context);
    const urls = [1, 2, 3, 4].map(() => `ldap://127.0.0.1:${port}`);
    const { examineStore } = await import('../../../functions/operator/examine-store.ts');
    const fixture = enter({ ...ldap(port), urls, timeoutMs: 10_000 });
    const examined = await examineStore({ tenant: 'my_company', domain: 'EXTERNAL' }, fixture.dependencies, 150);
    const reasons = [0, 1, 2, 3].map((at) => stepsOf(examined, at).find(({ outcome }) => outcome === 'failed')?.reason);
    assert.deepEqual(reasons, ['timeout', 'time-is-up', 'time-is-up', 'time-is-up']);
  });
});
