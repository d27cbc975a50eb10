// Attributes of the items of the Clients and Users tables.

import type { clientEntry } from '../../../functions/configuration/entries/client-entry.ts';
import type { userEntry } from '../../../functions/configuration/entries/user-entry.ts';
import type { Descriptions } from './description.ts';

export const CLIENT_DESCRIPTIONS: Descriptions<typeof clientEntry> = {
  tenant: 'The tenant whose users the application may ask tokens for.',
  name: 'What people and backends read. Absent: the client id.',
  owner: 'The subscriber: the user of the tenant who answers for the application.',
  status: '`suspended`: the application gets nothing, and its tokens are dead.',
  secrets: [
    'Digests of its secrets. Two may be live while one is changed.',
    {
      sha256: 'SHA-256 of a secret of at least 256 random bits.',
      expiresAt: 'Seconds since 1970, when it ends. Absent: never.',
    },
  ],
  authMethods: 'How it may prove who it is. `none`: it can’t, being public. A `workload` need not be listed.',
  grantTypes: 'How it may get tokens.',
  scopes: 'Which scopes it may have, as far as the user may.',
  tokenFormat: '`jwt`: its access tokens are JWTs. Absent: the tenant’s.',
  accessTokenSeconds: 'Seconds that its access tokens live. Absent: the tenant’s.',
  refreshGraceSeconds: 'Seconds that a refresh token which was just used gives the same answer again. Absent: the tenant’s.',
  keyType: 'What backends read as `keytype`.',
  applicationTier: 'The tier of all its requests, for each of its users; counted where an API has `countTiers`.',
  subscriptions: 'Name of an API to the tier of its requests there.',
  usageKey: 'Value of an API key of a usage plan, which API Gateway counts its requests by. Absent: it counts none.',
  attributes: 'What backends read as `applicationAttributes`.',
  introspection: 'May ask the introspection endpoint about tokens of its tenant.',
  sendsEndUserAddress:
    'Says in the header `Gatehouse-End-User-Address` where its user is, and is believed: failed logins are then counted by that address. The application takes it from its own connection, never from a header that its user could write.',
  tokensNotBefore: 'Seconds since 1970. Tokens of its grants that began earlier are dead. `revoke client` sets it.',
  jwks: [
    'Its public keys, for `private_key_jwt`. Absent: see `jwksUri`, at most one of the two.',
    { keys: 'JWKs (RFC 7517), public ones alone.' },
  ],
  jwksUri: 'Where its public keys are: https. Absent: see `jwks`.',
  legacyAssertionAudience:
    '`true`: its assertions for `private_key_jwt` may name the URL of the token endpoint as their audience, as before RFC 10070, which the log counts (`clientAssertionAudience`). Else our issuer is the only audience.',
  tlsSubjectDn: 'Subject of its certificate, for `tls_client_auth`, as in RFC 4514. Absent: it has none.',
  workload: [
    'The workload that it is: a token that its platform gave it (AWS STS, Kubernetes, GitHub or GitLab CI, SPIFFE) proves the client, whatever `authMethods` lists, and no secret is stored anywhere. No other client may claim the same, of any tenant: then neither gets in. See WORKLOADS.md. Absent: it is none.',
    {
      issuer:
        '`iss` of such a token, exactly: an `issuer#` entry of the tenant must be called so. For JWT-SVIDs without `iss` the trust domain: `spiffe://example.org`.',
      subject: '`sub` of such a token, exactly: no wildcard and no beginning.',
    },
  ],
  allowedOrigins: 'Origins of browser applications that may call the token API as this client.',
  redirectUris: 'Where the sign-in page may send a user back to, character for character; of a loopback address the port is free.',
  postLogoutRedirectUris: 'Where a user may be sent after signing out.',
  backchannelLogoutUri: 'Is told by POST when a session ends in which it was signed in to. Absent: it is not told.',
  exchange:
    'Resources (RFC 8707) for which it may exchange the token of a user that it was called with (RFC 8693). Needs the grant `urn:ietf:params:oauth:grant-type:token-exchange`. Absent: none.',
  firstParty: 'An application of the organisation’s own: no user is asked for consent.',
  idTokenAlgorithm: 'What its ID tokens are signed with. `EdDSA` is the older name of `Ed25519`, and the one that tokens bear.',
};

export const USER_DESCRIPTIONS: Descriptions<typeof userEntry> = {
  id: 'What the user is known by for ever: a UUID.',
  passwordHash:
    'PHC string, such as `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`. A hash that another system made is replaced at the first login. `user set-password` makes one.',
  rehashed: [
    'Written by Gatehouse when it puts a hash of its own in place of an imported one, so that this is no change of password. Absent: it never has.',
    { from: 'SHA-256 of the hash before.', to: 'SHA-256 of the hash that took its place.' },
  ],
  mustChangePassword:
    '`true`: the user gets nothing before the sign-in page has set a new password, which takes this away. Absent: the password is good as it is.',
  status: '`disabled`: the user gets nothing.',
  roles: 'Names of `role#` entries.',
  claims: 'What backends read of the user: text, or lists of it.',
  origin: [
    'Written by Gatehouse when it copies a user of a secondary store (`migrateUsers`): tokens go on to say who the user is there. Absent: the user is this table’s own.',
    {
      domain: 'The store.',
      username: 'What the store calls the user.',
      id: 'What the store knows the user by for ever. Absent: by name.',
    },
  ],
};
