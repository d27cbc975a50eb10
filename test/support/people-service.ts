// A web service of a tenant, in the shapes in which such services come. It knows some people, by exact name.

import type { RequestListener, ServerResponse } from 'node:http';

export interface ServicePerson {
  readonly name: string;
  readonly password: string;
  readonly isActive: boolean;
  readonly claims: Readonly<Record<string, string | readonly string[]>>;
  readonly roles: readonly string[];
}

const person = (name: string, more: Partial<ServicePerson> = {}): ServicePerson => ({
  name,
  password: `pass of ${name} "{username}" &=+%\u00e4`,
  isActive: true,
  claims: {},
  roles: [],
  ...more,
});

export const JOE = person('joe', { claims: { email: 'joe@example.org', phone: ['1', '2'] }, roles: ['customer', 'vip'] });
export const ANN = person('ann');
export const DORA = person('dora', { isActive: false });
export const ODD_PEOPLE: readonly ServicePerson[] = [
  'o"brien',
  'back\\slash',
  '{username}',
  'a&b=c',
  'plus+sign',
  'two  blanks',
  'jörg',
  '100%',
  '%2e%2e',
  '<script>',
  'x/y',
  'bob@example.org',
].map((name) => person(name));
export const PEOPLE: readonly ServicePerson[] = [JOE, ANN, DORA, ...ODD_PEOPLE];

export type ServiceStyle = 'api-cloud' | 'rich' | 'statuses' | 'form' | 'basic';

interface Asked {
  readonly path: string;
  readonly authorization: string;
  readonly body: string;
}

/** @param isOut whether every connection is to be reset */
export function answerAs(style: ServiceStyle, isOut: () => boolean): RequestListener {
  return (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk) => chunks.push(chunk));
    incoming.on('end', () => {
      if (isOut()) return incoming.socket.destroy();
      const { url = '', headers } = incoming;
      return STYLES[style]({ path: url, authorization: headers.authorization ?? '', body: Buffer.concat(chunks).toString() }, outgoing);
    });
  };
}

const find = (name: unknown): ServicePerson | undefined => PEOPLE.find((known) => known.name === name);
const isRight = (found: ServicePerson | undefined, password: unknown): boolean => found?.password === password && found?.isActive === true;
const json = (outgoing: ServerResponse, value: unknown, status = 200): void => {
  outgoing.writeHead(status, { 'content-type': 'application/vnd.example+json; charset=UTF-8' }).end(JSON.stringify(value));
};
const userOf = (found: ServicePerson) => ({
  name: found.name.toUpperCase(),
  uid: PEOPLE.indexOf(found),
  contact: [{ kind: 'mail', value: found.claims.email }],
  phones: found.claims.phone,
  groups: found.roles.map((name) => ({ name })),
});

const STYLES: Readonly<Record<ServiceStyle, (asked: Asked, outgoing: ServerResponse) => void>> = {
  'api-cloud'({ body }, outgoing) {
    const { credentials } = JSON.parse(body);
    json(outgoing, { response: { status: String(isRight(find(credentials.username), credentials.password)) } });
  },
  rich({ path, body }, outgoing) {
    const { user } = JSON.parse(body);
    const found = find(user.login) ?? PEOPLE.find(({ name }) => name.toUpperCase() === user.login);
    const isIn = path === '/lookup' ? found?.isActive === true : isRight(found, user.secret);
    if (found === undefined) json(outgoing, { result: { code: 'NO_USER' } });
    else json(outgoing, isIn ? { result: { code: 0 }, user: userOf(found) } : { result: { code: 'BAD' } });
  },
  statuses({ path, body }, outgoing) {
    const asked = body === '' ? { name: decodeURIComponent(path.slice('/users/'.length)) } : JSON.parse(body);
    const found = find(asked.name);
    const isIn = body === '' ? found?.isActive === true : isRight(found, asked.word);
    outgoing.writeHead(found === undefined ? 404 : isIn ? 204 : 401).end();
  },
  form({ body }, outgoing) {
    const form = new URLSearchParams(body);
    const found = find(form.get('user'));
    const isIn = form.get('app') === 'gatehouse' && isRight(found, form.get('pass'));
    json(outgoing, isIn && found !== undefined ? { ok: true, user: userOf(found) } : { ok: false });
  },
  basic({ authorization }, outgoing) {
    const [name = '', ...password] = Buffer.from(authorization.replace(/^Basic /, ''), 'base64')
      .toString()
      .split(':');
    const found = find(name);
    if (found !== undefined && isRight(found, password.join(':'))) json(outgoing, userOf(found));
    else outgoing.writeHead(found === undefined ? 404 : 401, { 'www-authenticate': 'Basic realm="x"' }).end();
  },
};
