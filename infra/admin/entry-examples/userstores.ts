// Examples of userstores: a web service, directories, a function.

import { EC_CERTIFICATE } from './certificates.ts';
import { type EntryExample, TENANT } from './entry-example.ts';

const rest: EntryExample = {
  title: 'a web service',
  item: {
    tenant: TENANT,
    entry: 'userstore#EXTERNAL',
    type: 'rest',
    priority: 10,
    enabled: true,
    timeoutMs: 3000,
    secretId: `Gatehouse/tenants/${TENANT}/external`,
    url: 'https://users.example.org/authenticate',
    allowPlaintext: false,
    allowPrivateAddress: false,
    caPem: EC_CERTIFICATE,
    method: 'POST',
    encoding: 'json',
    userCredentials: 'body',
    headers: { 'x-api-key': '{secret.apiKey}' },
    request: { credentials: { username: '{username}', password: '{password}' }, company: '{tenant}' },
    success: { status: [200], path: 'response.status', equals: 'true' },
    wrongPassword: { status: [200], path: 'response.reason', equals: ['wrong-password', 'locked'] },
    unknownUser: { status: [200], path: 'response.reason', equals: 'no-such-user' },
    username: 'response.user.login',
    uniqueId: 'response.user.id',
    claims: { emailaddress: 'response.user.mail', givenname: 'response.user.first' },
    roles: 'response.user.groups.*.name',
    lookup: {
      url: 'https://users.example.org/users/{username}',
      method: 'GET',
      encoding: 'json',
      request: {},
      success: { status: [200] },
      gone: { status: [404, 410] },
      username: 'user.login',
      uniqueId: 'user.id',
      claims: { emailaddress: 'user.mail', givenname: 'user.first' },
      roles: 'user.groups.*.name',
    },
  },
};

const openLdap: EntryExample = {
  title: 'a directory such as OpenLDAP',
  item: {
    tenant: TENANT,
    entry: 'userstore#LDAP',
    type: 'ldap',
    priority: 20,
    enabled: true,
    timeoutMs: 3000,
    secretId: `Gatehouse/tenants/${TENANT}/ldap`,
    preset: 'openldap',
    urls: ['ldap://ldap1.example.org', 'ldap://ldap2.example.org'],
    startTls: true,
    allowPlaintext: false,
    caPem: EC_CERTIFICATE,
    userSearchBase: 'ou=people,dc=example,dc=org',
    userSearchFilter: '(uid={username})',
    uniqueIdAttribute: 'entryUUID',
    passwordPolicy: 'cn=default,ou=policies,dc=example,dc=org',
    lockSeconds: 900,
    claims: { emailaddress: 'mail', givenname: 'givenName' },
    groups: { mode: 'search', base: 'ou=groups,dc=example,dc=org', filter: '(member={dn})', nameAttribute: 'cn' },
    roles: { customers: 'customer' },
  },
};

const activeDirectory: EntryExample = {
  title: 'Active Directory, where the preset says most of it',
  item: {
    tenant: TENANT,
    entry: 'userstore#CORP',
    type: 'ldap',
    priority: 30,
    secretId: `Gatehouse/tenants/${TENANT}/corp`,
    preset: 'active-directory',
    urls: ['ldaps://dc1.corp.example.org', 'ldaps://dc2.corp.example.org'],
    userSearchBase: 'dc=corp,dc=example,dc=org',
    usernameAttribute: 'sAMAccountName',
    netbiosName: 'CORP',
    roles: { 'CN=Customers,OU=Groups,DC=corp,DC=example,DC=org': 'customer' },
  },
};

const lambda: EntryExample = {
  title: 'a function of your own',
  item: {
    tenant: TENANT,
    entry: 'userstore#MAINFRAME',
    type: 'lambda',
    priority: 40,
    enabled: true,
    timeoutMs: 3000,
    secretId: `Gatehouse/tenants/${TENANT}/mainframe`,
    functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:mainframe-users',
    request: { credentials: { username: '{username}', password: '{password}' } },
    success: { status: [200], path: 'response.status', equals: 'true' },
    wrongPassword: { status: [200], path: 'response.status', equals: 'false' },
    unknownUser: { status: [200], path: 'response.status', equals: 'unknown' },
    username: 'response.user.name',
    uniqueId: 'response.user.id',
    claims: { emailaddress: 'response.user.mail' },
    roles: 'response.user.roles',
    lookup: {
      request: { username: '{username}' },
      success: { path: 'found', equals: true },
      gone: { path: 'found', equals: false },
      username: 'user.name',
      uniqueId: 'user.id',
      claims: { emailaddress: 'user.mail' },
      roles: 'user.roles',
    },
  },
};

export const USERSTORE_EXAMPLES: readonly EntryExample[] = [rest, openLdap, activeDirectory, lambda];
