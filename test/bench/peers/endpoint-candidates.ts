// Token endpoints side by side: ours, and what others make one of. Each is asked for what it has.

import { basic, type TokenCall, tokenEvent } from '../../support/token-events.ts';
import { FORMATS, type Format, loginForm, tokenCall } from '../end-to-end/flow.ts';
import type { FunctionProcess } from '../end-to-end/function-process.ts';
import { SECRET } from '../end-to-end/secret.ts';
import { clientOf, USER } from '../end-to-end/world.ts';
import { PEERS } from './install-peers.ts';
import type { Candidate } from './measure-in-turn.ts';
import { LOGIN_GRANT, type PeerWorld } from './peer-world.ts';

/** A hash of a password takes longer than all the rest. */
const PASSWORD_SAMPLES = 100;

type Form = Readonly<Record<string, string>>;

export interface Endpoint {
  readonly name: string;
  readonly process: FunctionProcess;
  call(form: Form, format: Format): TokenCall;
  /** Gives tokens of a user. */
  readonly login: Form;
  /** Absent: nobody can ask about a token. */
  introspect?(token: string): TokenCall;
}

export async function openEndpoints(world: PeerWorld): Promise<readonly Endpoint[]> {
  const theirs = (form: Form, format: Format): TokenCall => ({ path: '/oauth2/token', form, headers: basic(format, SECRET) });
  const user = { username: USER.name, password: USER.password, scope: 'order:write' };
  return [
    {
      ...{ name: 'Gatehouse', process: world.token, login: { ...loginForm('signing'), scope: 'order:write' } },
      call: (form, format) => tokenCall({ ...form }, format, 'signing'),
      introspect: (token) => ({ path: '/oauth2/introspect', form: { token }, headers: basic(clientOf('signing', 'opaque'), SECRET) }),
    },
    {
      ...{ name: `oidc-provider ${PEERS['oidc-provider']}`, process: await world.openPeer('oidc-provider-endpoint'), call: theirs },
      login: { grant_type: LOGIN_GRANT, username: USER.name },
      // With the hint it looks in two places, without it in three.
      introspect: (token) => ({
        ...{ path: '/oauth2/introspect', form: { token, token_type_hint: 'access_token' }, headers: basic('opaque', SECRET) },
      }),
    },
    {
      ...{ name: `oauth2-server ${PEERS['@node-oauth/oauth2-server']}`, call: theirs },
      ...{ process: await world.openPeer('oauth2-server-endpoint'), login: { grant_type: 'password', ...user } },
    },
  ];
}

export function endpointCandidates(endpoints: readonly Endpoint[]): readonly Candidate[] {
  const of = (make: (endpoint: Endpoint) => readonly Candidate[]) => endpoints.flatMap(make);
  return [
    ...FORMATS.flatMap((format) => of((endpoint) => [clientCredentials(endpoint, format)])),
    ...of((endpoint) => (endpoint.login.grant_type === 'password' ? [password(endpoint)] : [])),
    ...FORMATS.flatMap((format) => of((endpoint) => [refresh(endpoint, format)])),
    ...of((endpoint) => introspection(endpoint)),
  ];
}

const kindOf = (format: Format): string => (format === 'jwt' ? 'JWT by ES256' : 'opaque');

function clientCredentials({ name, process, call }: Endpoint, format: Format): Candidate {
  const event = tokenEvent(call({ grant_type: 'client_credentials', scope: 'order:write' }, format));
  const keep = ({ body }: { readonly body: string }) => void tokensOf(body, format);
  return { process, flow: { what: `client_credentials, ${kindOf(format)}: ${name}`, next: async () => event, keep } };
}

function password({ name, process, call, login }: Endpoint): Candidate {
  const event = tokenEvent(call(login, 'opaque'));
  return { process, flow: { what: `password, opaque: ${name}`, samples: PASSWORD_SAMPLES, next: async () => event } };
}

/** A chain: each renewal takes the token of the one before. */
function refresh(endpoint: Endpoint, format: Format): Candidate {
  const { name, process, call } = endpoint;
  let token: string | undefined;
  const flow = {
    what: `refresh_token with rotation, ${kindOf(format)}: ${name}`,
    async next() {
      token ??= (await logIn(endpoint, format)).refresh_token;
      return tokenEvent(call({ grant_type: 'refresh_token', refresh_token: token }, format));
    },
    keep({ body }: { readonly body: string }) {
      const { refresh_token } = tokensOf(body, format);
      if (refresh_token === token) throw new Error(`${name} has not rotated the token.`);
      token = refresh_token;
    },
  };
  return { process, flow };
}

function introspection(endpoint: Endpoint): readonly Candidate[] {
  const { name, process, introspect } = endpoint;
  if (introspect === undefined) return [];
  let token: string | undefined;
  const flow = {
    what: `introspection of an opaque token: ${name}`,
    async next() {
      token ??= (await logIn(endpoint, 'opaque')).access_token;
      return tokenEvent(introspect(token));
    },
    keep({ body }: { readonly body: string }) {
      if (JSON.parse(body).active !== true) throw new Error(`${name} does not know its token.`);
    },
  };
  return [{ process, flow }];
}

export async function logIn({ process, call, login }: Endpoint, format: Format) {
  const { answer } = await process.invoke<{ readonly statusCode: number; readonly body: string }>(tokenEvent(call(login, format)));
  if (answer.statusCode !== 200) throw new Error(`A login is answered ${answer.statusCode}: ${answer.body} ${process.lastLogged()}`);
  return tokensOf(answer.body, format);
}

/** @throws Error where they are not of the kind that the row names */
function tokensOf(body: string, format: Format): { readonly access_token: string; readonly refresh_token: string } {
  const tokens = JSON.parse(body);
  const [header = '', ...rest] = tokens.access_token.split('.');
  const isEs256 = rest.length === 2 && JSON.parse(Buffer.from(header, 'base64url').toString()).alg === 'ES256';
  if (isEs256 !== (format === 'jwt')) throw new Error(`The token is no ${kindOf(format)}: ${header}.`);
  return tokens;
}
