// Ends a session: its item, the grants that began in it (but those that may outlive it), and the sessions that clients
// keep of their own, which are told of it.

import type { Client, Tenant } from '../../configuration/model.ts';
import { subjectOf } from '../../configuration/username.ts';
import type { Grant } from '../../storage/grant.ts';
import type { SignInSession } from '../../storage/sign-in-session.ts';
import { notifyClients } from './back-channel-logout.ts';
import type { SignInDependencies } from './sign-in-dependencies.ts';

/** Grants that are read at once. */
const CHUNK = 50;

/**
 * @param held the grants of its user, where they were read before
 * @throws Unavailable: then the user is told that it did not work
 */
export async function endSession(
  dependencies: SignInDependencies,
  tenant: Tenant,
  session: SignInSession,
  held?: readonly Grant[],
): Promise<void> {
  const { grants, sessions, clients, clock } = dependencies;
  // Read before anything is written: what can't be read now can be asked for again as long as the session is there.
  const found = held ?? (await readGrantsOf(grants, subjectOf(session.user), Math.floor(clock() / 1000)));
  const own = found.filter((grant) => grant.session?.sid === session.sid);
  // From here on no code of it is redeemed and no token renewed.
  await sessions.endSession(session.id);
  await Promise.all(own.filter(({ scopes }) => !scopes.includes('offline_access')).map((grant) => grants.deleteGrant(grant)));
  const told = await Promise.all([...new Set(own.map(({ clientId }) => clientId))].map((clientId) => clients.findClient(clientId)));
  await notifyClients(
    dependencies,
    tenant,
    told.filter((client): client is Client => client !== undefined),
    session,
  );
}

/** All grants of a user that are open. @throws Unavailable */
export async function readGrantsOf(grants: SignInDependencies['grants'], subject: string, nowSeconds: number): Promise<readonly Grant[]> {
  const ids = await grants.listGrantsOfUser(subject);
  const found: Grant[] = [];
  for (let at = 0; at < ids.length; at += CHUNK) {
    const chunk = await Promise.all(ids.slice(at, at + CHUNK).map((id) => grants.findGrant(id, nowSeconds)));
    found.push(...chunk.filter((grant): grant is Grant => grant !== undefined));
  }
  return found;
}
