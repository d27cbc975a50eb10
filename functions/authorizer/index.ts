// Composition root of the authorizer Lambda: environment → stores → handler.

import { openStores, STORE_VARIABLES } from '../shared/aws/index.ts';
import { readEnvironment } from '../shared/environment.ts';
import { consoleLog } from '../shared/log.ts';
import { openAuthorizer } from './authorize.ts';

const environment = readEnvironment([...STORE_VARIABLES, 'ISSUER', 'AUTHORIZER_CACHE_SECONDS'], process.env);
const authorizerCacheSeconds = Number(environment.AUTHORIZER_CACHE_SECONDS);
if (!Number.isInteger(authorizerCacheSeconds) || authorizerCacheSeconds < 0)
  throw new Error('AUTHORIZER_CACHE_SECONDS must be a whole number of seconds.');

const clock = Date.now;
const log = consoleLog;

const stores = openStores(environment, { clock, log });

// Every answer is signed: the keys are on their way while the rest starts. Where that fails, the first request asks again.
stores.signingKeys().catch(() => {});

/** What Lambda invokes. */
export const handler = openAuthorizer({
  ...stores,
  issuer: environment.ISSUER,
  authorizerCacheSeconds,
  clock,
  log,
});
