// Users of the primary store who call with a password or a client certificate, for tests of such callers.

import { hashPassword } from '../../../functions/userstores/password-hashes/index.ts';
import { LEAST_PASSWORD_COST } from '../../support/login-fixture.ts';
import { type Outcome, openWorld, type World } from './authorizer-world.ts';
import { type KindOptions, restRequestEvent } from './event-kinds.ts';

export const PASSWORD = 'pässword:1';
/** At the cost of the world's userstores. */
export const PASSWORD_HASH = await hashPassword(PASSWORD, LEAST_PASSWORD_COST);

export const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

/** The API takes everything that a rule may name; `john` of `my_company` is there. */
export function openPeople(api: Record<string, unknown> = {}): World {
  const world = openWorld();
  world.stores.put('Tenants', { ...world.pizzashack, resources: [{ path: '/*' }], certificates: { issuerCns: ['Our CA'] }, ...api });
  world.stores.put('Users', { tenant: 'my_company', username: 'john', id: 'j-1', passwordHash: PASSWORD_HASH, roles: ['customer'] });
  return world;
}

export const call = (world: World, options: KindOptions): Promise<Outcome> => world.call(restRequestEvent(options));

/** Why the last request was answered as it was. */
export const reason = (world: World): unknown => world.lines.at(-1)?.fields.reason;

export function certificate(subjectDN: string, issuerDN = 'CN=Our CA,O=Example'): KindOptions {
  return { clientCertificate: { subjectDN, issuerDN } };
}
