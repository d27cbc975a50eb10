// URLs of clients: for whatever text, the rules give an answer, and what they take is the very address that is fetched.

import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { isClientUrl, MAX_CLIENT_ID_CHARACTERS } from '../../../../functions/configuration/client-url.ts';
import { findClientByUrl } from '../../../../functions/configuration/document-client.ts';
import { parseEntry } from '../../../../functions/configuration/entries/parse-entry.ts';
import type { Tenant } from '../../../../functions/configuration/model.ts';
import { parseClientUrl } from '../../../../functions/configuration/parse-client-url.ts';
import { parseClientDocument } from '../../../../functions/token/client-documents/client-document.ts';
import { shownName } from '../../../../functions/token/client-documents/shown-name.ts';

const PARTS = [
  'https://',
  'http://',
  'HTTPS://',
  'agent.example',
  'localhost',
  '127.0.0.1',
  '[::1]',
  '10.0.0.1',
  ':443',
  ':8443',
  '/',
  '/c.json',
  '..',
  '%2e',
];
const MORE = [
  '%2F',
  '#',
  '?',
  '@',
  '\\',
  ' ',
  '\t',
  'ü',
  'а',
  '。',
  'xn--',
  '.',
  '0x7f.1',
  '2130706433',
  'A',
  '/./',
  '//',
  ';',
  '%00',
  '%zz',
];
const urlish = fc.oneof(
  fc.string(),
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
  fc.array(fc.constantFrom(...PARTS, ...MORE), { maxLength: 8 }).map((parts) => parts.join('')),
  fc.array(fc.constantFrom(...PARTS, ...MORE), { maxLength: 6 }).map((parts) => `https://agent.example/${parts.join('')}`),
);

test('what is taken is written in its one spelling: https, a name of DNS, a path, no user, no fragment, no dot segment', () => {
  fc.assert(
    fc.property(urlish, (text) => {
      const url = parseClientUrl(text, { allowLoopback: false });
      if (url === undefined) return;
      assert.equal(url.href, text);
      assert.ok(isClientUrl(text) && text.length <= MAX_CLIENT_ID_CHARACTERS && /^[\x21-\x7e]+$/.test(text));
      assert.equal(url.protocol, 'https:');
      assert.deepEqual([url.username, url.password, url.hash], ['', '', '']);
      assert.match(text, /^https:\/\/[a-z0-9.-]+(:\d+)?\/[^#]*$/);
      const segments = decodeURI(url.pathname.replaceAll(/%(?!2[ef]|5c)/gi, '')).split('/');
      assert.ok(!segments.includes('.') && !segments.includes('..') && !url.pathname.includes('\\'));
      assert.ok(isIP(url.hostname.replace(/^\[|\]$/g, '')) === 0 && url.hostname.includes('.') && !url.hostname.endsWith('.'));
    }),
    { numRuns: 3000 },
  );
});

test('known URLs of clients of the field are taken, and loopback ones where that is allowed', () => {
  for (const [text, taken, takenLocally] of [
    ['https://claude.ai/oauth/mcp-oauth-client-metadata', true, true],
    ['https://vscode.dev/oauth/client-metadata.json', true, true],
    ['https://agent.example/', true, true],
    ['https://agent.example/c?v=1', true, true],
    ['https://agent.example:8443/c', true, true],
    ['https://xn--gent-63d.example/c', true, true],
    ['http://127.0.0.1:3000/c', false, true],
    ['https://127.0.0.1:3000/c', false, true],
    ['http://localhost/c', false, true],
    ['http://[::1]:3000/c', false, true],
    ['http://127.0.0.1', false, false],
    ['http://127.0.0.2/c', false, false],
    ['http://localhost.evil.example/c', false, false],
    ['http://agent.example/c', false, false],
    [`https://agent.example/${'c'.repeat(234)}`, true, true],
    [`https://agent.example/${'c'.repeat(235)}`, false, false],
  ] as const) {
    assert.equal(parseClientUrl(text, { allowLoopback: false }) !== undefined, taken, text);
    assert.equal(parseClientUrl(text, { allowLoopback: true }) !== undefined, takenLocally, text);
  }
});

const tenantOf = (clientDocuments: unknown): Tenant => {
  const parsed = parseEntry('tenant', { tenant: 't', entry: 'tenant', issuer: 'own', clientDocuments });
  assert.ok('entry' in parsed);
  const none = new Map();
  const lists = { userstores: [], disabledUserstores: [] };
  return { ...parsed.entry, ...lists, name: 't', issuers: none, roles: none, scopes: none, tiers: none, handlers: none, resources: none };
};

test('of a list of hosts, none but the very host is trusted', () => {
  const tenant = tenantOf({ trustedHosts: ['agent.example', 'other.example:8443'] });
  fc.assert(
    fc.property(urlish, (text) => {
      const found = findClientByUrl(tenant, text);
      if (found.kind === 'found') assert.match(text, /^https:\/\/(agent\.example|other\.example:8443)\//);
    }),
    { numRuns: 2000 },
  );
  assert.equal(findClientByUrl(tenant, 'https://agent.example/c').kind, 'found');
});

test('for whatever is sent as a document there is an answer, and none of a fault tells what was sent', () => {
  const member = fc.constantFrom(
    'client_id',
    'client_name',
    'redirect_uris',
    'grant_types',
    'jwks',
    'jwks_uri',
    'token_endpoint_auth_method',
    '__proto__',
    'x',
  );
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    fc.dictionary(member, fc.jsonValue()).map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(body, (text) => {
      const parsed = parseClientDocument('https://agent.example/c', text);
      assert.ok('expected' in parsed);
    }),
    { numRuns: 1000 },
  );
  const told = parseClientDocument(
    'https://agent.example/c',
    JSON.stringify({ client_id: 'https://agent.example/c', redirect_uris: ['s3cret', 7] }),
  );
  assert.deepEqual(told, { path: 'redirect_uris.1', expected: 'a string' });
});

test('a name that is shown is one short line of visible text', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), (name) => {
      const shown = shownName(name);
      if (shown === undefined) return;
      assert.ok([...shown].length <= 61 && shown.trim() === shown && shown !== '');
      assert.doesNotMatch(shown, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|\p{M}{4}/u);
    }),
    { numRuns: 2000 },
  );
  assert.equal(shownName('Claude'), 'Claude');
  assert.equal(shownName(' Ein \n Name '), 'Ein Name');
  for (const nothing of [undefined, '', ' \u200b\u2066 ', '\u3164']) assert.equal(shownName(nothing), undefined);
});

test('no stored client may have the id of one that a document describes', () => {
  for (const clientId of ['https://agent.example/c', 'HTTPS://x', 'https://', 'http://127.0.0.1/c', 'http://localhost:1/'])
    assert.ok(isClientUrl(clientId), clientId);
  for (const clientId of ['http://legacy-app', 'https', 'my-https://app', 'urn:x', 'com.example.app'])
    assert.ok(!isClientUrl(clientId), clientId);
});
