// A web service that knows people, and a Lambda function that does (Invoke): both say yes, wrong, unknown or gone.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export const PASSWORD = 'right';
/** Names of people whom only the second store of a tenant knows begin so. */
export const OTHERS = 'other-';
/** People who log in, and are gone when they are looked up. */
export const GONE = 'gone-';

export const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:people';

/** Attributes of a userstore entry that asks for one of these people. */
export const PEOPLE_ATTRIBUTES = {
  request: { username: '{username}', password: '{password}' },
  success: { path: 'status', equals: 'yes' },
  wrongPassword: { path: 'status', equals: 'wrong' },
  unknownUser: { path: 'status', equals: 'unknown' },
  username: 'username',
  roles: 'roles',
  lookup: {
    request: { username: '{username}' },
    success: { path: 'status', equals: 'yes' },
    gone: { path: 'status', equals: 'gone' },
  },
} as const;

export interface PeopleService {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** @param knowsOthers whether it is the second store of the tenant, which knows everybody */
export async function openPeopleService({ knowsOthers }: { readonly knowsOthers: boolean }): Promise<PeopleService> {
  const server = createServer(async (incoming, outgoing) => {
    const { username, password } = (await json(incoming)) as { username: string; password?: string };
    const status =
      username.startsWith(OTHERS) && !knowsOthers
        ? 'unknown'
        : password === undefined && username.startsWith(GONE)
          ? 'gone'
          : password === undefined || password === PASSWORD
            ? 'yes'
            : 'wrong';
    outgoing.writeHead(200, { 'content-type': 'application/json' });
    outgoing.end(JSON.stringify({ status, username, roles: ['customer'] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
