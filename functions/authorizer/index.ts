// Composition root of the authorizer Lambda: environment → stores → handler.

import { openStores, STORE_VARIABLES } from '../shared/aws/index.ts';
import { readEnvironment } from '../shared/environment.ts';
import { consoleLog } from '../shared/log.ts';
import { openAuthorizer } from './authorize.ts';

const environment = readEnvironment([...STORE_VARIABLES, 'TENANT_SECRETS_PREFIX', 'ISSUER', 'AUTHORIZER_CACHE_SECONDS'], process.env);
const authorizerCacheSeconds = Number(environment.AUTHORIZER_CACHE_SECONDS);
if (!Number.isInteger(authorizerCacheSeconds) || authorizerCacheSeconds < 0)
  throw new Error('AUTHORIZER_CACHE_SECONDS must be a whole number of seconds.');

const clock = Date.now;
const log = consoleLog;

const stores = openStores(environment, { clock, log });

// Every answer is signed: the keys are on their way while the rest starts. Where that fails, the first request asks again.
stores.signingKeys().catch(() => {});

/** Loaded when the first password or certificate comes, so that no cold start pays for what few callers use. */
async function loadUserstores() {
  const [{ openUserstores }, { openSendOutbound }] = await Promise.all([
    import('../userstores/index.ts'),
    import('../shared/net/send-outbound.ts'),
  ]);
  return openUserstores({
    ...stores,
    sendOutbound: openSendOutbound(),
    tenantSecretsPrefix: environment.TENANT_SECRETS_PREFIX,
    clock,
    log,
  });
}

let userstores: ReturnType<typeof loadUserstores> | undefined;

/** What Lambda invokes. */
export const handler = openAuthorizer({
  ...stores,
  userstores: () => {
    userstores ??= loadUserstores();
    return userstores;
  },
  issuer: environment.ISSUER,
  authorizerCacheSeconds,
  simpleResponseApis: new Set((process.env.SIMPLE_RESPONSE_APIS ?? '').split(',').filter((apiId) => apiId !== '')),
  clock,
  log,
});
