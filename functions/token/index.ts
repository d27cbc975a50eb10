// Composition root of the token Lambda: environment → stores and userstores → handler.

import type { SendOutbound } from '../outbound/outbound.ts';
import { type Environment, readEnvironment } from '../shared/environment.ts';
import { lazy } from '../shared/lazy.ts';
import { createLog } from '../shared/log.ts';
import { withTimeBudget } from '../shared/time-budget.ts';
import { createStores, STORE_VARIABLES } from '../storage/aws/index.ts';
import { createUserstores } from '../userstores/index.ts';
import { createTokenHandler } from './handler.ts';

const environment = readEnvironment([...STORE_VARIABLES, 'TENANT_SECRETS_PREFIX', 'ISSUER'], process.env);
const { MUTUAL_TLS_URL }: Partial<Environment> = process.env;
const clock = Date.now;
const log = createLog(process.env);
const stores = createStores(environment, { clock, log });
const outbound = lazy(async () => (await import('../outbound/send-outbound.ts')).createSendOutbound());
const sendOutbound: SendOutbound = async (dependency, request) => (await outbound())(dependency, request);

const handleRequest = createTokenHandler({
  ...stores,
  userstores: createUserstores({ ...stores, sendOutbound, tenantSecretsPrefix: environment.TENANT_SECRETS_PREFIX, clock, log }),
  sendOutbound,
  issuer: environment.ISSUER,
  mutualTlsUrl: MUTUAL_TLS_URL,
  clock,
  log,
});

/** Handler that Lambda invokes. API Gateway waits for 29 s. */
export const handler = withTimeBudget(handleRequest, { maxMs: 28_000, answerMs: 1000 });
