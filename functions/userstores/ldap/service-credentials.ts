// Service credentials of the store itself, from its secret: a DN and password, a client certificate, or both. Read at
// every new connection, and once more when the directory refuses it, so that a rotation loses no login.

import { createSecureContext, type SecureContext } from 'node:tls';
import { BindRequest } from 'ldapts';
import * as v from 'valibot';
import { Unavailable } from '../../shared/errors.ts';
import { type Deadline, within } from '../deadline.ts';
import type { SecretMembers, StoreSecret } from '../store-secret.ts';
import type { LdapConnection } from './ldap-connection.ts';
import { INVALID_CREDENTIALS, LdapResultCode, requireRequestResult, SUCCESS } from './ldap-fault.ts';
import { BIND_RESPONSE } from './ldap-message.ts';

const text = v.optional(v.pipe(v.string(), v.nonEmpty()));

const secretSchema = v.pipe(
  v.object({
    bindDn: text,
    /** Password that is not empty: with a DN and no password the directory would take us for nobody (RFC 4513 section 5.1.2). */
    bindPassword: text,
    /** The client certificate with its key. Without `bindDn` the certificate is who we are (SASL EXTERNAL). */
    clientCertificatePem: text,
    clientKeyPem: text,
    /**
     * The URLs that may be sent this secret, with blanks between them. With it, whoever can write the store's entry still
     * can't have the password sent elsewhere (A16); a plain connection then needs `allowPlaintext`: "true" here too.
     */
    urls: text,
    allowPlaintext: v.optional(v.picklist(['true', 'false']), 'false'),
  }),
  v.check((secret) => (secret.bindDn === undefined) === (secret.bindPassword === undefined)),
  v.check((secret) => (secret.clientCertificatePem === undefined) === (secret.clientKeyPem === undefined)),
);

type Secret = v.InferOutput<typeof secretSchema>;

/** Credentials as read at one moment. */
export interface Credentials extends Secret {
  readonly members: SecretMembers;
  readonly secureContext: SecureContext;
}

export interface ServiceCredentials {
  /** @throws Unavailable `bad-secret`, and what the secret store throws */
  read(deadline: Deadline): Promise<Credentials>;
  /**
   * Binds the store itself.
   *
   * @throws Unavailable `service-bind-refused`, ServerFault
   */
  bind(connection: LdapConnection, deadline: Deadline): Promise<void>;
}

/**
 * Milliseconds for which refused credentials are not tried again, doubled each time: a directory may lock the account of whoever does.
 * Short at first, since a secret may be changed a moment before the directory is.
 */
const FIRST_PAUSE_MS = 1_000;
const LAST_PAUSE_MS = 60_000;

interface Options {
  readonly secret: StoreSecret;
  /** Whether the entry names one. */
  readonly isRequired: boolean;
  readonly caPem: string | undefined;
  readonly dependency: string;
  readonly clock: () => number;
}

export function createServiceCredentials(options: Options): ServiceCredentials {
  const { secret, dependency, clock } = options;
  const refusals = createRefusals(clock);
  let current: Credentials | undefined;
  let lastGood: Credentials | undefined;

  const parse = (members: SecretMembers): Credentials => {
    // Building a TLS context takes longer than a login on a kept connection.
    if (current === undefined || !isSame(current.members, members)) current = parseCredentials(members, options);
    return current;
  };
  const late = (): Unavailable => new Unavailable(dependency, 'secret-timeout');

  const tryBind = async (connection: LdapConnection, credentials: Credentials, deadline: Deadline): Promise<boolean> => {
    if (refusals.isTooEarly(credentials.members)) return false;
    const code = await bindOnce(connection, credentials, deadline);
    if (code !== SUCCESS && code !== INVALID_CREDENTIALS) throw bindFault(code, dependency);
    refusals.note(credentials.members, code !== SUCCESS);
    if (code === SUCCESS) lastGood = credentials;
    return code === SUCCESS;
  };

  const read = async (deadline: Deadline): Promise<Credentials> => {
    const members = await within(deadline, secret.read(), late());
    try {
      return parse(members);
    } catch (error) {
      // It may have been mended since.
      const changed = await within(deadline, secret.rereadIfChanged(members), late());
      if (changed !== undefined) return parse(changed);
      if (lastGood !== undefined) return lastGood;
      throw error;
    }
  };
  return {
    read,
    async bind(connection, deadline) {
      const credentials = await read(deadline);
      if (await tryBind(connection, credentials, deadline)) return;
      const changed = await within(deadline, secret.rereadIfChanged(credentials.members), late());
      if (changed !== undefined && (await tryBind(connection, parse(changed), deadline))) return;
      // The secret may have been changed a moment before the directory is.
      if (lastGood !== undefined && (await tryBind(connection, lastGood, deadline))) return;
      throw new Unavailable(dependency, 'service-bind-refused');
    },
  };
}

