// Which entry and attribute decides, by the reason: a word that stands for an attribute leads to it, wherever the word
// comes from, the decision itself or a line of the log.

import { isClientUrl } from '../../../functions/configuration/client-url.ts';
import type { Reason } from '../../../functions/shared/reasons/index.ts';
import { REASON_AREAS } from '../reasons/index.ts';
import type { DecidingPlace } from './explained-decision.ts';

/** What is known of a decision. Absent: unknown, or there is none. */
export interface DecisionFacts {
  /** Of the caller. */
  readonly tenant?: string | undefined;
  readonly clientId?: string | undefined;
  /** Name in the Users table. */
  readonly username?: string | undefined;
  /** Store of the user. */
  readonly userstore?: string | undefined;
  readonly api?: { readonly owner: string; readonly name: string } | undefined;
  readonly apiId?: string | undefined;
  readonly stage?: string | undefined;
  /** Place of the rule that decides in `resources`. */
  readonly ruleAt?: number | undefined;
}

type PlaceOf = (facts: DecisionFacts) => DecidingPlace | undefined;

const UNKNOWN = '…';

/** What a document calls an attribute of a client entry. */
const DOCUMENT_NAMES: ReadonlyMap<string | undefined, string> = new Map([
  ['redirectUris', 'redirect_uris'],
  ['grantTypes', 'grant_types'],
  ['authMethods', 'token_endpoint_auth_method'],
  ['jwks', 'jwks'],
]);

const client =
  (attribute?: string): PlaceOf =>
  ({ clientId }) => {
    if (clientId === undefined) return undefined;
    // What such a client may do, it says itself.
    return isClientUrl(clientId)
      ? place(`the document ${clientId}`, DOCUMENT_NAMES.get(attribute))
      : place(`Clients, ${clientId}`, attribute);
  };
/** A client whose id is a URL has no entry: the tenant's says whether there is such a client. */
const isOfDocument = ({ clientId }: DecisionFacts): boolean => clientId !== undefined && isClientUrl(clientId);
const clientOrDocuments: PlaceOf = (facts) => (isOfDocument(facts) ? tenantEntry('clientDocuments') : client())(facts);
const tenantEntry =
  (attribute?: string): PlaceOf =>
  ({ tenant }) =>
    tenant === undefined ? undefined : place(`Tenants, ${tenant} / tenant`, attribute);
const ofTenant =
  (entry: string, attribute?: string): PlaceOf =>
  ({ tenant }) =>
    place(`Tenants, ${tenant ?? UNKNOWN} / ${entry}`, attribute);
const api =
  (attribute?: string): PlaceOf =>
  (facts) =>
    place(`Tenants, ${facts.api?.owner ?? facts.tenant ?? UNKNOWN} / api#${facts.api?.name ?? '<name>'}`, attribute);
const user =
  (attribute?: string): PlaceOf =>
  ({ tenant, username, userstore }) => {
    if (userstore !== undefined && userstore !== 'PRIMARY') return place(`Tenants, ${tenant ?? UNKNOWN} / userstore#${userstore}`);
    return place(`Users, ${tenant ?? UNKNOWN} / ${username ?? UNKNOWN}`, attribute);
  };
const rule =
  (attribute = ''): PlaceOf =>
  (facts) =>
    api(`resources${facts.ruleAt === undefined ? '' : `[${facts.ruleAt}]`}${attribute}`)(facts);
const apiOwner: PlaceOf = ({ apiId, stage }) => place(`Tenants, #apis / ${apiId ?? '<apiId>'}/${stage ?? '<stage>'}`, 'owner');

function place(entry: string, attribute?: string): DecidingPlace {
  return attribute === undefined ? { entry } : { entry, attribute };
}

