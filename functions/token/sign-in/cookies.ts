// The two cookies of the sign-in page. One binds forms to the browser that was shown them, and is no session (A122); the
// other is the session, one for each tenant (A125). On https both have the prefix `__Host-` (RFC 6265bis section 4.1.3).

import { hash, randomBytes } from 'node:crypto';

/** The names and attributes that an issuer's address allows. */
export interface Cookies {
  /** The value of the browser's binding cookie; undefined where it has none. */
  findBrowser(header: string | undefined): string | undefined;
  /** A new binding cookie, for the life of the browser's session. */
  newBrowser(): { readonly value: string; readonly setCookie: string };
  /** What the browser shows for a session with this tenant. */
  findSession(header: string | undefined, tenant: string): SessionProof | undefined;
  /** @param maxAgeSeconds how long the session may last at most */
  setSession(tenant: string, value: string, maxAgeSeconds: number): string;
  clearSession(tenant: string): string;
  /** The tenants with whom the browser says it has a session. */
  tenantsOfSessions(header: string | undefined): readonly string[];
}

/** What a session's cookie shows, and the digests of it that are stored: nothing that is stored could be sent as a cookie (A60), nor to another tenant (A125). */
export interface SessionProof {
  /** The part of the cookie that stays as long as the session goes on. */
  readonly handle: string;
  /** Of the handle: the id that the Tokens table knows the session by. */
  readonly id: string;
  /** Of the secret, which is a new one at every sign-in (A122). */
  readonly secretDigest: string;
}

/** A new value for a session's cookie, with what is stored of it. */
export interface NewSessionCookie extends SessionProof {
  readonly value: string;
}

const SECRET = /^[A-Za-z0-9_-]{43}$/;
/** The handle, which stays, and the secret, which does not. */
const SESSION = /^([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{43})$/;
/** Browsers send at most some 4 kB for each cookie, and API Gateway takes 10,240 bytes of headers in all. */
const MAX_HEADER_CHARACTERS = 10_240;

/** @param issuer of the deployment: cookies are `Secure` unless it is plain HTTP, as in a local run */
export function createCookies(issuer: string): Cookies {
  const isSecure = !issuer.startsWith('http:');
  const prefix = isSecure ? '__Host-' : '';
  // Lax, not Strict: who comes from the application's site must not have to sign in again.
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
  const browserName = `${prefix}gatehouse-browser`;
  const sessionName = (tenant: string) => `${prefix}gatehouse-session-${tenant}`;
  return {
    findBrowser: (header) => findCookie(header, browserName, SECRET)?.[0],
    newBrowser() {
      const value = newSecret();
      return { value, setCookie: `${browserName}=${value}; ${attributes}` };
    },
    findSession(header, tenant) {
      const [, handle, secret] = findCookie(header, sessionName(tenant), SESSION) ?? [];
      return handle === undefined || secret === undefined ? undefined : proofOf(tenant, handle, secret);
    },
    setSession: (tenant, value, maxAgeSeconds) => `${sessionName(tenant)}=${value}; Max-Age=${maxAgeSeconds}; ${attributes}`,
    tenantsOfSessions: (header) =>
      namesOf(header).flatMap((name) => (name.startsWith(sessionName('')) ? [name.slice(sessionName('').length)] : [])),
    clearSession: (tenant) => `${sessionName(tenant)}=; Max-Age=0; ${attributes}`,
  };
}

/** 256 random bits, base64url. */
const newSecret = (): string => randomBytes(32).toString('base64url');

/**
 * The cookie of a sign-in with a tenant.
 *
 * @param handle of the session that goes on; default: a new one
 */
export function newSessionCookie(tenant: string, handle = newSecret()): NewSessionCookie {
  const secret = newSecret();
  return { value: `${handle}.${secret}`, ...proofOf(tenant, handle, secret) };
}

function proofOf(tenant: string, handle: string, secret: string): SessionProof {
  const digest = (part: string, text: string) => hash('sha256', JSON.stringify([tenant, part, text]), 'base64url');
  return { handle, id: digest('session', handle), secretDigest: digest('secret', secret) };
}

function namesOf(header: string | undefined): readonly string[] {
  if (header === undefined || header.length > MAX_HEADER_CHARACTERS) return [];
  return header.split(';').map((pair) => pair.slice(0, Math.max(0, pair.indexOf('='))).trim());
}

/** Undefined where the cookie is not there, is there twice, or is none that we set. */
function findCookie(header: string | undefined, name: string, form: RegExp): RegExpExecArray | undefined {
  if (header === undefined || header.length > MAX_HEADER_CHARACTERS) return undefined;
  const values = header.split(';').flatMap((pair) => {
    const equals = pair.indexOf('=');
    return equals !== -1 && pair.slice(0, equals).trim() === name ? [pair.slice(equals + 1).trim()] : [];
  });
  const [value, second] = values;
  return value !== undefined && second === undefined ? (form.exec(value) ?? undefined) : undefined;
}