interface Refusal {
  readonly members: SecretMembers;
  readonly untilMs: number;
  readonly pauseMs: number;
}

/** Refusals: credentials that the directory has refused lately. */
function createRefusals(clock: () => number) {
  let refusals: readonly Refusal[] = [];
  const refusalOf = (members: SecretMembers): Refusal | undefined => refusals.find((refusal) => isSame(refusal.members, members));
  return {
    /** Whether it is too early to try these again. */
    isTooEarly: (members: SecretMembers): boolean => clock() < (refusalOf(members)?.untilMs ?? 0),
    note(members: SecretMembers, isRefused: boolean): void {
      const pauseMs = Math.min(LAST_PAUSE_MS, (refusalOf(members)?.pauseMs ?? FIRST_PAUSE_MS / 2) * 2);
      const others = refusals.filter((refusal) => !isSame(refusal.members, members)).slice(-3);
      refusals = isRefused ? [...others, { members, untilMs: clock() + pauseMs, pauseMs }] : others;
    },
  };
}

function isSame(one: SecretMembers, other: SecretMembers): boolean {
  return one === other || (one.size === other.size && [...one].every(([name, value]) => other.get(name) === value));
}

function parseCredentials(members: SecretMembers, { isRequired, caPem, dependency }: Options): Credentials {
  try {
    const secret = v.parse(secretSchema, Object.fromEntries(members));
    // A secret that says nothing of who we are is none; a store without one searches without a name.
    if (isRequired && secret.bindDn === undefined && secret.clientCertificatePem === undefined) throw new Error();
    const secureContext = createSecureContext({
      minVersion: 'TLSv1.2',
      ...(caPem !== undefined && { ca: caPem }),
      ...(secret.clientCertificatePem !== undefined && { cert: secret.clientCertificatePem, key: secret.clientKeyPem }),
    });
    return { ...secret, members, secureContext };
  } catch {
    // No cause: what a parser says may quote the secret.
    throw new Unavailable(dependency, 'bad-secret');
  }
}

/** The result code of one bind; success where there is nobody to bind as. */
async function bindOnce(connection: LdapConnection, credentials: Credentials, deadline: Deadline): Promise<number> {
  const { bindDn, bindPassword, clientCertificatePem } = credentials;
  if (bindDn === undefined && clientCertificatePem === undefined) return SUCCESS;
  const request = (messageId: number): BindRequest =>
    bindDn === undefined || bindPassword === undefined
      ? new BindRequest({ messageId, mechanism: 'EXTERNAL' })
      : new BindRequest({ messageId, dn: bindDn, password: bindPassword });
  const { result } = await connection.send(BIND_RESPONSE, request, deadline.remainingMs());
  return result.code;
}

/** @throws ServerFault */
function bindFault(code: number, dependency: string): Unavailable {
  const result = requireRequestResult(code);
  const reason = result === 'invalid-credentials' ? 'service-bind-refused' : (`service-bind-${result}` as const);
  return new Unavailable(dependency, reason, { cause: new LdapResultCode(code) });
}
