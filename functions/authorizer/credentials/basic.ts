// `Authorization: Basic …` (RFC 7617): a user's own name and password, checked as the token API checks them, attempts
// counted and all (A76). Nothing is kept of a password that was right: API Gateway's cache is the only one (A10).

import type { LogFields } from '../../shared/log.ts';
import { decodeUtf8 } from '../../shared/utf8.ts';
import type { AttemptStore } from '../../storage/stores.ts';
import type { Userstores } from '../../userstores/userstore.ts';
import { credentialsOf } from './credentials-of.ts';
import { type Authentication, type AuthenticationCase, type CredentialHandler, refused } from './index.ts';

export interface BasicDependencies {
  /** Opened when the first password comes. */
  readonly userstores: () => Promise<Pick<Userstores, 'authenticateUser'>>;
  readonly attempts: Pick<AttemptStore, 'rememberSignIn'>;
}

const MAX_CHARACTERS = 4096;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

export function createBasic(dependencies: BasicDependencies): CredentialHandler {
  return {
    name: 'basic',
    authenticate(given) {
      const encoded = credentialsOf(given.request.authorization, 'basic');
      return encoded === undefined ? undefined : authenticate(dependencies, encoded, given);
    },
  };
}

async function authenticate(
  { userstores, attempts }: BasicDependencies,
  encoded: string,
  { request, matches }: AuthenticationCase,
): Promise<Authentication> {
  const credential = decode(encoded);
  if (credential === undefined) return refused('malformed-basic');
  const owner = matches[0]?.api.owner;
  let login: LogFields = {};
  const outcome = await (await userstores()).authenticateUser({
    ...credential,
    requiredTenant: undefined,
    ...(owner !== undefined && { fallbackTenant: owner }),
    sourceAddress: request.sourceAddress,
    // There is no client: the address is the caller's own.
    addressSpeaksForMany: false,
    note: (fields) => {
      login = { ...login, ...fields };
    },
  });
  if (outcome.kind === 'locked') return { kind: 'refused', reason: 'locked', login: { audit: 'login-locked', ...login } };
  if (outcome.kind === 'refused') return { ...outcome, login: { audit: 'login-refused', ...login } };
  if (outcome.signIn !== undefined) await attempts.rememberSignIn(outcome.signIn);
  return { kind: 'authenticated', principal: { handler: 'basic', tenant: outcome.tenant, user: outcome.user } };
}

/** UTF-8, as RFC 7617 section 2.1 lets a server say; the name ends at the first colon. */
function decode(encoded: string): { readonly typedUsername: string; readonly password: string } | undefined {
  if (encoded.length > MAX_CHARACTERS || !BASE64.test(encoded)) return undefined;
  const text = decodeUtf8(Buffer.from(encoded, 'base64'));
  const colon = text?.indexOf(':') ?? -1;
  return text === undefined || colon === -1 ? undefined : { typedUsername: text.slice(0, colon), password: text.slice(colon + 1) };
}