/** Words that one attribute stands behind. */
const PLACES: ReadonlyMap<string, PlaceOf> = new Map<Reason, PlaceOf>([
  ['rule-met', rule()],
  ['open', rule('.secure')],
  ['no-rule', api('resources')],
  ['scope-or-permission-missing', rule()],
  ['no-credential', rule('.handlers')],
  ['path-too-long', rule('.path')],
  ['path-differs-in-case', api('caseSensitivePaths')],
  ['no-api-entry', api()],
  ['api-entry-wrong', api()],
  ['api-claimed-twice', apiOwner],
  ['tenant-not-allowed', api('tenants')],
  ['token-for-another-resource', api('resource')],
  ['token-for-no-resource', api('resource')],
  ['unknown-resource', api('resource')],
  ['resource-not-of-this-client', api('tenants')],
  ['no-subscription', (facts) => (isOfDocument(facts) ? api('requireSubscription') : client('subscriptions'))(facts)],
  ['tier-used-up', client('applicationTier')],
  ['no-certificates-here', api('certificates')],
  ['issuer-not-listed', api('certificates.issuerCns')],
  ['function-refused', ofTenant('handler#<name>')],
  ['no-such-handler', ofTenant('handler#<name>')],
  ['client-suspended', client('status')],
  ['no-such-client', clientOrDocuments],
  ['unknown-client', clientOrDocuments],
  ['client-documents-off', tenantEntry('clientDocuments')],
  ['client-url', tenantEntry('clientDocuments')],
  ['client-host-not-trusted', tenantEntry('clientDocuments.trustedHosts')],
  ['client-of-another-tenant', client('tenant')],
  ['wrong-secret', client('secrets')],
  ['secret-expired', client('secrets')],
  ['no-client-keys', client('jwks')],
  ['workload-not-of-this-client', client('workload')],
  ['workload-claimed-twice', client('workload')],
  ['workload-unknown-issuer', ofTenant('issuer#<iss>')],
  ['workload-disabled-issuer', ofTenant('issuer#<iss>', 'enabled')],
  ['client-certificate-subject', client('tlsSubjectDn')],
  ['method-not-of-this-client', client('authMethods')],
  ['public-client', client('authMethods')],
  ['grant-not-of-this-client', client('grantTypes')],
  ['grant-not-for-public-clients', client('authMethods')],
  ['redirect-uri-not-registered', client('redirectUris')],
  ['undefined-scope', ofTenant('scope#<name>')],
  ['sign-in-off', tenantEntry('signIn')],
  ['no-such-tenant', tenantEntry()],
  ['unknown-tenant', tenantEntry()],
  ['tenant-suspended', tenantEntry('status')],
  ['tenant-not-active', tenantEntry('status')],
  ['other-tenant', client('tenant')],
  ['before-tokens-not-before', tenantEntry('tokensNotBefore')],
  ['locked', tenantEntry('lockout')],
  ['user-disabled', user('status')],
  ['user-deleted', user()],
  ['user-replaced', user('id')],
  ['user-gone', user()],
  ['unknown-user', user()],
  ['user-entry-wrong', user()],
  ['wrong-password', user('passwordHash')],
  ['password-changed', user('passwordHash')],
  ['password-hash-unreadable', user('passwordHash')],
  ['must-change-password', user('mustChangePassword')],
  ['store-removed', ofTenant('userstore#<DOMAIN>')],
  ['unknown-issuer', ofTenant('issuer#<iss>')],
  ['disabled-issuer', ofTenant('issuer#<iss>', 'enabled')],
  ['no-username', ofTenant('issuer#<iss>', 'usernameClaim')],
]);

/** Where words of an area point that no attribute stands behind; an area that is missing points nowhere. */
const AREAS: ReadonlyMap<string, PlaceOf> = new Map([
  ['Clients', client()],
  ['Users', user()],
  ['Assertions and issuers', ofTenant('issuer#<iss>')],
  ['Userstores that do not answer', ({ tenant, userstore }) => ofTenant(`userstore#${userstore ?? '<DOMAIN>'}`)({ tenant })],
]);

/** @returns undefined where no entry decides */
export function decidingPlace(reason: string, facts: DecisionFacts): DecidingPlace | undefined {
  const own = PLACES.get(reason);
  if (own !== undefined) return own(facts);
  const area = REASON_AREAS.find(({ reasons }) => reason in reasons);
  return area === undefined ? undefined : AREAS.get(area.title)?.(facts);
}
