// The six steps from a login to a protected call, on the running system: each is run, and printed as the cURL command that does the
// same by hand, with what it answered.

import { DEMO } from '../demo/demo-data.ts';

interface Step {
  readonly title: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** `user:password` of HTTP Basic. */
  readonly basic?: string;
  readonly bearer?: string;
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: object;
  readonly expected: number;
}

export interface StepResult {
  readonly step: Step;
  readonly status: number;
  /** Parsed JSON, or the text. */
  readonly body: unknown;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

/** Tokens are shortened on the screen. */
const shorten = (token: string): string => (token.length > 24 ? `${token.slice(0, 20)}…` : token);

function curl(url: string, step: Step): string {
  const parts = ['curl', '-s'];
  if (step.basic !== undefined) parts.push(`-u ${step.basic}`);
  if (step.bearer !== undefined) parts.push(`-H 'Authorization: Bearer ${shorten(step.bearer)}'`);
  for (const [name, value] of Object.entries(step.form ?? {})) parts.push(`-d ${name}=${shorten(value)}`);
  if (step.json !== undefined) parts.push(`-H 'Content-Type: application/json' -d '${JSON.stringify(step.json)}'`);
  return `${parts.join(' ')} ${url}${step.path}`;
}

async function run(url: string, step: Step): Promise<StepResult> {
  const headers: Record<string, string> = {};
  if (step.basic !== undefined) headers.authorization = `Basic ${Buffer.from(step.basic).toString('base64')}`;
  if (step.bearer !== undefined) headers.authorization = `Bearer ${step.bearer}`;
  if (step.json !== undefined) headers['content-type'] = 'application/json';
  const body = step.form !== undefined ? new URLSearchParams(step.form) : step.json !== undefined ? JSON.stringify(step.json) : null;
  const response = await fetch(`${url}${step.path}`, { method: step.method, headers, body, signal: AbortSignal.timeout(30_000) });
  const text = await response.text();
  try {
    return { step, status: response.status, body: JSON.parse(text) };
  } catch {
    return { step, status: response.status, body: text };
  }
}

/** The claims are shown once: beside the assertion that they come from. */
function withoutRepeatedClaims(body: unknown): unknown {
  if (!isObject(body) || body.jwt === undefined || body.headers !== undefined) return body;
  const { jwt: _, ...rest } = body;
  return rest;
}

/** Of an answer, what a person wants to see: tokens short, of all headers the assertion alone. */
function summary(body: unknown): string {
  const shown = JSON.stringify(withoutRepeatedClaims(body), (key, value: unknown) => {
    if (key === 'headers' && isObject(value)) return { 'x-jwt-assertion': value['x-jwt-assertion'] };
    return typeof value === 'string' && /^(gat_|grt_|eyJ)/.test(value) ? shorten(value) : value;
  });
  return shown.length > 1200 ? `${shown.slice(0, 1200)}…` : shown;
}

function describe(url: string, number: number, { step, status, body }: StepResult): string {
  const mark = status === step.expected ? '' : `  ← ${step.expected} was expected`;
  return `${number}. ${step.title}\n   ${curl(url, step)}\n   → ${status} ${summary(body)}${mark}`;
}

const text = (body: unknown, name: string): string => (isObject(body) && typeof body[name] === 'string' ? body[name] : '');

/**
 * Runs the steps.
 *
 * @param print gets each step when it is done
 */
export async function runSixSteps(url: string, print: (text: string) => void): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  async function take(step: Step): Promise<unknown> {
    const result = await run(url, step);
    results.push(result);
    print(describe(url, results.length, result));
    return result.body;
  }
  const { externalUser, primaryUser, opaqueClient, jwtClient, scope, context } = DEMO;
  const basic = `${opaqueClient.id}:${opaqueClient.secret}`;
  const password = (user: { username: string; password: string }) => ({
    grant_type: 'password',
    username: `${user.username}@${DEMO.tenant}`,
    password: user.password,
  });
  const token = { method: 'POST', path: '/oauth2/token' } as const;
  await take({
    ...token,
    title: 'The application calls the token API. Gatehouse finds this user in the primary userstore; a JWT is issued.',
    basic: `${jwtClient.id}:${jwtClient.secret}`,
    form: password(primaryUser),
    expected: 200,
  });
  const issued = await take({
    ...token,
    title: 'This user is not there: Gatehouse asks the secondary userstore, the web service. An opaque token is issued.',
    basic,
    form: { ...password(externalUser), scope },
    expected: 200,
  });
  await take({
    ...token,
    title: 'The store that knows the user says whether the password is right.',
    basic,
    form: { ...password(externalUser), password: 'wrong' },
    expected: 400,
  });
  const renewed = await take({
    ...token,
    title: 'The refresh token that was issued renews the access token.',
    basic,
    form: { grant_type: 'refresh_token', refresh_token: text(issued, 'refresh_token') },
    expected: 200,
  });
  const bearer = text(renewed, 'access_token');
  await take({
    method: 'POST',
    path: `${context}/order`,
    title: 'The application calls the API with the token.',
    bearer,
    json: { pizza: 'Margherita' },
    expected: 201,
  });
  await take({
    method: 'GET',
    path: `${context}/whoami`,
    title: 'The backend gets a signed JWT that says who the end user is.',
    bearer,
    expected: 200,
  });
  return results;
}
