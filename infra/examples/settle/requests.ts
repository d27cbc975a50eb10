// The few requests that the questions are made of.

import { AGENTS } from '../../demo/agents-data.ts';
import { DEMO } from '../../demo/demo-data.ts';
import { type RawReply, sendHttp1 } from '../send-raw.ts';
import { type Headers, SETTLE_AGENT, type SettleTargets } from './targets.ts';

interface Application {
  readonly id: string;
  readonly secret: string;
}

export function sendForm(url: string, form: Readonly<Record<string, string>>, { id, secret }: Application): Promise<RawReply> {
  const basic = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  const headers: Headers = [
    ['Authorization', basic],
    ['Content-Type', 'application/x-www-form-urlencoded'],
  ];
  return sendHttp1({ method: 'POST', url, headers, body: new URLSearchParams(form).toString() });
}

/** A token of a platform that there is not: who claims to be its workload is looked up before it is refused. */
export function sendUnknownWorkload(targets: Pick<SettleTargets, 'tokenUrl'>): Promise<RawReply> {
  const part = (value: object | string): string =>
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
  const token = [{ alg: 'RS256' }, { iss: 'https://platform.invalid', sub: 'nobody' }, 'no signature'].map(part).join('.');
  return sendAssertion(targets, token);
}

/** A platform's token in place of a secret. @param clientId absent: the client is found by issuer and subject */
export function sendAssertion({ tokenUrl }: Pick<SettleTargets, 'tokenUrl'>, token: string, clientId?: string): Promise<RawReply> {
  const form = {
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: token,
    ...(clientId !== undefined && { client_id: clientId }),
  };
  const headers: Headers = [['Content-Type', 'application/x-www-form-urlencoded']];
  return sendHttp1({ method: 'POST', url: tokenUrl, headers, body: new URLSearchParams(form).toString() });
}

/** `publisher`, whose password is an argon2id hash in the Users table, and who may not order. */
export async function requestUserToken({ tokenUrl }: Pick<SettleTargets, 'tokenUrl'>, application: Application): Promise<string> {
  const { primaryUser, tenant } = DEMO;
  const form = { grant_type: 'password', username: `${primaryUser.username}@${tenant}`, password: primaryUser.password };
  return tokenOf(await sendForm(tokenUrl, form, application));
}

/** Of `ada`, for the MCP server, with the scope of its tools and no more. */
export async function requestAgentToken({ tokenUrl, mcpUrl }: Pick<SettleTargets, 'tokenUrl' | 'mcpUrl'>): Promise<Headers[number]> {
  const { tenant, user, scope } = AGENTS;
  const form = { grant_type: 'password', ...user, scope, resource: mcpUrl };
  return bearerOf(tokenOf(await sendForm(tokenUrl.replace(/\/oauth2\/token$/, `/t/${tenant}$&`), form, SETTLE_AGENT)));
}

/** @throws Error with what came in its place */
export function tokenOf(reply: RawReply): string {
  const { access_token: token } = parse(reply.body);
  if (typeof token !== 'string') throw new Error(`No token: ${reply.status} ${reply.body}`);
  return token;
}

export const bearerOf = (token: string): Headers[number] => ['Authorization', `Bearer ${token}`];

export const get = (url: string, headers: Headers = [], send = sendHttp1): Promise<RawReply> => send({ url, headers });

/** Whether a backend that answers what it was sent saw a text. */
export const seenBy = ({ body }: Pick<RawReply, 'body'>, text: string): 'yes' | 'no' => (body.includes(text) ? 'yes' : 'no');

/** A header as the backend got it, by the demo's backend, which answers all of them. */
export function headerAtBackend(reply: RawReply, name: string): string {
  const { headers } = parse(reply.body);
  const found =
    typeof headers === 'object' && headers !== null ? Object.entries(headers).find(([key]) => key.toLowerCase() === name) : undefined;
  return found === undefined ? 'absent' : String(found[1]);
}

/** Status, scheme of the challenge, code of the body: `401 Bearer 900901`. */
export function refusalOf({ status, headers, body }: RawReply): string {
  return `${status} ${headers['www-authenticate']?.split(' ')[0] ?? 'none'} ${String(parse(body).code)}`;
}

/** Of an answer in JSON. */
export const memberOf = ({ body }: Pick<RawReply, 'body'>, name: string): unknown => parse(body)[name];

function parse(body: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}
