// Composition root of the authorizer Lambda: environment → stores → handler.

import { openStores, STORE_VARIABLES } from '../shared/aws/index.ts';
import { readEnvironment } from '../shared/environment.ts';
import { consoleLog } from '../shared/log.ts';
import { once } from '../shared/once.ts';
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

// What follows is loaded when a caller first needs it, so that no cold start pays for what few callers use.

const openSendOutboundOnce = once(async () => (await import('../shared/net/send-outbound.ts')).openSendOutbound());

const foreignJwts = once(async () => {
  const [{ openForeignJwtVerifier }, sendOutbound] = await Promise.all([import('../shared/foreign-jwt/index.ts'), openSendOutboundOnce()]);
  return openForeignJwtVerifier({ sendOutbound, clock, log });
});

const userstores = once(async () => {
  const [{ openUserstores }, sendOutbound] = await Promise.all([import('../userstores/index.ts'), openSendOutboundOnce()]);
  return openUserstores({
    ...stores,
    sendOutbound,
    tenantSecretsPrefix: environment.TENANT_SECRETS_PREFIX,
    clock,
    log,
  });
});

/** What Lambda invokes. */
export const handler = openAuthorizer({
  ...stores,
  userstores,
  foreignJwts,
  issuer: environment.ISSUER,
  authorizerCacheSeconds,
  simpleResponseApis: new Set((process.env.SIMPLE_RESPONSE_APIS ?? '').split(',').filter((apiId) => apiId !== '')),
  clock,
  log,
});
