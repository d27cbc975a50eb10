// The token function on real tables, primary userstore included, for tests of what an operator does to them.

import { createSendOutbound } from '../../functions/outbound/send-outbound.ts';
import { createStores } from '../../functions/storage/aws/index.ts';
import { createTokenHandler } from '../../functions/token/handler.ts';
import { createUserstores } from '../../functions/userstores/index.ts';
import { openMemoryStores } from './memory-stores.ts';
import { TABLE_VARIABLES } from './tables.ts';
import { tokenEvent } from './token-events.ts';

/** @param clock milliseconds since the epoch */
export function openTokenFunction(clock: () => number, issuer = 'https://issuer.example') {
  const stores = createStores({ ...TABLE_VARIABLES, SIGNING_KEYS_SECRET: 'none' }, { clock, log: () => {} });
  const { signingKeys } = openMemoryStores({ clock });
  const common = { ...stores, sendOutbound: createSendOutbound({ clock }), clock, log: () => {} };
  const userstores = createUserstores({ ...common, tenantSecretsPrefix: 'Gatehouse/tenants/', failureQuantumMs: 0 });
  const handler = createTokenHandler({ ...common, signingKeys, userstores, issuer });
  return async (path: string, form: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>>) => {
    const { statusCode, body } = await handler(tokenEvent({ path, form, headers }));
    return { status: statusCode, json: body === '' ? {} : JSON.parse(body) };
  };
}
