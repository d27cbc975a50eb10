// FLOW of `import wso2`: every file of the folder → what it is by what stands in it → entries. Applications, APIs, the rules
// of deployment.toml, and the tables of the JDBC userstore.

import type { Item } from '../../../../functions/storage/aws/dynamodb.ts';
import { createImportReport, type Imported, NotImportable } from '../imported.ts';
import { parseDocument } from '../parse-document.ts';
import type { SourceFile } from '../read-source.ts';
import type { FindClaimName } from '../users/claim-names.ts';
import type { HashClearPassword } from '../users/foreign-user.ts';
import { importTiers } from './default-tiers.ts';
import { importAccessControl } from './import-access-control.ts';
import { importApi, importScopes } from './import-api.ts';
import { importApplication } from './import-application.ts';
import { importUserTable } from './import-user-table.ts';
import { mergeItems } from './merge-items.ts';
import { type ForeignApi, readApi } from './read-api.ts';
import { type ForeignApplication, type ForeignSubscription, readApplication } from './read-application.ts';

export interface Wso2Options {
  readonly tenant: string;
  /** For clients whose APIs are not in the folder. */
  readonly scopes: readonly string[];
  /** Of the `api#` entry for the rules of deployment.toml. */
  readonly apiName: string;
  readonly stage: string;
  readonly tenantId: string | undefined;
  readonly digest: string;
  readonly findClaimName: FindClaimName;
  readonly hashClear: HashClearPassword | undefined;
}

/** The files that are looked into; others of an export (definitions, documents, images) say nothing of who may call. */
export const isWso2File = (name: string): boolean =>
  name.endsWith('.zip') || (/\.(json|ya?ml|toml|csv)$/.test(name) && !ASIDE_FOLDER.test(name) && !ASIDE_FILE.test(name));

const ASIDE_FOLDER = /(^|\/)(definitions|docs|image|sequences|policies|soaptorest)\//;
const ASIDE_FILE = /(^|\/)[^/]*(swagger|_meta|_params|_environments|_certificates|docs)\.[a-z]+$/;

/** @throws NotImportable */
export async function importWso2(files: readonly SourceFile[], options: Wso2Options): Promise<Imported> {
  const report = createImportReport();
  const documents = files
    .filter(({ name }) => /\.(json|ya?ml)$/i.test(name))
    .flatMap((file) => parseDocument(file).map((value) => ({ file, value })));
  const apis = documents.flatMap(({ value }) => readApi(value) ?? []);
  const applications = documents.flatMap(({ value }) => readApplication(value) ?? []);
  const unread = documents.filter(({ value }) => readApi(value) === undefined && readApplication(value) === undefined);
  for (const { file } of unread) report.lost(`file ${file.name}`, 'is neither an application nor an API of API Manager');
  const items: Item[] = [];
  const apiName = createApiName(applications, apis);
  for (const api of apis)
    items.push(
      ...importApi(api, { tenant: options.tenant, name: apiName({ api: api.name, version: api.version }), stage: options.stage }, report),
    );
  items.push(
    ...importScopes(
      options.tenant,
      apis.flatMap(({ scopes }) => scopes),
      report,
    ),
  );
  for (const application of applications) {
    const scopes = [...new Set([...options.scopes, ...scopesOf(application, apis)])];
    items.push(...importApplication(application, { tenant: options.tenant, scopes, apiName }, report));
  }
  items.push(...importTiers(options.tenant, tiersOf(items), report));
  for (const { name, text } of files.filter((file) => /(^|\/)deployment\.toml$/i.test(file.name)))
    items.push(...importAccessControl(name, text, { tenant: options.tenant, name: options.apiName, stage: options.stage }, report));
  const tables = new Map(files.flatMap(({ name, text }) => tableOf(name, text)));
  const users = tables.size === 0 ? undefined : await importUserTable(tables, options);
  if (items.length === 0 && users === undefined && report.fates.length === 0)
    throw new NotImportable(
      'found no application, no API, no deployment.toml and no UM_USER.csv: what `apictl export app` and `apictl export api` write is read, zipped or not',
    );
  return { items: mergeItems([...items, ...(users?.items ?? [])]), fates: [...report.fates, ...(users?.fates ?? [])] };
}

/** Where several versions of an API are in use, each has an entry of its own. */
function createApiName(applications: readonly ForeignApplication[], apis: readonly ForeignApi[]) {
  const versions = new Map<string, Set<string | undefined>>();
  const named = [
    ...applications.flatMap(({ subscriptions }) => subscriptions),
    ...apis.map(({ name, version }) => ({ api: name, version })),
  ];
  for (const { api, version } of named) versions.set(api, (versions.get(api) ?? new Set()).add(version));
  return ({ api, version }: Pick<ForeignSubscription, 'api' | 'version'>): string =>
    (versions.get(api)?.size ?? 0) > 1 && version !== undefined ? `${api}-${version}` : api;
}

/** The scopes of the APIs that an application subscribes to, where they are in the folder. */
function scopesOf({ subscriptions }: ForeignApplication, apis: readonly ForeignApi[]): readonly string[] {
  return apis
    .filter((api) => subscriptions.some((one) => one.api === api.name && (one.version === undefined || one.version === api.version)))
    .flatMap(({ scopes }) => scopes.map(({ name }) => name));
}

function tiersOf(items: readonly Item[]): ReadonlySet<string> {
  const ofClient = ({ applicationTier, subscriptions }: Item) => [
    applicationTier,
    ...Object.values(typeof subscriptions === 'object' && subscriptions !== null ? subscriptions : {}),
  ];
  return new Set(
    items
      .filter((item) => 'clientId' in item)
      .flatMap(ofClient)
      .filter((tier) => typeof tier === 'string'),
  );
}

function tableOf(name: string, text: string): readonly (readonly [string, string])[] {
  const table = /(?:^|\/)(UM_[A-Z_]+)\.csv$/i.exec(name)?.[1];
  return table === undefined ? [] : [[table.toUpperCase(), text]];
}
