// Ends a session: its item, the grants that began in it (but those that may outlive it), and the sessions that clients
// keep of their own, which are told of it.

import type { Client, Grant, SignInSession, Tenant } from '../../configuration/model.ts';
import { subjectOf } from '../../configuration/username.ts';
import { notifyClients } from './back-channel-logout.ts';
import type { SignInDependencies } from './sign-in-dependencies.ts';

/** More grants than a browser's session has; what is beyond ends with its session at the next renewal. */
const MAX_GRANTS = 200;

/** @throws Unavailable: then the user is told that it did not work */
export async function endSession(dependencies: SignInDependencies, tenant: Tenant, session: SignInSession): Promise<void> {
  const { grants, sessions, clients, clock } = dependencies;
  const nowSeconds = Math.floor(clock() / 1000);
  // First of all: from now on no code of it is redeemed and no token renewed.
  await sessions.endSession(session.id);
  const ids = (await grants.listGrantsOfUser(subjectOf(session.user))).slice(0, MAX_GRANTS);
  const found = await Promise.all(ids.map((id) => grants.findGrant(id, nowSeconds)));
  const own = found.filter((grant): grant is Grant => grant?.session?.sid === session.sid);
  await Promise.all(own.filter(({ scopes }) => !scopes.includes('offline_access')).map(({ id }) => grants.deleteGrant(id)));
  const told = await Promise.all([...new Set(own.map(({ clientId }) => clientId))].map((clientId) => clients.findClient(clientId)));
  await notifyClients(
    dependencies,
    tenant,
    told.filter((client): client is Client => client !== undefined),
    session,
  );
}
