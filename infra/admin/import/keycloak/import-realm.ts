// Clients of a Keycloak realm export as client entries, with the scopes of their own that they ask for.

import type { Item } from '../../../../functions/storage/aws/dynamodb.ts';
import { listIn, type Members, membersOf, numberIn, textIn, textsIn } from '../documents.ts';
import { importItem } from '../import-item.ts';
import { createImportReport, type Imported, type ImportReport, NotImportable } from '../imported.ts';
import { importAuthentication, type ProviderIssuers, readProviderIssuers } from './import-authentication.ts';
import { readOrigins, readRedirectUris } from './read-uris.ts';

export interface RealmOptions {
  readonly tenant: string;
}

/** Those of Keycloak itself. */
const OWN_CLIENTS: ReadonlySet<string> = new Set([
  'account',
  'account-console',
  'admin-cli',
  'broker',
  'realm-management',
  'security-admin-console',
]);
/** Scopes that every tenant has, and those of Keycloak that stand for mappers alone. */
const STANDARD_SCOPES: ReadonlySet<string> = new Set(['openid', 'profile', 'email', 'offline_access']);
const MAPPER_SCOPES: ReadonlySet<string> = new Set([
  'roles',
  'web-origins',
  'acr',
  'basic',
  'address',
  'phone',
  'microprofile-jwt',
  'service_account',
  'organization',
  'saml_organization',
  'role_list',
]);
const MIN_TOKEN_SECONDS = 60;
const MAX_TOKEN_SECONDS = 86_400;

/** @throws NotImportable */
export function importRealm(document: unknown, { tenant }: RealmOptions): Imported {
  const realm = membersOf(document);
  if (!Array.isArray(realm.clients))
    throw new NotImportable('expected a realm export of Keycloak, with `clients` in it: kc.sh export, or a partial export with clients');
  const report = createImportReport();
  const defined = new Map(
    listIn(realm.clientScopes)
      .map(membersOf)
      .map((scope) => [textIn(scope.name), textIn(scope.description)]),
  );
  const used = new Set<string>();
  const items: Item[] = [];
  const realmParts = { tenant, used, issuers: readProviderIssuers(realm) };
  for (const client of realm.clients.map(membersOf)) {
    const item = importClient(client, realmParts, report);
    if (item !== undefined) items.push(item);
  }
  for (const scope of [...used].sort()) {
    const description = defined.get(scope);
    const kept = importItem(
      { tenant, entry: `scope#${scope}`, ...(description !== undefined && { description }) },
      `scope ${scope}`,
      report,
    );
    if (kept === undefined) continue;
    items.push(kept);
    report.changed(`scope ${scope}`, 'is for every user of a client that may ask for it; permissions of its entry say otherwise');
  }
  tellRest(realm, report);
  return { items, fates: report.fates };
}

interface RealmParts {
  readonly tenant: string;
  /** Scopes that its clients ask for. */
  readonly used: Set<string>;
  readonly issuers: ProviderIssuers;
}

function importClient(client: Members, { tenant, used, issuers }: RealmParts, report: ImportReport): Item | undefined {
  const clientId = textIn(client.clientId);
  if (clientId === undefined) return undefined;
  const of = `client ${clientId}`;
  if (OWN_CLIENTS.has(clientId)) {
    report.lost(of, 'left out: it is one of Keycloak itself');
    return undefined;
  }
  const protocol = textIn(client.protocol) ?? 'openid-connect';
  if (protocol !== 'openid-connect' || client.bearerOnly === true) {
    report.lost(
      of,
      `left out: ${client.bearerOnly === true ? 'it asks for no tokens (bearer-only): an API is an api# entry' : `its protocol is ${protocol}`}`,
    );
    return undefined;
  }
  const attributes = membersOf(client.attributes);
  const redirects = readRedirectUris(client, of, report);
  const authentication = importAuthentication({ client, attributes, of }, issuers, report);
  const scopes = keptScopes(client, used, of, report);
  const item: Item = {
    clientId,
    tenant,
    ...(textIn(client.name) !== undefined && !String(client.name).startsWith('${') && { name: textIn(client.name) }),
    status: client.enabled === false ? 'suspended' : 'active',
    ...authentication,
    grantTypes: keptGrants(client, attributes, redirects.length > 0, of, report),
    scopes,
    ...keptLifetime(attributes, of, report),
    ...(redirects.length > 0 && { redirectUris: redirects }),
    ...keptList('postLogoutRedirectUris', readRedirectUris({ ...client, redirectUris: postLogoutUris(attributes) }, of, report, redirects)),
    ...keptList('allowedOrigins', readOrigins(client, redirects, of, report)),
    ...(client.consentRequired !== true && { firstParty: true }),
  };
  for (const mapper of listIn(client.protocolMappers).map(membersOf))
    report.lost(
      of,
      `mapper ${textIn(mapper.name) ?? '?'} (${textIn(mapper.protocolMapper) ?? '?'}): claims of a token come from the user and its scopes`,
    );
  const kept = importItem(item, of, report);
  if (kept !== undefined)
    report.kept(
      of,
      `${client.publicClient === true ? 'public' : 'confidential'}, its id stays; ${client.consentRequired === true ? 'asks for consent' : 'asks for no consent, as before'}${client.enabled === false ? '; suspended, as it was disabled' : ''}`,
    );
  return kept;
}

