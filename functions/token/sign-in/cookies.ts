// The two cookies of the sign-in page. One binds forms to the browser that was shown them, and is no session (A122); the
// other is the session, one for each tenant (A125). On https both have the prefix `__Host-` (RFC 6265bis section 4.1.3).

import { hash, randomBytes } from 'node:crypto';

/** The names and attributes that an issuer's address allows. */
export interface Cookies {
  /** The value of the browser's binding cookie; undefined where it has none. */
  findBrowser(header: string | undefined): string | undefined;
  /** A new binding cookie, for the life of the browser's session. */
  newBrowser(): { readonly value: string; readonly setCookie: string };
  /** The secret of the session with this tenant. */
  findSession(header: string | undefined, tenant: string): string | undefined;
  /** @param maxAgeSeconds how long the session may last at most */
  setSession(tenant: string, secret: string, maxAgeSeconds: number): string;
  clearSession(tenant: string): string;
  /** The tenants with whom the browser says it has a session. */
  tenantsOfSessions(header: string | undefined): readonly string[];
}

const SECRET = /^[A-Za-z0-9_-]{43}$/;
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
    findBrowser: (header) => findCookie(header, browserName),
    newBrowser() {
      const value = newSecret();
      return { value, setCookie: `${browserName}=${value}; ${attributes}` };
    },
    findSession: (header, tenant) => findCookie(header, sessionName(tenant)),
    setSession: (tenant, secret, maxAgeSeconds) => `${sessionName(tenant)}=${secret}; Max-Age=${maxAgeSeconds}; ${attributes}`,
    tenantsOfSessions: (header) =>
      namesOf(header).flatMap((name) => (name.startsWith(sessionName('')) ? [name.slice(sessionName('').length)] : [])),
    clearSession: (tenant) => `${sessionName(tenant)}=; Max-Age=0; ${attributes}`,
  };
}

/** 256 random bits, base64url. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** Id that the Tokens table knows a session by: nothing that is stored could be sent as a cookie (A60), nor to another tenant (A125). */
export const sessionIdOf = (tenant: string, secret: string): string => hash('sha256', JSON.stringify([tenant, secret]), 'base64url');

function namesOf(header: string | undefined): readonly string[] {
  if (header === undefined || header.length > MAX_HEADER_CHARACTERS) return [];
  return header.split(';').map((pair) => pair.slice(0, Math.max(0, pair.indexOf('='))).trim());
}

/** Undefined where the cookie is not there, is there twice, or is none that we set. */
function findCookie(header: string | undefined, name: string): string | undefined {
  if (header === undefined || header.length > MAX_HEADER_CHARACTERS) return undefined;
  const values = header.split(';').flatMap((pair) => {
    const equals = pair.indexOf('=');
    return equals !== -1 && pair.slice(0, equals).trim() === name ? [pair.slice(equals + 1).trim()] : [];
  });
  const [value, second] = values;
  return value !== undefined && second === undefined && SECRET.test(value) ? value : undefined;
}
