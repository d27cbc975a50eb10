// Attributes of the entries `userstore#<DOMAIN>`.

import type { userstoreEntry } from '../../../functions/configuration/entries/userstore-entry.ts';
import type { Descriptions, DescriptionTable, OptionOf } from './description.ts';

type Userstore<T extends string> = Descriptions<OptionOf<typeof userstoreEntry, T>>;

const COMMON = {
  type: 'What kind of store it is.',
  priority: 'Stores are asked in this order, lower first, after the Users table; those of equal priority by domain.',
  enabled: '`false`: the store is asked nothing, and its users get nothing more.',
  timeoutMs: 'Milliseconds for all that one login asks of the store.',
  secretId: 'Name or ARN of the store’s secret, below `<stack>/tenants/<tenant>/`. Absent: the store needs none.',
} as const satisfies DescriptionTable;

const CONDITION = {
  status: 'Any of these HTTP statuses. Absent: any 2xx.',
  path: 'Where in the reply, such as `response.status`; `*` stands for every item of a list. Absent: the status alone counts.',
  equals: 'What must stand there, in type and value; of a list any. Absent: the status alone counts.',
} as const satisfies DescriptionTable;

const VALUE = {
  path: 'Where in the reply.',
  separator: 'What stands between the values of one text, such as `,`.',
} as const satisfies DescriptionTable;

const USER = {
  username: 'Where the reply names the user, who must be the one that was asked for. Absent: the name that was typed, in small letters.',
  uniqueId: 'Where the reply says what the user is known by for ever. Absent: by name.',
  passwordChanged:
    'Where the reply says when the password was changed, in whatever form: another value than at the login ends what began before (`endOnPasswordChange`). Absent: nobody knows.',
  roles: ['Where the reply has the user’s roles: a path, or a path and a separator. Absent: none.', VALUE],
} as const satisfies DescriptionTable;

const EXCHANGE = {
  request: 'What is sent. Strings may hold `{username}`, `{password}`, `{tenant}` and `{secret.NAME}`, filled in as JSON.',
  success: ['When the reply is a yes.', CONDITION],
  wrongPassword: [
    'When the reply says that the store knows the user, and no: no later store is asked. Absent: see `unknownUser`.',
    CONDITION,
  ],
  unknownUser: [
    'When the reply says that the store does not know the user. With it, any other no is a wrong password; with `wrongPassword` as well, a reply that is neither is an outage. Absent: any no goes on to the next store.',
    CONDITION,
  ],
  ...USER,
  claims: ['Claim to where in the reply it is: a path, or a path and a separator.', VALUE],
} as const satisfies DescriptionTable;

const LOOKUP = {
  request: 'What is sent. Strings may hold `{username}`, `{tenant}` and `{secret.NAME}`.',
  success: ['When the user is there and may log in.', CONDITION],
  gone: [
    'When the user is gone, or may no longer log in. Absent: any other reply in JSON says so. With it, a reply that is neither is an outage.',
    CONDITION,
  ],
  ...USER,
  claims: ['Claim to where in the reply it is. Absent: claims stay as they were at login.', VALUE],
  roles: ['Where the reply has the user’s roles. Absent: roles stay as they were at login.', VALUE],
} as const satisfies DescriptionTable;

const TLS = {
  allowPlaintext: 'Passwords may go over a network in clear.',
  caPem: 'Certificates of the CAs that are trusted for this store. Absent: the public ones.',
} as const satisfies DescriptionTable;

const rest: Userstore<'rest'> = {
  ...COMMON,
  ...TLS,
  url: 'https, unless `allowPlaintext`. Behind the host it may hold `{username}` and `{tenant}`.',
  allowPrivateAddress: 'Loopback, link-local and private addresses may be called.',
  headers: 'Sent with every request. Values may hold `{secret.NAME}`.',
  method: '`GET` sends no body, so that `userCredentials` is `basic` then.',
  encoding: '`form`: application/x-www-form-urlencoded, of a `request` that is a flat map.',
  userCredentials: '`basic`: name and password go into the Authorization header, as if the user had called.',
  ...EXCHANGE,
  lookup: [
    'How the service is asked after a user without a password, when a token is renewed. Absent: it is not asked.',
    {
      url: 'As `url` of the store.',
      method: '`GET` sends no body.',
      encoding: '`form`: application/x-www-form-urlencoded, of a `request` that is a flat map.',
      ...LOOKUP,
    },
  ],
};

const lambda: Userstore<'lambda'> = {
  ...COMMON,
  functionArn: 'The function, which the stack must list in `tenantFunctionArns`.',
  ...EXCHANGE,
  lookup: ['How the function is asked after a user without a password, when a token is renewed. Absent: it is not asked.', LOOKUP],
};

const ldap: Userstore<'ldap'> = {
  ...COMMON,
  ...TLS,
  passwordChange:
    'The sign-in page sets a new password where the directory says that one must be changed or has expired. Active Directory wants the right *Change Password* for the service account, over TLS. Else the page shows where to get help.',
  urls: 'Tried in order. Those of scheme `ldap` need `startTls` or `allowPlaintext`.',
  startTls: 'Connections to `ldap://` are secured before anything is said.',
  preset: 'What is usual for such a directory, wherever this entry says nothing. Absent: nothing is, so that `userSearchFilter` is needed.',
  userSearchBase:
    'DN below which users are looked for. Empty: all of a Global Catalog; of another directory what it names as its naming context.',
  userSearchFilter: 'Finds a user; `{username}` is the whole or a part of a value that an attribute equals. Absent: the preset’s.',
  usernameAttribute:
    'What a user is called from then on. Absent: the first attribute of the filter that the user has. Of several values the one that was typed, else the one in the DN.',
  uniqueIdAttribute: 'What a user is known by for ever. Absent: `entryUUID`, or `objectGUID` of Active Directory.',
  passwordPolicy:
    'DN of the password policy of users who name none (`pwdPolicySubentry`), such as `ppolicy_default` of OpenLDAP: how long a lock lasts and how old a password may be, which a renewal must know. Absent: neither is known without a bind.',
  lockSeconds: 'Seconds that a lock of the directory lasts where no policy can say so. Absent: until a login has succeeded.',
  netbiosName: 'NetBIOS name of the domain, with which `CORP\\kai` is a name of this store too. Absent: it is none.',
  claims: 'Claim to attribute of the directory. Several values are a list; what is too much for a token is left out, and logged.',
  groups: [
    'Where groups are.',
    {
      mode: 'How they are found: by an attribute of the user, by a search, or by one that the directory follows through nested groups. Absent: the preset’s, where there are roles; `search` of OpenLDAP, `nested` of Active Directory.',
      base: 'DN below which groups are looked for. Absent: the `dc=` end of `userSearchBase`.',
      filter: 'Finds the groups of a user, `{dn}` or `{username}`. Absent: the preset’s.',
      nameAttribute: 'What a group is called. Absent: `cn`.',
    },
  ],
  roles:
    'Group to role. A key that is a DN is compared with DNs alone, another with the names of groups below `groups.base`. A group that is not listed gives none.',
};

export const USERSTORE_DESCRIPTIONS = { rest, ldap, lambda };
