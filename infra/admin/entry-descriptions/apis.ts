// Attributes of the entries `api#<name>`, of their owners, and of what their rules name.

import type { apiEntry } from '../../../functions/configuration/entries/api-entry.ts';
import type { apiOwnerEntry } from '../../../functions/configuration/entries/api-owner-entry.ts';
import type { handlerEntry } from '../../../functions/configuration/entries/handler-entry.ts';
import type { roleEntry, scopeEntry, tierEntry } from '../../../functions/configuration/entries/role-and-scope-entries.ts';
import type { Descriptions } from './description.ts';

export const API_DESCRIPTIONS: Descriptions<typeof apiEntry> = {
  apiId: 'API Gateway’s id of the API.',
  stage: 'The API’s stage: `$default` of most HTTP APIs.',
  context:
    'What the paths of the resources begin with. Absent: the API’s root, so that every path is here that no entry with a longer context claims.',
  resource:
    'The URI by which clients ask for tokens for this API (`resource`, RFC 8707). The API then takes tokens for this resource alone. Absent: it takes tokens that are for no resource.',
  audience:
    '`any`: an API with a `resource` takes tokens that are for no resource too. One for another resource it never takes. Absent: it takes tokens for its resource alone.',
  discovery: [
    'How clients that know nothing but the URL of the API find who signs users in (RFC 9728). A deployment that says `resource` where it protects the API writes it. Needs `resource`. Absent: they are told nothing.',
    {
      metadataUrl: 'Where the API’s document is: a refusal for want of a scope says it.',
      authorizationServer:
        'The issuer that gives tokens for the API. For the document of an HTTP API, which is made from this entry. Absent: the tenant’s own where it has one, else that of the deployment.',
      scopes: 'What the document says as `scopes_supported`. None: it names none.',
      name: 'Its name for people (`resource_name`). Absent: it has none there.',
      documentation: 'A page for developers (`resource_documentation`). Absent: the document names none.',
    },
  ],
  version: 'What backends read as the API’s version. Absent: the last segment of `context`; at the root none.',
  caseSensitivePaths:
    '`true`: the backend tells small letters from capitals. Else a path is refused that differs in case alone from what another rule or context names.',
  tenants: 'Who may call; `*`: everybody. Absent: the owner alone.',
  requireSubscription: 'A client must name the API in its `subscriptions`.',
  countTiers: 'Requests are counted by the tiers of application and subscription, exactly; the authorizer must have no cache.',
  resources: [
    'The rules. The first that matches method and path decides; what none matches is refused.',
    {
      path: 'What follows `context`: `{id}` stands for one segment, a trailing `/*` for any number of them.',
      methods: 'The methods that it is about.',
      secure: '`false`: anybody may call, with or without a credential.',
      handlers:
        'The kinds of credentials that it takes: `all` that are built in, or those listed; `lambda:<name>` is the function of `handler#<name>`.',
      scopes: 'All are needed.',
      permissions: 'Any suffices. With `scopes` too, scopes decide for bearer tokens, permissions for everybody else.',
    },
  ],
  certificates: [
    'Client certificates. Absent: the API takes none.',
    {
      validateIssuer: 'The CN of the certificate’s issuer must be among `issuerCns`.',
      issuerCns: 'CNs of issuers.',
      exemptPaths: 'Paths, as in rules, where the issuer does not matter.',
    },
  ],
};

export const API_OWNER_DESCRIPTIONS: Descriptions<typeof apiOwnerEntry> = {
  owner: 'The tenant whose API it is. Entries of other tenants for this API and stage count for nothing.',
  apiId: 'The same as in the key. With it, the entry counts though one tenant alone claims the API. Absent: it counts where several do.',
};

export const ROLE_DESCRIPTIONS: Descriptions<typeof roleEntry> = {
  permissions: 'What the role gives. A permission is a path; one that ends earlier covers all below it.',
};

export const SCOPE_DESCRIPTIONS: Descriptions<typeof scopeEntry> = {
  permissions: 'Any of them suffices for the scope; none: every user may have it.',
  description: 'What people read who are asked for consent. Absent: the scope’s name.',
};

export const TIER_DESCRIPTIONS: Descriptions<typeof tierEntry> = {
  requests: 'How many requests are allowed,',
  seconds: 'in how many seconds.',
};

export const HANDLER_DESCRIPTIONS: Descriptions<typeof handlerEntry> = {
  functionArn: 'The function, which the stack must list in `tenantFunctionArns`.',
  timeoutMs: 'Milliseconds from the call to the answer.',
};
