// Credentials from the endpoint that `AWS_CONTAINER_CREDENTIALS_FULL_URI` or `…_RELATIVE_URI` names ("Container credential
// provider" of the AWS SDKs and Tools guide): kept until shortly before they expire, one load in flight.

import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { createHttpClient, type SendHttp } from '../../outbound/http-client.ts';
import { withoutBudget } from '../../shared/time-budget.ts';
import { type AwsCredentials, NoCredentials } from './aws-credentials.ts';

type Variables = Readonly<Record<string, string | undefined>>;

const REPLY_MS = 1000;
const TRIES = 3;
const MAX_REPLY_BYTES = 64 * 1024;
/** Time before the expiry at which credentials are loaded anew; what is left serves where that fails. */
const RENEW_BEFORE_MS = 5 * 60_000;
/** Pause after a load that failed while the old ones still serve. */
const RETRY_AFTER_MS = 10_000;

/** Origin of `…_RELATIVE_URI`: the agent of Amazon ECS. */
const RELATIVE_ORIGIN = 'http://169.254.170.2';
/** Hosts that may be asked without TLS: this machine and the agents of ECS and EKS; no other may get the token, or be believed. */
const PLAIN_HOSTS: ReadonlySet<string> = new Set(['localhost', '[::1]', '169.254.170.2', '169.254.170.23', '[fd00:ec2::23]']);
const LOOPBACK = /^127(\.\d{1,3}){3}$/;

const reply = v.object({
  AccessKeyId: v.pipe(v.string(), v.nonEmpty()),
  SecretAccessKey: v.pipe(v.string(), v.nonEmpty()),
  Token: v.optional(v.string()),
  Expiration: v.optional(v.string()),
});

interface Loaded {
  readonly credentials: AwsCredentials;
  /** Infinity: they don't expire. Milliseconds since the epoch. */
  readonly expiresAtMs: number;
  readonly renewAtMs: number;
}

/**
 * Reads the variables at every load: tokens are rotated.
 *
 * @param clock milliseconds since the epoch
 */
export function createContainerCredentials(variables: Variables, clock: () => number): () => Promise<AwsCredentials> {
  const sendHttp = createHttpClient({ maxIdleMs: 10_000, maxIdlePerOrigin: 1, clock });
  let last: Loaded | undefined;
  let inFlight: Promise<Loaded> | undefined;

  async function reload(): Promise<Loaded> {
    try {
      last = await load(variables, clock(), sendHttp);
    } catch (error) {
      if (last === undefined || clock() >= last.expiresAtMs) throw error;
      last = { ...last, renewAtMs: clock() + RETRY_AFTER_MS };
    }
    return last;
  }

  return async () => {
    if (last !== undefined && clock() < last.renewAtMs) return last.credentials;
    inFlight ??= withoutBudget(reload).finally(() => {
      inFlight = undefined;
    });
    return (await inFlight).credentials;
  };
}

async function load(variables: Variables, nowMs: number, sendHttp: SendHttp): Promise<Loaded> {
  const url = urlOf(variables);
  const authorization = await authorizationOf(variables);
  const text = await getWithRetries(sendHttp, url, authorization);
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), reply), text);
  if (!parsed.success) throw new NoCredentials('The endpoint of the container answered no credentials.');
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = parsed.output;
  const expiresAtMs = Expiration === undefined ? Number.POSITIVE_INFINITY : Date.parse(Expiration);
  if (Number.isNaN(expiresAtMs) || expiresAtMs <= nowMs)
    throw new NoCredentials('The endpoint of the container answered expired credentials.');
  return {
    credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, ...(Token && { sessionToken: Token }) },
    expiresAtMs,
    // Those that live shorter than the margin are used for half of their life.
    renewAtMs: Math.max(expiresAtMs - RENEW_BEFORE_MS, nowMs + (expiresAtMs - nowMs) / 2),
  };
}

function urlOf({ AWS_CONTAINER_CREDENTIALS_FULL_URI: full, AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: relative }: Variables): URL {
  const text = relative ? `${RELATIVE_ORIGIN}${relative}` : (full ?? '');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlainAllowed = url?.protocol === 'http:' && (PLAIN_HOSTS.has(url.hostname) || LOOPBACK.test(url.hostname));
  if (url === undefined || !(url.protocol === 'https:' || isPlainAllowed))
    throw new NoCredentials('The endpoint of the container is no https URL, and not on this machine.');
  return url;
}

async function authorizationOf(variables: Variables): Promise<string | undefined> {
  const { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file, AWS_CONTAINER_AUTHORIZATION_TOKEN: token } = variables;
  const given = file
    ? await readFile(file, 'utf8').catch(() => Promise.reject(new NoCredentials('The token file can not be read.')))
    : token;
  // A line break in it would begin a header of its own.
  if (given !== undefined && /[\r\n]/.test(given.trimEnd())) throw new NoCredentials('The token of the container has line breaks.');
  return given?.trimEnd() || undefined;
}

async function getWithRetries(sendHttp: SendHttp, url: URL, authorization: string | undefined): Promise<string> {
  const headers = { accept: 'application/json', ...(authorization !== undefined && { authorization }) };
  for (let tries = 1; ; tries++) {
    try {
      const { status, body } = await sendHttp({ method: 'GET', url, headers, timeoutMs: REPLY_MS, maxBytes: MAX_REPLY_BYTES });
      if (status === 200) return body;
    } catch (cause) {
      if (tries === TRIES) throw new NoCredentials('The endpoint of the container does not answer.', { cause });
    }
    if (tries === TRIES) throw new NoCredentials('The endpoint of the container does not answer.');
  }
}
