// The parsers of what callers send: whatever comes in, they return or throw our error, and the endpoint answers.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseScope } from '../../../functions/configuration/scopes.ts';
import { OAuthError } from '../../../functions/shared/errors.ts';
import { clientSecretBasic } from '../../../functions/token/client-authentication/client-secret-basic.ts';
import { parseForm } from '../../../functions/token/token-request.ts';
import { openTokenApi, PASSWORD_GRANT } from '../../support/token-api.ts';
import { FORM } from '../../support/token-events.ts';

/** An endpoint that reads whatever is sent. */
const EVERY_NAME: ReadonlySet<string> = Object.assign(new Set<string>(), { has: () => true });

function returnsOrRefuses<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    assert.ok(error instanceof OAuthError, String(error));
    return undefined;
  }
}

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.stringMatching(/^[a-z%+&=0-9]*$/));

test('a form body is parsed or refused', () => {
  fc.assert(
    fc.property(text, fc.boolean(), fc.oneof(fc.constant(FORM), text), (body, isBase64Encoded, contentType) => {
      const parameters = returnsOrRefuses(() => parseForm({ body, isBase64Encoded, contentType }, EVERY_NAME));
      for (const value of parameters?.values() ?? []) assert.notEqual(value, '');
    }),
    { numRuns: 2000 },
  );
});

test('what a form library writes is what is read', () => {
  const names = fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1 }), { maxLength: 20 });
  fc.assert(
    fc.property(names, fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 20, maxLength: 20 }), (keys, values) => {
      const expected = keys.map((key, at) => [key, values[at] ?? ''] as const);
      const body = new URLSearchParams(expected.map(([key, value]) => [key, value])).toString();
      assert.deepEqual([...parseForm({ body, isBase64Encoded: false, contentType: FORM }, EVERY_NAME)], expected);
    }),
    { numRuns: 500 },
  );
});

test('an Authorization header is read or refused', () => {
  const credentials = fc.string({ unit: 'binary' }).map((value) => `Basic ${Buffer.from(value).toString('base64')}`);
  fc.assert(
    fc.property(
      fc.oneof(
        text,
        credentials,
        text.map((value) => `Basic ${value}`),
      ),
      (authorization) => {
        const request = { authorization, parameters: new Map<string, string>(), clientCertificate: undefined, sourceAddress: '' };
        returnsOrRefuses(() => clientSecretBasic.find(request));
      },
    ),
    { numRuns: 2000 },
  );
});

test('a scope is parsed or refused', () => {
  fc.assert(
    fc.property(text, (scope) => {
      const scopes = returnsOrRefuses(() => parseScope(scope)) ?? [];
      assert.equal(new Set(scopes).size, scopes.length);
    }),
    { numRuns: 2000 },
  );
});

test('the endpoint answers every body and header with a status and JSON of ours, and none with a 500', async () => {
  const api = openTokenApi();
  const header = fc.dictionary(fc.constantFrom('Authorization', 'Content-Type', 'Origin', 'content-type'), text, { maxKeys: 3 });
  const form = fc.dictionary(
    fc.constantFrom('grant_type', 'username', 'password', 'scope', 'client_id', 'client_secret', 'refresh_token', 'assertion'),
    fc.oneof(text, fc.constantFrom('password', 'refresh_token', 'client_credentials', 'demo-app', 'demo-app-secret')),
  );
  await fc.assert(
    fc.asyncProperty(form, header, fc.boolean(), async (parameters, headers, isBase64Encoded) => {
      const { status, json } = await api.call({ path: '/oauth2/token', form: parameters, headers, isBase64Encoded });
      assert.ok(status < 500, `${status}`);
      assert.equal(typeof (json.error ?? json.access_token), 'string');
    }),
    { numRuns: 1000 },
  );
});

test('every endpoint answers whatever comes, by any method, and none with a 500', async () => {
  const api = openTokenApi();
  const { json: tokens } = await api.token({ ...PASSWORD_GRANT, scope: 'openid' });
  const paths = ['/oauth2/token', '/oauth2/revoke', '/oauth2/introspect', '/oauth2/userinfo', '/oauth2/jwks', '/nowhere', '/', ''];
  const value = fc.oneof(text, fc.constantFrom('demo-app', 'demo-app-secret', String(tokens.access_token), String(tokens.refresh_token)));
  const call = fc.record({
    path: fc.constantFrom(...paths),
    method: fc.constantFrom('GET', 'POST', 'PUT', 'HEAD', 'OPTIONS', 'TRACE'),
    body: fc.oneof(fc.constant(null), text),
    headers: fc.dictionary(fc.constantFrom('Authorization', 'Content-Type', 'Origin'), fc.oneof(value, fc.array(value, { maxLength: 2 })), {
      maxKeys: 3,
    }),
    query: fc.dictionary(fc.string(), fc.string(), { maxKeys: 1 }),
    isBase64Encoded: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(call, async (request) => {
      const { status, line } = await api.call(request);
      assert.ok(status >= 200 && status < 500, `${status} ${line.reason}`);
    }),
    { numRuns: 1500 },
  );
});
