// Composition root of the token Lambda: environment → stores and userstores → handler.

import { openStores, STORE_VARIABLES } from '../shared/aws/index.ts';
import { type Environment, readEnvironment } from '../shared/environment.ts';
import { consoleLog } from '../shared/log.ts';
import { openSendOutbound } from '../shared/net/send-outbound.ts';
import { openUserstores } from '../userstores/index.ts';
import { openTokenHandler } from './routes.ts';

const environment = readEnvironment([...STORE_VARIABLES, 'TENANT_SECRETS_PREFIX', 'ISSUER'], process.env);
const { MUTUAL_TLS }: Partial<Environment> = process.env;
const clock = Date.now;
const log = consoleLog;
const stores = openStores(environment, { clock, log });
const sendOutbound = openSendOutbound();

/** What Lambda invokes. */
export const handler = openTokenHandler({
  ...stores,
  userstores: openUserstores({ ...stores, sendOutbound, tenantSecretsPrefix: environment.TENANT_SECRETS_PREFIX, clock, log }),
  sendOutbound,
  issuer: environment.ISSUER,
  mutualTls: MUTUAL_TLS === 'true',
  clock,
  log,
});
