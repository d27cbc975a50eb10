// Tells clients that a session has ended (OpenID Connect Back-Channel Logout 1.0): a signed logout token by POST, to a public
// address, without redirects, within a deadline, tried once more. What becomes of it changes nothing for the user (A130).

import { randomUUID } from 'node:crypto';
import type { Client, Tenant } from '../../configuration/model.ts';
import { subjectOf } from '../../configuration/username.ts';
import { encodeSegment, headerSegment, signJwt } from '../../keys/jwt.ts';
import { errorFields } from '../../shared/log.ts';
import type { SignInSession } from '../../storage/sign-in-session.ts';
import type { SignInDependencies } from './sign-in-dependencies.ts';

/** `typ` of the header (Back-Channel Logout 1.0 section 2.4). */
const LOGOUT_TOKEN_TYPE = 'logout+jwt';
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const TOKEN_SECONDS = 120;
const DEADLINE_MS = 3000;
const MAX_REPLY_BYTES = 16_384;
const TRIES = 2;

export async function notifyClients(
  dependencies: SignInDependencies,
  tenant: Tenant,
  clients: readonly Client[],
  session: SignInSession,
): Promise<void> {
  await Promise.all(clients.map((client) => notifyClient(dependencies, tenant, client, session)));
}

async function notifyClient(dependencies: SignInDependencies, tenant: Tenant, client: Client, session: SignInSession): Promise<void> {
  const { backchannelLogoutUri } = client;
  if (backchannelLogoutUri === undefined) return;
  const fields = { tenant: tenant.name, clientId: client.clientId };
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    try {
      const body = new URLSearchParams({ logout_token: await signLogoutToken(dependencies, client, session) }).toString();
      const { status } = await dependencies.sendOutbound(`back-channel logout of ${client.clientId}`, {
        method: 'POST',
        url: backchannelLogoutUri,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body,
        timeoutMs: DEADLINE_MS,
        maxBytes: MAX_REPLY_BYTES,
        allowPlaintext: false,
        allowPrivateAddress: false,
      });
      if (status >= 200 && status < 300) return dependencies.log('INFO', 'back-channel-logout-sent', fields);
      dependencies.log('WARN', 'back-channel-logout-failed', { ...fields, attempt, status });
      // The client has understood it and says no: once more would be no better (section 2.8).
      if (status === 400) return;
    } catch (error) {
      dependencies.log('WARN', 'back-channel-logout-failed', { ...fields, attempt, ...errorFields(error) });
    }
  }
}

/** Section 2.4. It has no nonce, so that it can't be taken for an ID token, and a type of its own (A105). */
async function signLogoutToken(
  { signingKeys, issuer, clock }: SignInDependencies,
  client: Client,
  session: SignInSession,
): Promise<string> {
  const nowSeconds = Math.floor(clock() / 1000);
  const signer = (await signingKeys()).signer('access-token', client.idTokenAlgorithm, nowSeconds);
  if (signer === undefined) throw new Error('There is no key for the logout token.');
  const claims = {
    iss: issuer,
    sub: subjectOf(session.user),
    aud: client.clientId,
    iat: nowSeconds,
    exp: nowSeconds + TOKEN_SECONDS,
    jti: randomUUID(),
    sid: session.sid,
    events: { [EVENT]: {} },
  };
  return signJwt(signer, headerSegment(LOGOUT_TOKEN_TYPE, signer.alg, signer.kid), encodeSegment(claims));
}
