// The contract of userstores, against the Users table and web services of several shapes. Directories have files of their own.

import { createServer, type Server } from 'node:http';
import { after, before, suite } from 'node:test';
import type { InvokeFunction } from '../../functions/outbound/invoke-function.ts';
import { Unavailable } from '../../functions/shared/errors.ts';
import { hashPassword } from '../../functions/userstores/password-hashes/index.ts';
import { LEAST_PASSWORD_COST } from '../support/login-fixture.ts';
import { ANN, answerAs, DORA, JOE, ODD_PEOPLE, PEOPLE, type ServicePerson, type ServiceStyle } from '../support/people-service.ts';
import { type UserstoreSubject, userstoreContract } from './userstore.ts';

suite('userstore: the Users table', () => {
  const hashes = new Map<string, string>();
  before(async () => {
    for (const { name, password } of PEOPLE) hashes.set(name, await hashPassword(password, LEAST_PASSWORD_COST));
  });
  let isOut = false;
  userstoreContract(() => ({
    domain: 'PRIMARY',
    enter({ putUser, stores }) {
      for (const [at, { name, claims, roles, isActive }] of PEOPLE.entries()) {
        putUser(name, { id: `id-${at}`, passwordHash: hashes.get(name), claims, roles, status: isActive ? 'active' : 'disabled' });
      }
      const findUser = stores.users.findUser.bind(stores.users);
      stores.users.findUser = (tenant, name) => {
        stores.failing[isOut ? 'add' : 'delete']('Users');
        return findUser(tenant, name);
      };
    },
    person: JOE,
    other: ANN,
    disabled: { ...DORA, reason: 'user-disabled' },
    oddNames: ODD_PEOPLE,
    hasUniqueId: true,
    looksUp: true,
    tellsUnknown: true,
    outage: {
      begin: () => {
        isOut = true;
      },
      end: () => {
        isOut = false;
      },
    },
  }));
});

type RestSubject = Partial<UserstoreSubject> & { readonly attributes?: (url: string) => Record<string, unknown> };

function restSuite(style: ServiceStyle, { attributes, ...more }: RestSubject): void {
  suite(`userstore: a web service, ${style}`, () => {
    let server: Server;
    let url = '';
    let isOut = false;
    before(async () => {
      server = createServer(answerAs(style, () => isOut));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    });
    after(() => {
      server.closeAllConnections();
      server.close();
    });
    userstoreContract(() => ({
      domain: 'EXTERNAL',
      enter: ({ putStore }) =>
        putStore('EXTERNAL', { type: 'rest', url: `${url}/login`, allowPlaintext: true, allowPrivateAddress: true, ...attributes?.(url) }),
      person: withoutData(JOE),
      other: ANN,
      oddNames: ODD_PEOPLE,
      hasUniqueId: false,
      tellsUnknown: false,
      outage: {
        begin: () => {
          isOut = true;
        },
        end: () => {
          isOut = false;
        },
      },
      ...more,
    }));
  });
}

const withoutData = (who: ServicePerson) => ({ ...who, claims: {}, roles: [] });
const disabled = { ...DORA, reason: 'wrong-password' };

restSuite('api-cloud', {});

restSuite('rich', {
  attributes: (url) => ({
    request: { user: { login: '{username}', secret: '{password}' } },
    success: { path: 'result.code', equals: 0 },
    unknownUser: { path: 'result.code', equals: 'NO_USER' },
    username: 'user.name',
    uniqueId: 'user.uid',
    claims: { email: 'user.contact.0.value', phone: 'user.phones' },
    roles: 'user.groups.*.name',
    lookup: {
      url: `${url}/lookup`,
      request: { user: { login: '{username}' } },
      success: { path: 'result.code', equals: 0 },
      gone: { path: 'result.code', equals: 'NO_USER' },
      username: 'user.name',
      uniqueId: 'user.uid',
      claims: { email: 'user.contact.0.value', phone: 'user.phones' },
      roles: 'user.groups.*.name',
    },
  }),
  person: JOE,
  hasUniqueId: true,
  tellsUnknown: true,
  disabled,
});

restSuite('statuses', {
  attributes: (url) => ({
    request: { name: '{username}', word: '{password}' },
    success: { status: [204] },
    wrongPassword: { status: [401] },
    unknownUser: { status: [404] },
    lookup: { url: `${url}/users/{username}`, method: 'GET', success: { status: [204] }, gone: { status: [404, 401] } },
  }),
  tellsUnknown: true,
  disabled,
});

restSuite('form', {
  attributes: () => ({
    encoding: 'form',
    request: { user: '{username}', pass: '{password}', app: 'gatehouse' },
    success: { path: 'ok', equals: true },
    username: 'user.name',
    roles: 'user.groups.*.name',
  }),
  person: { ...JOE, claims: {} },
});

restSuite('basic', {
  attributes: () => ({
    method: 'GET',
    userCredentials: 'basic',
    success: { status: [200] },
    wrongPassword: { status: [401] },
    unknownUser: { status: [404] },
    username: 'name',
    uniqueId: 'uid',
    roles: 'groups.*.name',
  }),
  person: { ...JOE, claims: {} },
  hasUniqueId: true,
  tellsUnknown: true,
  disabled,
});

suite('userstore: a tenant’s own function', () => {
  let isOut = false;
  const invokeFunction: InvokeFunction = async (dependency, { payload }) => {
    if (isOut) throw new Unavailable(dependency, 'timeout');
    const { username, password } = JSON.parse(payload);
    const found = PEOPLE.find(({ name }) => name === username);
    if (found === undefined) return JSON.stringify({ answer: 'unknown' });
    const isIn = found.isActive && (password === undefined || password === found.password);
    return JSON.stringify(isIn ? { answer: 'yes', id: PEOPLE.indexOf(found), claims: found.claims, roles: found.roles } : { answer: 'no' });
  };
  const mapping = { uniqueId: 'id', claims: { email: 'claims.email', phone: 'claims.phone' }, roles: 'roles' };
  userstoreContract(() => ({
    domain: 'OWN',
    dependencies: { invokeFunction },
    enter: ({ putStore }) =>
      putStore('OWN', {
        type: 'lambda',
        functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:users',
        request: { username: '{username}', password: '{password}' },
        success: { path: 'answer', equals: 'yes' },
        unknownUser: { path: 'answer', equals: 'unknown' },
        ...mapping,
        lookup: { success: { path: 'answer', equals: 'yes' }, ...mapping },
      }),
    person: JOE,
    other: ANN,
    disabled,
    oddNames: ODD_PEOPLE,
    hasUniqueId: true,
    tellsUnknown: true,
    outage: {
      begin: () => {
        isOut = true;
      },
      end: () => {
        isOut = false;
      },
    },
  }));
});
