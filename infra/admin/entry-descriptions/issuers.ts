// Attributes of the entries `issuer#<iss or entityId>`.

import type { issuerEntry } from '../../../functions/configuration/entries/issuer-entry.ts';
import type { Descriptions, OptionOf } from './description.ts';

type Issuer<T extends string> = Descriptions<OptionOf<typeof issuerEntry, T>>;

const jwt: Issuer<'jwt'> = {
  type: 'What it issues.',
  enabled: '`false`: nothing of the issuer is believed.',
  jwksUri: 'Where its keys are, read again every five minutes. Absent: see `certificates`, one of the two.',
  certificates:
    'kid to PEM; `default` answers for a token without kid, and where it stands alone for every kid. Absent: see `jwksUri`, one of the two.',
  audiences:
    'One of these must be among the token’s `aud`; of an assertion, each must be one of these. Where `use` has `jwt-bearer` and `gateway`, assertions must name our issuer or the URL of the token endpoint, and access tokens another. Not asked of a client’s `workload`, whose only audience is our issuer. Absent: see `clientIds`, one of the two; neither where `use` is empty.',
  clientIds:
    'In place of `audiences`, for access tokens that name a client and no audience (Amazon Cognito): the client that they name must be one of these, and an `aud` is refused. For `gateway` alone. Absent: see `audiences`, one of the two.',
  algorithms: 'What its tokens may be signed with.',
  revokedKids: 'Keys that are believed no longer, whatever the key set says.',
  claims: [
    'What its claims are called here. The log says once where one has never been there (`claim-never-matched`), and which roles no entry defines (`roles-without-entry`).',
    {
      remote: 'Name in the token, exactly; or a list of names, the way to a claim within others: `["realm_access", "roles"]`.',
      local: 'Name here. `role` gives the user roles.',
      separator: 'What stands between several values in one text: `","`. Absent: one text is one value.',
    },
  ],
  scopeClaim: 'The claim that has the scopes.',
  clientIdClaim: 'The claim that names the client. Absent: `azp`; with `clientIds`, `client_id`.',
  usernameClaim: 'The claim that names the user.',
  use: '`gateway`: access tokens at APIs; `jwt-bearer`: assertions at the token API, and no access tokens or ID tokens; `token-exchange`: access tokens that clients may exchange. Empty: none of these; its tokens are for clients alone that name it as the issuer of their `workload`, which needs no word here.',
  allowPlaintext: '`jwksUri` may be http.',
  allowPrivateAddress: '`jwksUri` may have a loopback, link-local or private address.',
};

const saml: Issuer<'saml'> = {
  type: 'What it issues.',
  enabled: '`false`: nothing of the issuer is believed.',
  certificates: 'PEM. Any of them may have signed.',
  audience: 'What the Audience of an assertion must be.',
  recipient: 'What the Recipient of its subject confirmation must be.',
  claims: 'Claim to attribute of the assertion.',
  rolesAttribute: 'The attribute that gives the user roles. Absent: none does.',
};

export const ISSUER_DESCRIPTIONS = { jwt, saml };
