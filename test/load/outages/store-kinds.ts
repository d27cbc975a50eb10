// One store of each kind, with a service behind it that can be broken.

import type { TestDirectory } from '../../support/directories/index.ts';
import { startOpenLdap } from '../../support/directories/openldap.ts';
import { attributesOf, personDn } from '../../support/directories/organisation.ts';
import { openBreakableDirectory } from './breakable-directory.ts';
import { type Breakable, jsonReply, openBreakableService, type Reply } from './breakable-service.ts';
import { FUNCTION_ARN, OTHERS, openPeopleService, PASSWORD, PEOPLE_ATTRIBUTES } from './people-service.ts';

/** Of the entries: how long a store may take, milliseconds. */
export const TIMEOUT_MS = 1000;

export interface OpenStore {
  /** Attributes of its entry, but for the secret. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly secret: Readonly<Record<string, string>>;
  readonly service: Breakable;
  /** Where Lambda is. Absent: nothing calls it. */
  readonly lambda?: string;
  /** Makes somebody known who logs in with `PASSWORD`. */
  add(name: string): Promise<void>;
  /** From now on there is nobody of that name. */
  remove(name: string): Promise<void>;
  close(): Promise<void>;
}

export const STORE_KINDS = ['rest', 'lambda', 'ldap'] as const;
export type StoreKind = (typeof STORE_KINDS)[number];

/** @param directory of the tenants that have one */
export function openStore(kind: StoreKind, directory: TestDirectory): Promise<OpenStore> {
  return kind === 'rest' ? openRest() : kind === 'lambda' ? openLambda() : openLdap(directory);
}

export const startDirectory = (): Promise<TestDirectory> => startOpenLdap();

const nothing = async (): Promise<void> => {};
const PAGE = (): Reply => ({ status: 200, headers: { 'content-type': 'text/html' }, body: Buffer.from('<h1>Back soon</h1>') });

async function openRest(): Promise<OpenStore> {
  const people = await openPeopleService({ knowsOthers: false });
  const replies = {
    failing: jsonReply(500, { error: 'internal' }),
    overloaded: jsonReply(503, { error: 'overloaded' }),
    'not there': jsonReply(404, { error: 'no such path' }),
    'not us': jsonReply(401, { error: 'who are you' }),
    'a page': PAGE,
    'another answer': jsonReply(200, { error: 'maintenance' }),
  };
  const service = await openBreakableService({ target: people.endpoint, waitedMs: TIMEOUT_MS, replies });
  const url = (path: string) => ({ url: `${service.endpoint}/${path}` });
  const { lookup, ...login } = PEOPLE_ATTRIBUTES;
  const attributes = { type: 'rest', ...url('login'), ...login, lookup: { ...lookup, ...url('lookup') } };
  return {
    attributes: { ...attributes, allowPlaintext: true, allowPrivateAddress: true },
    secret: { username: 'gatehouse', password: 'a secret' },
    ...{ service, add: nothing, remove: nothing },
    close: async () => void (await Promise.all([service.close(), people.close()])),
  };
}

async function openLambda(): Promise<OpenStore> {
  const people = await openPeopleService({ knowsOthers: false });
  const refusal = (status: number, type: string) => jsonReply(status, { Message: 'broken' }, { 'x-amzn-errortype': type });
  const replies = {
    throttled: refusal(429, 'TooManyRequestsException'),
    failing: refusal(500, 'ServiceException'),
    'not allowed': refusal(403, 'AccessDeniedException'),
    'an error': jsonReply(200, { errorMessage: 'x' }, { 'x-amz-function-error': 'Unhandled' }),
    'a page': PAGE,
    'another answer': jsonReply(200, { error: 'maintenance' }),
  };
  const service = await openBreakableService({ target: people.endpoint, waitedMs: TIMEOUT_MS, replies });
  const { request, ...more } = PEOPLE_ATTRIBUTES;
  return {
    attributes: { type: 'lambda', functionArn: FUNCTION_ARN, request: { ...request, key: '{secret.key}' }, ...more },
    secret: { key: 'a secret' },
    ...{ service, lambda: service.endpoint, add: nothing, remove: nothing },
    close: async () => void (await Promise.all([service.close(), people.close()])),
  };
}

async function openLdap(directory: TestDirectory): Promise<OpenStore> {
  const service = await openBreakableDirectory(Number(new URL(directory.ldapUrl).port), TIMEOUT_MS);
  const { entry } = directory;
  return {
    attributes: { type: 'ldap', ...entry, urls: [`ldap://127.0.0.1:${service.port}`], allowPlaintext: true, roles: { staff: 'customer' } },
    secret: directory.service,
    service,
    add: async (name) => {
      // Whom only the second store knows.
      if (name.startsWith(OTHERS)) return;
      const person = { objectClass: ['inetOrgPerson'], uid: name, cn: name, sn: name, userPassword: PASSWORD };
      await directory.administer((client) => client.add(personDn(name), attributesOf(person)));
    },
    remove: (name) => directory.administer((client) => client.del(personDn(name))),
    close: service.close,
  };
}
