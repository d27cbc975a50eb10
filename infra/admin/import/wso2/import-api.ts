// An API of API Manager as an `api#` entry with rules, and its scopes with the roles that they are bound to.

import type { Item } from '../../../../functions/storage/aws/dynamodb.ts';
import { counted } from '../../commands/counted.ts';
import { importItem } from '../import-item.ts';
import type { ImportReport } from '../imported.ts';
import type { ForeignApi, ForeignScope } from './read-api.ts';

export interface ApiOptions {
  readonly tenant: string;
  /** Of the `api#` entry. */
  readonly name: string;
  readonly stage: string;
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

export function importApi(api: ForeignApi, { tenant, name, stage }: ApiOptions, report: ImportReport): readonly Item[] {
  const of = `API ${api.name}${api.version === undefined ? '' : ` ${api.version}`}`;
  const handlers = keptHandlers(api, of, report);
  const resources = api.operations.flatMap(({ target, verb, isOpen, scopes }) => {
    if (METHODS.has(verb.toUpperCase()))
      return [
        {
          path: target,
          methods: [verb.toUpperCase()],
          ...(isOpen ? { secure: false } : { handlers, ...(scopes.length > 0 && { scopes }) }),
        },
      ];
    report.lost(of, `operation ${verb} ${target}: is no method of HTTP`);
    return [];
  });
  if (resources.length === 0) report.lost(of, 'rules: the file has none, and nobody gets in. Write resources of its entry');
  const context = contextOf(api);
  const item: Item = {
    tenant,
    entry: `api#${name}`,
    apiId: `\${apiId.${name}}`,
    stage,
    ...(context !== '' && { context }),
    ...(api.version !== undefined && { version: api.version }),
    requireSubscription: true,
    resources,
  };
  const kept = importItem(item, of, report);
  if (kept === undefined) return [];
  report.kept(of, `api#${name}: ${counted(resources.length, 'rule')}, in their order; a subscription is needed, as at WSO2`);
  report.changed(of, `its id at API Gateway is \${apiId.${name}}: an output of the stack, or --values in place of it`);
  return [kept];
}

const HANDLERS: ReadonlyMap<string, string> = new Map([
  ['oauth2', 'oauth2'],
  ['basic_auth', 'basic'],
  ['mutualssl', 'certificate'],
]);

/** By what the API lets callers in; OAuth 2.0 where it does not say. */
function keptHandlers({ securitySchemes }: ForeignApi, of: string, report: ImportReport): readonly string[] {
  const named = securitySchemes.filter((scheme) => !scheme.endsWith('_mandatory'));
  for (const scheme of named.filter((one) => !HANDLERS.has(one))) report.lost(of, `security scheme ${scheme}: there is none of this name`);
  const kept = named.flatMap((scheme) => HANDLERS.get(scheme) ?? []);
  if (kept.length === 0) return ['oauth2'];
  const isCertificateNeeded = securitySchemes.includes('mutualssl_mandatory');
  const isTokenNeeded = securitySchemes.includes('oauth_basic_auth_api_key_mandatory');
  if (!kept.includes('certificate') || kept.length === 1) return kept;
  // One of several handlers lets in here: what must be there in any case must not become a choice.
  if (!isTokenNeeded) return isCertificateNeeded ? ['certificate'] : kept;
  if (isCertificateNeeded) report.lost(of, 'certificate: WSO2 asks for it beside the token; here Mutual TLS of the domain does that');
  return kept.filter((handler) => handler !== 'certificate');
}

/** WSO2 puts the version behind the context, or where `{version}` stands in it. */
function contextOf({ context, version }: ForeignApi): string {
  const plain = context.replace(/^\/t\/[^/]+/, '');
  const named = plain.includes('{version}') ? plain.replaceAll('{version}', version ?? '') : plain;
  const whole = version === undefined || named.split('/').includes(version) ? named : `${named}/${version}`;
  return whole.replace(/\/+$/, '');
}

/** A role that a scope is bound to gets a permission that is the scope's alone. */
export function importScopes(tenant: string, scopes: readonly ForeignScope[], report: ImportReport): readonly Item[] {
  const items: Item[] = [];
  const permissionsOfRole = new Map<string, Set<string>>();
  const seen = new Set<string>();
  for (const { name, description, roles } of scopes) {
    if (seen.has(name)) continue;
    seen.add(name);
    const permission = `/permission/scope/${name.replaceAll('/', '_')}`;
    const item: Item = {
      tenant,
      entry: `scope#${name}`,
      ...(roles.length > 0 && { permissions: [permission] }),
      ...(description !== undefined && { description }),
    };
    const kept = importItem(item, `scope ${name}`, report);
    if (kept === undefined) continue;
    items.push(kept);
    report.kept(`scope ${name}`, roles.length === 0 ? 'is everybody’s' : `needs ${permission}, which the roles ${roles.join(', ')} have`);
    for (const role of roles) permissionsOfRole.set(role, (permissionsOfRole.get(role) ?? new Set()).add(permission));
  }
  for (const [role, permissions] of permissionsOfRole) {
    const kept = importItem({ tenant, entry: `role#${role}`, permissions: [...permissions].sort() }, `role ${role}`, report);
    if (kept === undefined) continue;
    items.push(kept);
    report.kept(`role ${role}`, `${counted(permissions.size, 'permission')}, one for each scope that it is bound to`);
  }
  return items;
}
