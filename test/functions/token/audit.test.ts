// The audit events of the token Lambda: each is in the one line of its request, with who and what.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTokenApi, PASSWORD_GRANT, type TokenAnswer } from '../../support/token-api.ts';
import { basic } from '../../support/token-events.ts';

const SUBJECT = 'EXTERNAL/e-1001@my_company';

function auditOf({ line }: TokenAnswer) {
  const { audit, level, outcome, tenant, clientId, grantType, grant, subject } = line;
  return { audit, level, outcome, tenant, clientId, grantType, grant, subject };
}

test('login, issue, renewal, repetition, reuse, revocation, refusal and lock', async () => {
  const api = openTokenApi();
  const common = { level: 'INFO', tenant: 'my_company', clientId: 'demo-app' };
  const issued = await api.token(PASSWORD_GRANT);
  const grant = String(issued.json.access_token).slice(4, 26);
  const password = { ...common, grantType: 'password' };
  assert.deepEqual(auditOf(issued), { ...password, audit: 'token-issued', outcome: 'ok', grant, subject: SUBJECT });

  const form = { grant_type: 'refresh_token', refresh_token: String(issued.json.refresh_token) };
  const renewal = { ...common, grantType: 'refresh_token', grant };
  assert.deepEqual(auditOf(await api.token(form)), { ...renewal, audit: 'token-renewed', outcome: 'ok', subject: SUBJECT });
  assert.deepEqual(auditOf(await api.token(form)), { ...renewal, audit: 'token-repeated', outcome: 'ok', subject: SUBJECT });
  api.advance(60);
  assert.deepEqual(auditOf(await api.token(form)), { ...renewal, audit: 'refresh-token-reuse', outcome: 'refused', subject: SUBJECT });

  const application = await api.token({ grant_type: 'client_credentials' });
  const token = String(application.json.access_token);
  const revoked = await api.call({ path: '/oauth2/revoke', form: { token }, headers: basic('demo-app', 'demo-app-secret') });
  assert.deepEqual([revoked.line.audit, revoked.line.grant, revoked.line.subject], ['grant-revoked', token.slice(4, 26), undefined]);

  const again = await api.token(PASSWORD_GRANT);
  const logout = { token: String(again.json.refresh_token) };
  const ofUser = await api.call({ path: '/oauth2/revoke', form: logout, headers: basic('demo-app', 'demo-app-secret') });
  assert.deepEqual([ofUser.line.audit, ofUser.line.subject], ['grant-revoked', SUBJECT]);

  const disabled = await api.token(PASSWORD_GRANT);
  api.users.recheckAnswer = { kind: 'refused', reason: 'user-disabled' };
  const lost = await api.token({ grant_type: 'refresh_token', refresh_token: String(disabled.json.refresh_token) });
  assert.deepEqual([lost.line.audit, lost.line.reason, lost.line.subject], ['grant-revoked', 'user-disabled', SUBJECT]);

  const refused = await api.token({ ...PASSWORD_GRANT, password: 'wrong' });
  const nobody = { grant: undefined, subject: undefined };
  assert.deepEqual(auditOf(refused), { ...password, ...nobody, audit: 'login-refused', outcome: 'refused' });
  api.users.locked = 30;
  assert.deepEqual(auditOf(await api.token(PASSWORD_GRANT)), { ...password, ...nobody, audit: 'login-locked', outcome: 'refused' });
});

test('what is no event of a user or a grant is a request and nothing more', async () => {
  const api = openTokenApi();
  const answers = [
    await api.token(PASSWORD_GRANT, basic('demo-app', 'wrong')),
    await api.token({ grant_type: 'x' }),
    await api.call({ method: 'GET', path: '/oauth2/jwks' }),
  ];
  for (const { line } of answers) {
    assert.equal(line.audit, undefined);
    assert.equal(line.requestId, '00000000-0000-4000-8000-000000000001');
    assert.equal(typeof line.durationMs, 'number');
  }
});
