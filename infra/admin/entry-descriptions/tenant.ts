// Attributes of the entry `tenant`.

import type { tenantEntry } from '../../../functions/configuration/entries/tenant-entry.ts';
import type { Descriptions } from './description.ts';

export const TENANT_DESCRIPTIONS: Descriptions<typeof tenantEntry> = {
  status: '`suspended`: nobody of the tenant gets in.',
  issuer:
    '`own`: the tenant has an issuer of its own, `<issuer>/t/<tenant>`, with all endpoints below it. Those of the deployment go on, and so do tokens that were issued before. Else the deployment’s issuer, which it shares.',
  displayName: 'What people read. Absent: the name of the tenant.',
  accessTokenSeconds: 'Seconds that an access token lives.',
  refreshTokenSeconds: 'Seconds that a refresh token lives. A renewal starts them anew, for 90 days at most.',
  tokenFormat: '`jwt`: access tokens are JWTs (RFC 9068). A client entry may say otherwise.',
  accessTokenAlgorithm:
    'What JWT access tokens are signed with. ES256 costs an eleventh of RS256 to sign. `EdDSA` is the older name of `Ed25519`, and the one that tokens bear.',
  refreshGraceSeconds:
    'Seconds that a refresh token which was just used gives the same answer again. 0: not at all. A client entry may say otherwise.',
  legacyScopes:
    'Scopes that applications of another system ask for and that mean nothing here, such as `PRODUCTION` and `device_*` of WSO2’s. Everybody is granted them, and no rule of an API is met by one. A scope that the tenant defines is never one of them.',
  jwtRevocation:
    'How the authorizer learns that a JWT of ours was revoked. `check`: by one read at each call. `feed`: within ten seconds, by a feed that it reads in the background, so that no call waits for a read; JWTs name the user, with roles and claims of users who are not of the Users table. `offline`: not at all, it believes a JWT until its `exp`.',
  tokensNotBefore: 'Seconds since 1970. Tokens of grants that began earlier are dead, renewed or not. `revoke tenant` sets it.',
  endOnPasswordChange: 'A user whose password was changed loses what began before, where the user’s store can tell.',
  lockout: [
    'When guessing is stopped. Renewals go on whatever is locked.',
    {
      maxAttempts:
        'Failed logins of one user name until it is locked: counted apart for each place where its user has signed in within 30 days, and for all other places together. After a lock there is one attempt, and then the next lock. Keep it below half of what a directory allows before it locks an account itself; one that counts wrong passwords for longer than 15 minutes needs less.',
      lockSeconds: 'Seconds of the first lock. Each that follows lasts twice as long, up to 900.',
      maxAttemptsPerAddress:
        'Failed logins from one address within `lockSeconds`, of names that are not at home there. The server of an application is not counted. 0: no address is.',
      failureMs:
        'Milliseconds that every failed login takes, whatever failed. Absent: above the `timeoutMs` of all userstores together and above the costliest password hash, between 2500 and 5000.',
    },
  ],
  endUserJwt: [
    'The JWT that backends get.',
    {
      algorithm: 'ES256 costs an eleventh of RS256 to sign. `none`: unsigned, and warned of at every load.',
      encoding: '`base64`: the padded alphabet that some older backends expect.',
      dialect: 'Put before every claim name that is not registered in RFC 7519. `/`: nothing.',
      userClaims: 'Whether claims and roles of the user are in it.',
      excludedClaims: 'Claims that are left out, by their whole name or without the dialect.',
      audience: 'The `aud`. Absent: one for each API.',
    },
  ],
  signIn: [
    'The sign-in page. Absent: it is off for this tenant.',
    {
      sessionIdleSeconds: 'Seconds after which a sign-in ends that nobody uses.',
      sessionSeconds: 'Seconds after which a sign-in ends, however much it is used.',
      colour: 'Of buttons. Absent: blue.',
      logo: 'A small picture above the form. Absent: none.',
      helpText: 'Below the form. Absent: nothing.',
      passwordHelpUrl: 'Where users get help with a password. Absent: the page names no place.',
    },
  ],
  clientDocuments: [
    'Clients that nobody has registered: their `client_id` is the https URL of a document that describes them, which is fetched. Needs `"issuer": "own"`. `"any"`: of every host, and the user is asked every time. Absent: there are none.',
    {
      trustedHosts:
        'Hosts whose documents count, compared whole: `example.com` stands for no name below it, and for port 443 alone. Users are asked once for each client, and every time where the answer goes to a program on their own device. `any`: as `"any"` for the whole attribute.',
      scopes: 'Scopes that such a client may have at most, where its user has them. Absent: all of the tenant.',
      allowLoopback:
        'For trying it out: URLs of `127.0.0.1`, `[::1]` and `localhost` that `trustedHosts` takes, on any port and by http as well. Counts in a local run alone, and never where the issuer is a public one.',
    },
  ],
  clientTokensNotBefore:
    'Seconds since 1970, by the URL of a client that a document describes: its grants that began earlier are dead. `revoke client` sets it.',
  migrateUsers:
    'A user of a secondary store is copied to the Users table at login, and the copy decides from then on; `sub` and `enduser` stay those of the store. Only where every store before has said that it does not know the user: one that only says no must be the last, or have `unknownUser`.',
};
