// An API of API Manager 4.x (`api.yaml` of its export) as an `api#` entry with rules, and its scopes with the roles that
// they are bound to.

import type { Item } from '../../../../functions/storage/aws/dynamodb.ts';
import { counted } from '../../commands/counted.ts';
import { isMembers, listIn, type Members, membersOf, textIn, textsIn } from '../documents.ts';
import { importItem } from '../import-item.ts';
import type { ImportReport } from '../imported.ts';

export interface ForeignApi {
  readonly name: string;
  readonly version: string | undefined;
  /** `/pizzashack`, or with the version in it. */
  readonly context: string;
  readonly operations: readonly {
    readonly target: string;
    readonly verb: string;
    readonly isOpen: boolean;
    readonly scopes: readonly string[];
  }[];
  readonly scopes: readonly ForeignScope[];
}

/** A scope, and the roles that WSO2 binds it to; none: it is everybody's. */
interface ForeignScope {
  readonly name: string;
  readonly description: string | undefined;
  readonly roles: readonly string[];
}

/** @returns undefined for a document that is no API */
export function readApi(document: unknown): ForeignApi | undefined {
  const outer = membersOf(document);
  if (outer.type !== 'api' || !isMembers(outer.data)) return undefined;
  const { data } = outer;
  const name = textIn(data.name);
  const context = textIn(data.context);
  if (name === undefined || context === undefined) return undefined;
  return {
    name,
    version: textIn(data.version),
    context,
    operations: listIn(data.operations).map(membersOf).map(readOperation),
    scopes: listIn(data.scopes).map(membersOf).flatMap(readScope),
  };
}

function readOperation(operation: Members) {
  const { target, verb, authType, scopes } = operation;
  return { target: textIn(target) ?? '/*', verb: textIn(verb) ?? 'GET', isOpen: authType === 'None', scopes: textsIn(scopes) };
}

function readScope(listed: Members): readonly ForeignScope[] {
  const scope = isMembers(listed.scope) ? listed.scope : listed;
  const name = textIn(scope.name) ?? textIn(scope.id);
  return name === undefined
    ? []
    : [{ name, description: textIn(scope.description) ?? textIn(scope.displayName), roles: textsIn(scope.bindings) }];
}

export interface ApiOptions {
  readonly tenant: string;
  /** Of the `api#` entry. */
  readonly name: string;
  readonly stage: string;
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

export function importApi(api: ForeignApi, { tenant, name, stage }: ApiOptions, report: ImportReport): readonly Item[] {
  const of = `API ${api.name}${api.version === undefined ? '' : ` ${api.version}`}`;
  const resources = api.operations.flatMap(({ target, verb, isOpen, scopes }) => {
    if (METHODS.has(verb.toUpperCase()))
      return [
        {
          path: target,
          methods: [verb.toUpperCase()],
          ...(isOpen ? { secure: false } : { handlers: ['oauth2'], ...(scopes.length > 0 && { scopes }) }),
        },
      ];
    report.lost(of, `operation ${verb} ${target}: is no method of HTTP`);
    return [];
  });
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
