// Composition root of the token Lambda: environment → stores and userstores → handler.

import type { SendOutbound } from '../outbound/outbound.ts';
import { type Environment, readEnvironment } from '../shared/environment.ts';
import { lazy } from '../shared/lazy.ts';
import { createLog } from '../shared/log.ts';
import { withTimeBudget } from '../shared/time-budget.ts';
import { createStores, STORE_VARIABLES } from '../storage/aws/index.ts';
import type { Userstores } from '../userstores/userstore.ts';
import { createTokenHandler } from './handler.ts';

const environment = readEnvironment([...STORE_VARIABLES, 'TENANT_SECRETS_PREFIX', 'ISSUER'], process.env);
const { MUTUAL_TLS_URL }: Partial<Environment> = process.env;
const clock = Date.now;
const log = createLog(process.env);
const stores = createStores(environment, { clock, log });
const outbound = lazy(async () => (await import('../outbound/send-outbound.ts')).createSendOutbound());
const sendOutbound: SendOutbound = async (dependency, request) => (await outbound())(dependency, request);

// Opened with the first login or renewal: an application's own tokens need none.
const opened = lazy(async () => {
  const { createUserstores } = await import('../userstores/index.ts');
  return createUserstores({ ...stores, sendOutbound, tenantSecretsPrefix: environment.TENANT_SECRETS_PREFIX, clock, log });
});
const userstores: Userstores = {
  authenticateUser: async (...asked) => (await opened()).authenticateUser(...asked),
  changePassword: async (...asked) => (await opened()).changePassword(...asked),
  recheckUser: async (...asked) => (await opened()).recheckUser(...asked),
};

const handleRequest = createTokenHandler({
  ...stores,
  userstores,
  sendOutbound,
  issuer: environment.ISSUER,
  mutualTlsUrl: MUTUAL_TLS_URL,
  clock,
  log,
});

/** Handler that Lambda invokes. API Gateway waits for 29 s. */
export const handler = withTimeBudget(handleRequest, { maxMs: 28_000, answerMs: 1000 });
