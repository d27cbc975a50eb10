// What only AWS can settle: asks a deployed demo the questions that documentation leaves open, and says where it answers
// otherwise than the local gateway. After `cdk deploy -c demo=true` and `node infra/demo/write-demo-entries.ts …`:
//
//   node infra/examples/settle-on-aws.ts --token-url <output TokenUrl> --api-url <output DemoUrl>

import { parseArgs } from 'node:util';
import { DEMO } from '../demo/demo-data.ts';
import { type RawRequest, sendHttp1, sendHttp2 } from './send-raw.ts';

export interface Settled {
  readonly question: string;
  /** What Gatehouse is built on. */
  readonly assumed: string;
  readonly observed: string;
}

export interface SettleTargets {
  readonly tokenUrl: string;
  /** `https://…/prod/pizzashack/1.0.0`. */
  readonly apiUrl: string;
}

const FORGED = 'forged-by-the-client';
const SPELLINGS = ['X-JWT-Assertion', 'x-jwt-assertion', 'X-Jwt-ASSERTION'];

type Headers = RawRequest['headers'];

/** @throws Error where there is no token to ask with */
export async function settle(targets: SettleTargets): Promise<readonly Settled[]> {
  const bearer = ['Authorization', `Bearer ${await demoToken(targets)}`] as const;
  const get = (path: string, headers: Headers, send = sendHttp1) => send({ url: `${targets.apiUrl}${path}`, headers });
  const ask = async (question: string, assumed: string, observe: () => Promise<string>): Promise<Settled> => ({
    question,
    assumed,
    observed: await observe().catch((error: unknown) => `error: ${error instanceof Error ? error.message : String(error)}`),
  });
  return [
    await ask('context.httpMethod and context.path are filled as identity sources', '200', async () =>
      String((await get('/menu', [bearer])).status),
    ),
    await ask('a missing token is refused by API Gateway with our challenge', '401 Bearer 900901', () => refusal(get('/menu', []))),
    await ask('a wrong token is refused alike', '401 Bearer 900901', () => refusal(get('/menu', [['Authorization', 'Bearer x']]))),
    await ask('a refusal by the authorizer says why', '403 Bearer 900910', () => refusal(order(targets, bearer))),
    await ask('an open route needs no token', '200', async () => String((await get('/health', [])).status)),
    await ask('an unknown route is 404', '404', async () => String((await get('/nothing', [bearer])).status)),
    ...(await spoofing(ask, get, bearer)),
    await ask('Authorization is kept from an HTTP backend', 'no', async () => seenBy(await get('/whoami', [bearer]), bearer[1])),
    await ask('10,240 bytes of headers are the limit', 'refused', async () => {
      const { status } = await get('/health', [['X-Long', 'x'.repeat(11_000)]]);
      return status >= 400 ? 'refused' : String(status);
    }),
    await ask('WWW-Authenticate of a Lambda proxy is renamed', 'x-amzn-remapped-www-authenticate', () => challengeName(targets)),
  ];
}

type Ask = (question: string, assumed: string, observe: () => Promise<string>) => Promise<Settled>;
type Get = (path: string, headers: Headers, send?: typeof sendHttp1) => ReturnType<typeof sendHttp1>;

/** A72: in any case, twice, over both protocols, on a protected and on an open route. */
async function spoofing(ask: Ask, get: Get, bearer: Headers[number]): Promise<readonly Settled[]> {
  const settled: Settled[] = [];
  for (const [protocol, send] of [['HTTP/1.1', sendHttp1] as const, ['HTTP/2', sendHttp2] as const]) {
    for (const name of SPELLINGS) {
      const forged = [name, FORGED] as const;
      for (const [path, headers] of [
        ['/whoami', [bearer, forged]],
        ['/whoami', [bearer, forged, forged]],
        ['/health', [forged]],
      ] as const)
        settled.push(
          await ask(`${protocol}: a client's ${name} (${headers.length} headers) does not get through ${path}`, '200 no', async () => {
            const reply = await get(path, headers, send);
            return `${reply.status} ${seenBy(reply, FORGED)}`;
          }),
        );
    }
  }
  return settled;
}

const seenBy = ({ body }: { readonly body: string }, value: string): string => (body.includes(value) ? 'yes' : 'no');

async function refusal(reply: ReturnType<typeof sendHttp1>): Promise<string> {
  const { status, headers, body } = await reply;
  const { code } = JSON.parse(body) as { code?: unknown };
  return `${status} ${headers['www-authenticate']?.split(' ')[0]} ${String(code)}`;
}

async function demoToken({ tokenUrl }: SettleTargets): Promise<string> {
  const { primaryUser, opaqueClient, tenant } = DEMO;
  const form = { grant_type: 'password', username: `${primaryUser.username}@${tenant}`, password: primaryUser.password };
  const reply = await sendForm(tokenUrl, form, `${opaqueClient.id}:${opaqueClient.secret}`);
  const { access_token: token } = JSON.parse(reply.body) as { access_token?: unknown };
  if (typeof token !== 'string') throw new Error(`No token: ${reply.status} ${reply.body}`);
  return token;
}

/** `publisher` may not order. */
const order = ({ apiUrl }: SettleTargets, bearer: Headers[number]) =>
  sendHttp1({ method: 'POST', url: `${apiUrl}/order`, headers: [bearer, ['Content-Type', 'application/json']], body: '{}' });

async function challengeName({ tokenUrl }: SettleTargets): Promise<string> {
  const { headers } = await sendForm(tokenUrl, { grant_type: 'client_credentials' }, 'demo-app:wrong');
  return Object.keys(headers).find((name) => name.endsWith('www-authenticate')) ?? 'none';
}

function sendForm(url: string, form: Readonly<Record<string, string>>, credentials: string) {
  const basic = `Basic ${Buffer.from(credentials).toString('base64')}`;
  const headers = [['Authorization', basic] as const, ['Content-Type', 'application/x-www-form-urlencoded'] as const];
  return sendHttp1({ method: 'POST', url, headers, body: new URLSearchParams(form).toString() });
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { 'token-url': { type: 'string' }, 'api-url': { type: 'string' } } });
  const { 'token-url': tokenUrl, 'api-url': apiUrl } = values;
  if (tokenUrl === undefined || apiUrl === undefined) throw new Error('--token-url and --api-url are needed.');
  const settled = await settle({ tokenUrl, apiUrl });
  for (const { question, assumed, observed } of settled)
    process.stdout.write(
      `${observed === assumed ? 'as assumed' : 'OTHERWISE '}  ${question}: ${observed}${observed === assumed ? '' : ` (assumed: ${assumed})`}\n`,
    );
  process.exitCode = settled.every(({ assumed, observed }) => assumed === observed) ? 0 : 1;
}
