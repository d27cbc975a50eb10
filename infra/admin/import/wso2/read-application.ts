// An application as API Manager exports it, versions 2.6 to 4.x, in one form. 2.6 to 3.2 write the application itself into
// `<name>.json`, 4.x writes `application.yaml` or `.json` with `type`, `version` and `data`.

import { isMembers, listIn, type Members, membersOf, numberIn, textIn, textsIn } from '../documents.ts';

export interface ForeignApplication {
  readonly name: string;
  readonly owner: string | undefined;
  /** `APPROVED`, `CREATED`, `REJECTED`, … */
  readonly status: string | undefined;
  readonly tier: string | undefined;
  /** `JWT`, `DEFAULT`, `OAUTH` */
  readonly tokenType: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
  readonly groups: readonly string[];
  readonly keys: readonly ForeignKeys[];
  readonly subscriptions: readonly ForeignSubscription[];
}

/** Key and secret of an application with one key manager. */
export interface ForeignKeys {
  readonly keyType: 'PRODUCTION' | 'SANDBOX';
  readonly keyManager: string | undefined;
  readonly consumerKey: string;
  /** As exported; undefined where the export was made without keys. */
  readonly exportedSecret: string | undefined;
  readonly grantTypes: readonly string[];
  readonly callbackUrl: string | undefined;
  readonly userTokenSeconds: number | undefined;
  readonly applicationTokenSeconds: number | undefined;
  readonly refreshTokenSeconds: number | undefined;
}

export interface ForeignSubscription {
  readonly api: string;
  readonly version: string | undefined;
  readonly tier: string | undefined;
  /** `UNBLOCKED`, `BLOCKED`, `PROD_ONLY_BLOCKED`, `ON_HOLD`, `REJECTED` */
  readonly status: string | undefined;
}

/** @returns undefined for a document that is no application */
export function readApplication(document: unknown): ForeignApplication | undefined {
  const outer = membersOf(document);
  const data = outer.type === 'application' && isMembers(outer.data) ? outer.data : outer;
  const info = isMembers(data.applicationInfo) ? data.applicationInfo : data;
  const isApplication = ['subscribedAPIs', 'keyManagerWiseOAuthApp', 'oAuthApps', 'applicationInfo', 'keys'].some((name) => name in data);
  const name = textIn(info.name);
  if (name === undefined || !isApplication) return undefined;
  return {
    name,
    owner: textIn(info.owner) ?? textIn(membersOf(info.subscriber).name) ?? textIn(membersOf(data.subscriber).name),
    status: textIn(info.status),
    tier: textIn(info.throttlingPolicy) ?? textIn(info.tier),
    tokenType: textIn(info.tokenType),
    attributes: textMap(isMembers(info.attributes) ? info.attributes : info.applicationAttributes),
    groups: [...textsIn(info.groups), ...(textIn(info.groupId) === undefined ? [] : [String(info.groupId)])],
    keys: readKeys(data, info),
    subscriptions: listIn(data.subscribedAPIs).flatMap((one) => readSubscription(membersOf(one))),
  };
}

/** Key types, then key managers, or in 2.6 to 3.1 key types alone; in 4.x also a plain list. */
function readKeys(data: Members, info: Members): readonly ForeignKeys[] {
  const ofManagers = Object.entries(membersOf(data.keyManagerWiseOAuthApp)).flatMap(([keyType, managers]) =>
    Object.entries(membersOf(managers)).flatMap(([keyManager, app]) => readKey(keyType, keyManager, membersOf(app))),
  );
  const ofTypes = Object.entries(membersOf(data.oAuthApps)).flatMap(([keyType, app]) => readKey(keyType, undefined, membersOf(app)));
  const listed = [...listIn(info.keys), ...listIn(data.keys)]
    .map(membersOf)
    .flatMap((key) => readKey(textIn(key.keyType) ?? textIn(key.type) ?? 'PRODUCTION', textIn(key.keyManager), key));
  const all = [...ofManagers, ...ofTypes, ...listed];
  return all.filter((key, at) => all.findIndex((other) => other.consumerKey === key.consumerKey) === at);
}

function readKey(keyType: string, keyManager: string | undefined, app: Members): readonly ForeignKeys[] {
  const consumerKey = textIn(app.clientId) ?? textIn(app.consumerKey);
  if (consumerKey === undefined) return [];
  const parameters = membersOf(app.parameters);
  const more = { ...membersOf(app.additionalProperties), ...membersOf(parameters.additionalProperties) };
  return [
    {
      keyType: keyType.toUpperCase() === 'SANDBOX' ? 'SANDBOX' : 'PRODUCTION',
      keyManager,
      consumerKey,
      exportedSecret: textIn(app.clientSecret) ?? textIn(app.consumerSecret),
      grantTypes: readGrantTypes(app, parameters),
      callbackUrl: textIn(app.callBackURL) ?? textIn(app.callbackUrl) ?? textIn(parameters.redirect_uris),
      userTokenSeconds: numberIn(more.user_access_token_expiry_time),
      applicationTokenSeconds: numberIn(more.application_access_token_expiry_time) ?? numberIn(parameters.validityPeriod),
      refreshTokenSeconds: numberIn(more.refresh_token_expiry_time),
    },
  ];
}

/** A list, or one text with blanks between. */
function readGrantTypes(app: Members, parameters: Members): readonly string[] {
  const listed = textsIn(app.supportedGrantTypes);
  if (listed.length > 0) return listed;
  const given = textIn(app.grantType) ?? textIn(parameters.grant_types) ?? '';
  return given.split(/[\s,]+/).filter((grant) => grant !== '');
}

function readSubscription(subscribed: Members): readonly ForeignSubscription[] {
  const id = { ...membersOf(subscribed.apiId), ...membersOf(subscribed.apiInfo) };
  const api = textIn(id.apiName) ?? textIn(id.name) ?? textIn(id.id);
  if (api === undefined) return [];
  const tier = textIn(subscribed.throttlingPolicy) ?? textIn(membersOf(subscribed.tier).name) ?? textIn(subscribed.tier);
  return [{ api, version: textIn(id.version), tier, status: textIn(subscribed.subStatus) ?? textIn(subscribed.status) }];
}

function textMap(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(membersOf(value)).filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
}
