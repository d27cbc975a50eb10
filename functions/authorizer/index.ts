// Composition root of the authorizer Lambda: environment → stores → handler.

import { CONFIGURATION_CACHE_MS, readEnvironment } from '../shared/environment.ts';
import { lazy } from '../shared/lazy.ts';
import { createLog } from '../shared/log.ts';
import { createSteadyClock } from '../shared/steady-clock.ts';
import { withTimeBudget } from '../shared/time-budget.ts';
import { createDecidingStores, STORE_VARIABLES } from '../storage/aws/deciding-stores.ts';
import { createReadAhead } from '../storage/aws/read-ahead.ts';
import { createAuthorizer } from './authorize.ts';

const environment = readEnvironment([...STORE_VARIABLES, 'TENANT_SECRETS_PREFIX', 'ISSUER', 'AUTHORIZER_CACHE_SECONDS'], process.env);
const authorizerCacheSeconds = Number(environment.AUTHORIZER_CACHE_SECONDS);
if (!Number.isInteger(authorizerCacheSeconds) || authorizerCacheSeconds < 0)
  throw new Error('AUTHORIZER_CACHE_SECONDS must be a whole number of seconds.');

const clock = Date.now;
const log = createLog(process.env);

const monotonic = () => performance.now();
const { dynamoDb, ...stores } = createDecidingStores(environment, {
  ...{ clock, log, ahead: createReadAhead(), cacheClock: createSteadyClock(clock, monotonic) },
  // What an API's rules are, `findApiClaims` says.
  skipsApis: true,
});

// Every answer is signed: the keys are on their way while the rest starts. Where that fails, the first request asks again.
stores.signingKeys().catch(() => {});

// What follows is loaded when a caller first needs it, so that no cold start pays for what few callers use.

const sendOutboundOnDemand = lazy(async () => (await import('../outbound/send-outbound.ts')).createSendOutbound());

const externalJwts = lazy(async () => {
  const [{ createExternalJwtVerifier }, sendOutbound] = await Promise.all([import('../external-issuers/index.ts'), sendOutboundOnDemand()]);
  return createExternalJwtVerifier({ sendOutbound, clock, log });
});

const attempts = lazy(async () => (await import('../storage/aws/attempts.ts')).createAttempts(dynamoDb, environment.TOKENS_TABLE));

const userstores = lazy(async () => {
  const [{ createUserstores }, sendOutbound] = await Promise.all([import('../userstores/index.ts'), sendOutboundOnDemand()]);
  return createUserstores({
    ...stores,
    attempts: await attempts(),
    sendOutbound,
    tenantSecretsPrefix: environment.TENANT_SECRETS_PREFIX,
    clock,
    log,
  });
});

const checkByFeed = lazy(async () => {
  const [{ createCheckByFeed }, { openFeed }, store] = await Promise.all([
    import('../own-tokens/check-by-feed.ts'),
    import('../revocation-feed/open-feed.ts'),
    stores.feed(),
  ]);
  return createCheckByFeed(stores, openFeed({ store, log, clock, monotonic }));
});

const authorize = createAuthorizer({
  ...stores,
  attempts: { rememberSignIn: async (signIn) => (await attempts()).rememberSignIn(signIn) },
  checkByFeed,
  userstores,
  externalJwts,
  usersKeptSeconds: CONFIGURATION_CACHE_MS / 1000,
  issuer: environment.ISSUER,
  authorizerCacheSeconds,
  simpleResponseApis: new Set((process.env.SIMPLE_RESPONSE_APIS ?? '').split(',').filter((apiId) => apiId !== '')),
  clock,
  log,
});

/** Handler that Lambda invokes. Callers of an API wait for the answer, and an HTTP API for 10 s at most. */
export const handler = withTimeBudget(authorize, { maxMs: 6000, answerMs: 500 });