const keptList = (name: string, values: readonly string[]): Item => (values.length === 0 ? {} : { [name]: values });

/** Values between `##`; `+`: the redirect URIs. */
function postLogoutUris(attributes: Members): readonly string[] {
  return (textIn(attributes['post.logout.redirect.uris']) ?? '').split('##').filter((uri) => uri !== '');
}

function keptGrants(client: Members, attributes: Members, hasRedirect: boolean, of: string, report: ImportReport): readonly string[] {
  const grants: string[] = [];
  if (client.standardFlowEnabled !== false) {
    if (hasRedirect) grants.push('authorization_code');
    else report.lost(of, 'authorization code: there is no redirect URI that can stay');
  }
  if (client.directAccessGrantsEnabled === true) {
    if (client.publicClient === true) report.lost(of, 'password grant (direct access): a public client has none here');
    else {
      grants.push('password');
      report.kept(of, 'password grant (direct access) stays. RFC 9700 advises against it');
    }
  }
  if (grants.length > 0 && attributes['use.refresh.tokens'] !== 'false') grants.push('refresh_token');
  if (client.serviceAccountsEnabled === true && client.publicClient !== true) {
    grants.push('client_credentials');
    report.changed(of, 'service account: client_credentials; roles of the service account are lost, its scopes say what it may');
  }
  if (client.implicitFlowEnabled === true) report.lost(of, 'implicit flow: there is none; use authorization_code with PKCE');
  if (attributes['oauth2.device.authorization.grant.enabled'] === 'true') report.lost(of, 'device grant: there is none');
  return grants;
}

function keptScopes(client: Members, used: Set<string>, of: string, report: ImportReport): readonly string[] {
  const named = [...new Set(['openid', ...textsIn(client.defaultClientScopes), ...textsIn(client.optionalClientScopes)])];
  const kept = named.filter((scope) => !MAPPER_SCOPES.has(scope));
  for (const scope of kept) if (!STANDARD_SCOPES.has(scope)) used.add(scope);
  if (textsIn(client.defaultClientScopes).some((scope) => !MAPPER_SCOPES.has(scope)))
    report.changed(of, 'default scopes: a request must name the scopes that it wants; Keycloak adds them by itself');
  return kept;
}

function keptLifetime(attributes: Members, of: string, report: ImportReport): { readonly accessTokenSeconds?: number } {
  const wanted = numberIn(attributes['access.token.lifespan']);
  if (wanted === undefined) return {};
  const accessTokenSeconds = Math.min(MAX_TOKEN_SECONDS, Math.max(MIN_TOKEN_SECONDS, wanted));
  if (accessTokenSeconds !== wanted) report.changed(of, `tokens live ${accessTokenSeconds} s, and not ${wanted} s`);
  return { accessTokenSeconds };
}

/** What a realm has beside its clients. */
function tellRest(realm: Members, report: ImportReport): void {
  const counted = [
    ['users', listIn(realm.users).length, 'import users reads LDIF and CSV'],
    ['realm roles', listIn(membersOf(realm.roles).realm).length, 'write role# entries for what they permit'],
    ['groups', listIn(realm.groups).length, 'a user has roles here'],
    ['identity providers', listIn(realm.identityProviders).length, 'write issuer# entries'],
  ] as const;
  for (const [what, count, says] of counted) if (count > 0) report.lost(what, `${count} of the realm: ${says}`);
}
