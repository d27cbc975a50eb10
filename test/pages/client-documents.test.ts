// functions/token/sign-in/CLIENT-DOCUMENTS.md: its entry and its document are what they say, and its figures those of the code.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isClientUrl, MAX_CLIENT_ID_CHARACTERS } from '../../functions/configuration/client-url.ts';
import { parseEntry } from '../../functions/configuration/entries/parse-entry.ts';
import { parseClientDocument } from '../../functions/token/client-documents/client-document.ts';
import { MAX_LOADS_OF_HOST_A_MINUTE } from '../../functions/token/client-documents/load-bounds.ts';
import { CLIENT_REFUSALS } from '../../infra/admin/reasons/clients.ts';
import { readText } from '../support/repository-files.ts';

const PAGE = readText('functions/token/sign-in/CLIENT-DOCUMENTS.md');
const [TENANT = '', DOCUMENT = ''] = [...PAGE.matchAll(/^```json(?: document)?\n([\s\S]*?)^```$/gm)].map(([, text]) => text);

test('the entry and the document of the page are good', () => {
  const parsed = parseEntry('tenant', JSON.parse(TENANT));
  assert.ok('entry' in parsed && parsed.entry.clientDocuments !== undefined, JSON.stringify(parsed));
  const clientId = String((JSON.parse(DOCUMENT) as Record<string, unknown>).client_id);
  assert.ok(isClientUrl(clientId) && PAGE.includes(`gatehouse revoke client ${clientId} --tenant`));
  const document = parseClientDocument(clientId, DOCUMENT);
  assert.ok('redirectUris' in document, JSON.stringify(document));
  assert.deepEqual(document.grantTypes, ['authorization_code', 'refresh_token']);
});

test('the line for trying it out is one that an entry takes', () => {
  const [, written = ''] = /`"clientDocuments": (\{ "trustedHosts": \["127\.0\.0\.1"\][^`]*)`/.exec(PAGE) ?? [];
  const parsed = parseEntry('tenant', { ...JSON.parse(TENANT), clientDocuments: JSON.parse(written) });
  assert.ok('entry' in parsed, JSON.stringify(parsed));
});

test('its figures and reasons are those of the code', () => {
  assert.ok(
    PAGE.includes(`at most ${MAX_CLIENT_ID_CHARACTERS} characters`) && PAGE.includes(`${MAX_LOADS_OF_HOST_A_MINUTE} a minute of one host`),
  );
  const bounds = readText('functions/token/client-documents/load-bounds.ts');
  for (const [name, figure] of [
    ['MAX_LOADS_AT_ONCE', '16 at a time'],
    ['MAX_LOADS_A_MINUTE', '120 a minute'],
  ] as const)
    assert.ok(bounds.includes(`${name} = ${Number.parseInt(figure, 10)};`) && PAGE.includes(figure), name);
  for (const [, reason = ''] of PAGE.matchAll(/`(client-[a-z-]+)`/g)) assert.ok(reason in CLIENT_REFUSALS, reason);
});
