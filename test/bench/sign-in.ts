// The sign-in row of the bench: a warm sign-in at the page, from the click to the code, against slapd over LDAPS and the
// tables of the local DynamoDB; beside it the raw protocol of the directory is the row of `ldap.ts`. `node test/bench/sign-in.ts`
// prints the bytes of the page as well; needs slapd.

import { createStores } from '../../functions/storage/aws/index.ts';
import { createTokenHandler } from '../../functions/token/handler.ts';
import { createUserstores } from '../../functions/userstores/index.ts';
import { SECRET_ID } from '../support/directories/open-directory.ts';
import { OPENLDAP } from '../support/directories/openldap.ts';
import { JOE } from '../support/directories/people.ts';
import { startDynamoDb } from '../support/dynamodb.ts';
import { openMemoryStores } from '../support/memory-stores.ts';
import { putEntry } from '../support/put-entry.ts';
import { authorizationQuery, newPkce, openBrowser, REDIRECT_URI } from '../support/sign-in-browser.ts';
import { TABLE_VARIABLES, useTablesAt } from '../support/tables.ts';
import { answerOf } from '../support/token-api.ts';
import { type TokenCall, tokenEvent } from '../support/token-events.ts';
import { median } from './measure.ts';
import type { Row } from './row.ts';

const SIGN_INS = 200;
const WARM_UP = 50;

interface Measured {
  readonly pageBytes: number;
  readonly formMs: number;
  readonly clickMs: number;
}

async function measure(): Promise<Measured> {
  const [directory, dynamoDb] = [await OPENLDAP.start(), await startDynamoDb()];
  useTablesAt(dynamoDb.endpoint);
  const tenant = 'my_company';
  const { ldapsUrl, caPem, entry, service } = directory;
  await putEntry(dynamoDb, 'Tenants', { tenant, entry: 'tenant', displayName: 'My Company', signIn: {} });
  await putEntry(dynamoDb, 'Tenants', {
    tenant,
    entry: 'userstore#LDAP',
    type: 'ldap',
    secretId: SECRET_ID,
    urls: [ldapsUrl],
    caPem,
    ...entry,
  });
  const grants = { grantTypes: ['authorization_code', 'refresh_token'], redirectUris: [REDIRECT_URI] };
  await putEntry(dynamoDb, 'Clients', { clientId: 'web-app', tenant, authMethods: ['none'], firstParty: true, ...grants });
  const log = () => {};
  const clock = Date.now;
  const { signingKeys, secrets, putSecret } = openMemoryStores({ clock });
  putSecret(SECRET_ID, JSON.stringify(service));
  const stores = { ...createStores({ ...TABLE_VARIABLES, SIGNING_KEYS_SECRET: 'none' }, { clock, log }), secrets };
  const sendOutbound = () => Promise.reject(new Error('no network in this bench'));
  const userstores = createUserstores({ ...stores, sendOutbound, tenantSecretsPrefix: 'Gatehouse/tenants/', clock, log });
  const handler = createTokenHandler({ ...stores, signingKeys, userstores, sendOutbound, issuer: 'https://issuer.example', clock, log });
  const browser = openBrowser({ call: async (call: TokenCall) => answerOf(await handler(tokenEvent(call)), undefined) });
  const times = { form: [] as number[], click: [] as number[] };
  let pageBytes = 0;
  for (let n = 0; n < WARM_UP + SIGN_INS; n++) {
    for (const name of browser.jar.keys()) if (name.includes('session')) browser.jar.delete(name);
    const startMs = performance.now();
    const page = await browser.get('/oauth2/authorize', authorizationQuery(newPkce().challenge, { scope: 'openid' }));
    const shownMs = performance.now();
    const sent = await browser.post('/oauth2/authorize', { ...page.hidden, username: JOE.name, password: JOE.password });
    if (sent.sentBack.code === undefined) throw new Error(sent.text);
    if (n < WARM_UP) continue;
    pageBytes = Buffer.byteLength(page.text);
    times.form.push(shownMs - startMs);
    times.click.push(performance.now() - shownMs);
  }
  await dynamoDb.close();
  await directory.stop();
  return { pageBytes, formMs: median(times.form), clickMs: median(times.click) };
}

/** The aim is a size: kilobytes of the page. How long a sign-in takes is shown beside it. */
export async function signInRows(): Promise<readonly Row[]> {
  if (OPENLDAP.missing !== undefined) return [];
  const { pageBytes, formMs, clickMs } = await measure();
  return [
    {
      what: 'sign-in page, kB; and a warm sign-in against slapd over LDAPS',
      limit: '10 kB',
      measured: `${pageBytes} bytes; page ${formMs.toFixed(1)} ms, click to code ${clickMs.toFixed(1)} ms`,
      ratio: pageBytes / 1000,
      aim: '≤ 10',
    },
  ];
}

if (process.argv[1] === import.meta.filename) {
  for (const row of await signInRows()) process.stdout.write(`${row.what}: ${row.measured}\n`);
  process.exit(0);
}
