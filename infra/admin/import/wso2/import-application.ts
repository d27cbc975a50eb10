// An application of API Manager as client entries: one for each of its keys.

import type { Item } from '../../../../functions/storage/aws/dynamodb.ts';
import { keepWso2Secret } from '../client-secret.ts';
import { importItem } from '../import-item.ts';
import type { ImportReport } from '../imported.ts';
import { isGrantType } from '../is-grant-type.ts';
import type { ForeignApplication, ForeignKeys, ForeignSubscription } from './read-application.ts';
import { readCallbackUrl } from './read-callback-url.ts';

export interface ApplicationOptions {
  readonly tenant: string;
  /** Scopes that its clients may ask for: WSO2 asks the API, and the application has none of its own. */
  readonly scopes: readonly string[];
  /** The name of the `api#` entry of an API that was subscribed to. */
  readonly apiName: (subscription: ForeignSubscription) => string;
}

const MIN_TOKEN_SECONDS = 60;
const MAX_TOKEN_SECONDS = 86_400;

/** @returns one item for each key that can be kept */
export function importApplication(application: ForeignApplication, options: ApplicationOptions, report: ImportReport): readonly Item[] {
  const of = `application ${application.name}`;
  if (application.keys.length === 0)
    report.lost(of, 'left out: the export has no key of it. Export it with its keys: apictl export app --with-keys');
  if (application.groups.length > 0)
    report.lost(of, `shared with the groups ${application.groups.join(', ')}: an application has one owner here`);
  const subscriptions = importSubscriptions(application, options, report);
  return application.keys.flatMap((keys) => importKeys(application, keys, subscriptions, options, report));
}

function importKeys(
  application: ForeignApplication,
  keys: ForeignKeys,
  subscriptions: Readonly<Record<string, string>>,
  { tenant, scopes }: ApplicationOptions,
  report: ImportReport,
): readonly Item[] {
  const of = `application ${application.name}, key ${keys.consumerKey}`;
  const secret = keys.exportedSecret === undefined ? undefined : keepWso2Secret(keys.exportedSecret);
  const redirects = readCallbackUrl(keys.callbackUrl);
  for (const lost of redirects.lost) report.lost(of, `callback URL ${lost}`);
  const grantTypes = keptGrants(keys, redirects.uris.length > 0, of, report);
  const item: Item = {
    clientId: keys.consumerKey,
    tenant,
    name: application.name,
    ...(application.owner !== undefined && { owner: application.owner }),
    status: keptStatus(application, of, report),
    secrets: secret === undefined ? [] : [{ sha256: secret.sha256 }],
    grantTypes,
    scopes,
    ...keptTokenFormat(application),
    ...keptLifetime(keys, of, report),
    keyType: keys.keyType,
    applicationTier: application.tier ?? 'Unlimited',
    subscriptions,
    attributes: application.attributes,
    ...(redirects.uris.length > 0 && { redirectUris: redirects.uris }),
  };
  if (scopes.length === 0) report.lost(of, 'scopes: WSO2 asks the API which there are. Write those that it may ask for: --scope');
  const kept = importItem(item, of, report);
  if (kept === undefined) return [];
  report.kept(
    of,
    `${keys.keyType}${keys.keyManager === undefined ? '' : ` of ${keys.keyManager}`}: the key stays; ${secret?.says ?? 'no secret stays'}`,
  );
  if (secret === undefined)
    report.lost(
      of,
      `secret: ${keys.exportedSecret === undefined ? 'the export has none' : 'WSO2 had a hash of it that can not be checked here'}. client add-secret ${keys.consumerKey} makes one`,
    );
  return [kept];
}

function keptGrants({ grantTypes }: ForeignKeys, hasRedirect: boolean, of: string, report: ImportReport): readonly string[] {
  const kept: string[] = [];
  for (const grant of new Set(grantTypes)) {
    if (!isGrantType(grant))
      report.lost(of, `grant ${grant}: there is none of this name${grant === 'implicit' ? '; use authorization_code with PKCE' : ''}`);
    else if (grant === 'authorization_code' && !hasRedirect)
      report.lost(of, 'grant authorization_code: there is no callback URL that can stay');
    else kept.push(grant);
  }
  if (kept.includes('password')) report.kept(of, 'grant password stays. RFC 9700 advises against it');
  return kept;
}

function keptStatus({ status }: ForeignApplication, of: string, report: ImportReport): 'active' | 'suspended' {
  if (status === undefined || status === 'APPROVED') return 'active';
  report.changed(of, `is suspended: its state at WSO2 is ${status}`);
  return 'suspended';
}

function keptTokenFormat({ tokenType }: ForeignApplication): { readonly tokenFormat?: 'jwt' | 'opaque' } {
  if (tokenType === undefined) return {};
  return { tokenFormat: tokenType.toUpperCase() === 'JWT' ? 'jwt' : 'opaque' };
}

/** WSO2 has a time for users' tokens and one for the application's own; here is one, and refresh tokens have the tenant's. */
function keptLifetime(keys: ForeignKeys, of: string, report: ImportReport): { readonly accessTokenSeconds?: number } {
  const { userTokenSeconds, applicationTokenSeconds, refreshTokenSeconds } = keys;
  if (refreshTokenSeconds !== undefined)
    report.lost(of, `refresh tokens of ${refreshTokenSeconds} s: refreshTokenSeconds of the tenant entry counts for all`);
  const wanted = userTokenSeconds ?? applicationTokenSeconds;
  if (wanted === undefined) return {};
  if (userTokenSeconds !== undefined && applicationTokenSeconds !== undefined && userTokenSeconds !== applicationTokenSeconds)
    report.changed(of, `its own tokens live ${wanted} s, as its users' tokens do, and not ${applicationTokenSeconds} s`);
  const accessTokenSeconds = Math.min(MAX_TOKEN_SECONDS, Math.max(MIN_TOKEN_SECONDS, wanted));
  if (accessTokenSeconds !== wanted) report.changed(of, `tokens live ${accessTokenSeconds} s, and not ${wanted} s`);
  return { accessTokenSeconds };
}

/** States in which WSO2 lets nobody in by a subscription. */
const CLOSED: ReadonlySet<string> = new Set(['BLOCKED', 'ON_HOLD', 'REJECTED', 'DELETE_PENDING', 'TIER_UPDATE_PENDING']);

function importSubscriptions(
  application: ForeignApplication,
  { apiName }: ApplicationOptions,
  report: ImportReport,
): Readonly<Record<string, string>> {
  const of = `application ${application.name}`;
  const kept: Record<string, string> = {};
  for (const subscription of application.subscriptions) {
    const { api, version, tier = 'Unlimited', status = 'UNBLOCKED' } = subscription;
    const what = `subscription to ${api}${version === undefined ? '' : ` ${version}`}`;
    if (CLOSED.has(status)) report.lost(of, `${what}: its state at WSO2 is ${status}`);
    else {
      kept[apiName(subscription)] = tier;
      report.kept(of, `${what}: api#${apiName(subscription)}, tier ${tier}`);
      if (status === 'PROD_ONLY_BLOCKED') report.changed(of, `${what}: the production key is let in too, which WSO2 blocks`);
    }
  }
  return kept;
}
