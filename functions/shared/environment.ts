// The environment variables of the functions, typed once: `infra/` writes them, the composition roots read them.

/** Everything a function of ours may find in its environment. */
export interface Environment {
  readonly TENANTS_TABLE: string;
  readonly CLIENTS_TABLE: string;
  readonly USERS_TABLE: string;
  readonly TOKENS_TABLE: string;
  /** Name of the secret that holds the signing keys. */
  readonly SIGNING_KEYS_SECRET: string;
  /** What the names of tenants' secrets begin with: `<stack>/tenants/`. */
  readonly TENANT_SECRETS_PREFIX: string;
  /** The issuer (RFC 8414 section 2), without a slash at its end; never taken from a request (A63). */
  readonly ISSUER: string;
  /** How long API Gateway keeps an authorizer's answer, in seconds; an end-user JWT outlives it by a margin. */
  readonly AUTHORIZER_CACHE_SECONDS: string;
  /** How names of AWS end where the stack is: `AWS::URLSuffix`; absent: as the Region says. */
  readonly URL_SUFFIX?: string;
  /** Ids of HTTP APIs whose authorizer wants the simple form of an answer, with commas between; may be missing. */
  readonly SIMPLE_RESPONSE_APIS?: string;
  /** Audience of the end-user JWTs that the demo's backend takes. */
  readonly AUDIENCE?: string;
  /** URL of the token API by mutual TLS, `https://mtls.example.com`, without a slash at its end; may be missing. */
  readonly MUTUAL_TLS_URL?: string;
}

/** Milliseconds that a tenant, API or client may be old that a function works with. */
export const CONFIGURATION_CACHE_MS = 5_000;

/**
 * Reads the variables that a function needs.
 *
 * @throws Error that names every missing one at once
 */
export function readEnvironment<K extends keyof Environment>(
  names: readonly K[],
  env: Readonly<Record<string, string | undefined>>,
): Pick<Environment, K> {
  const missing = names.filter((name) => env[name] === undefined || env[name] === '');
  if (missing.length > 0) throw new Error(`Environment variables are missing: ${missing.join(', ')}.`);
  return Object.fromEntries(names.map((name) => [name, env[name]])) as unknown as Pick<Environment, K>;
}
