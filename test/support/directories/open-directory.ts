// A directory for the tests of one suite, with a proxy in front of its plain port and a way to log in through it.

import { after, afterEach, before } from 'node:test';
import { type LoginFixture, openLoginFixture } from '../login-fixture.ts';
import type { DirectorySubject, TestDirectory } from './index.ts';
import { type LdapProxy, startLdapProxy } from './ldap-proxy.ts';

export const SECRET_ID = 'Gatehouse/tenants/my_company/directory';

export const portOf = (url: string): number => Number(new URL(url).port);

/** Enters the directory as store `LDAP` of my_company. */
export function enterDirectory(fixture: LoginFixture, directory: TestDirectory, attributes: Readonly<Record<string, unknown>>): void {
  fixture.stores.putSecret(SECRET_ID, JSON.stringify(directory.service));
  fixture.putStore('LDAP', { type: 'ldap', secretId: SECRET_ID, ...directory.entry, claims: directory.claims, ...attributes });
}

export interface SuiteDirectory {
  readonly directory: () => TestDirectory;
  /** In front of the plain port, or of the TLS port of a directory that takes no passwords in clear. */
  readonly proxy: () => LdapProxy;
  /** A fresh tenant whose store is reached through the proxy. */
  open(attributes?: Readonly<Record<string, unknown>>): LoginFixture;
}

/** For the body of a suite: starts before its tests and stops after them. */
export function useDirectory(subject: DirectorySubject): SuiteDirectory {
  let directory: TestDirectory | undefined;
  let proxy: LdapProxy | undefined;
  const isTls = !subject.takesPlaintext;
  const started = <T>(one: T | undefined): T => {
    if (one === undefined) throw new Error('The directory has not started.');
    return one;
  };
  before(async () => {
    directory = await subject.start();
    proxy = await startLdapProxy(portOf(isTls ? directory.ldapsUrl : directory.ldapUrl), { tls: isTls });
  });
  afterEach(() => {
    started(proxy).fault = undefined;
  });
  after(async () => {
    proxy?.stop();
    await directory?.stop();
  });
  return {
    directory: () => started(directory),
    proxy: () => started(proxy),
    open(attributes = {}) {
      const fixture = openLoginFixture();
      const { caPem, host } = started(directory);
      const { port } = started(proxy);
      const transport = isTls ? { urls: [`ldaps://${host}:${port}`], caPem } : { urls: [`ldap://${host}:${port}`], allowPlaintext: true };
      enterDirectory(fixture, started(directory), { ...transport, ...attributes });
      return fixture;
    },
  };
}
