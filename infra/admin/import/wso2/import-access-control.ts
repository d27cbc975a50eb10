// `[[resource.access_control]]` of Identity Server's deployment.toml as the rules of one `api#` entry, in the same order.

import { parse, TomlError } from 'smol-toml';
import type { Item } from '../../../../functions/storage/aws/dynamodb.ts';
import { isMembers, listIn, type Members, membersOf, textIn, textsIn } from '../documents.ts';
import { importItem } from '../import-item.ts';
import { createImportReport, type ImportReport, NotImportable, printable } from '../imported.ts';
import { readContextPattern } from './read-context-pattern.ts';

export interface AccessControlOptions {
  readonly tenant: string;
  /** Of the `api#` entry. */
  readonly name: string;
  readonly stage: string;
}

const HANDLERS: ReadonlyMap<string, string> = new Map([
  ['oauthauthentication', 'oauth2'],
  ['basicauthentication', 'basic'],
  ['clientcertificatebased', 'certificate'],
  ['clientcertificatebasedauthentication', 'certificate'],
  ['tlscertificateauthentication', 'certificate'],
]);

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** What a rule of WSO2 may say; anything else is told. */
const KNOWN: ReadonlySet<string> = new Set([
  'context',
  'secure',
  'http_method',
  'permissions',
  'scopes',
  'allowed_auth_handlers',
  'cross_tenant',
  'cross_access_allowed_tenants',
]);

/** @throws NotImportable where it is no TOML */
export function importAccessControl(
  file: string,
  text: string,
  { tenant, name, stage }: AccessControlOptions,
  report: ImportReport,
): readonly Item[] {
  const rules = listIn(membersOf(parseToml(file, text).resource).access_control).map(membersOf);
  const resources: Item[] = [];
  const missing: { readonly rule: number; readonly context: string }[] = [];
  for (const [at, rule] of rules.entries()) {
    const context = textIn(rule.context) ?? '';
    const of = `rule ${at + 1} (${printable(context, 80)})`;
    const own = createImportReport();
    const resource = importRule(rule, of, own);
    // What a missing rule guarded must not fall to one behind it.
    const shadowed = resource && missing.find((one) => mayMeet(String(resource.path), one.context));
    if (shadowed !== undefined) report.lost(of, `left out: it may let in whom rule ${shadowed.rule}, which is missing, would keep out`);
    else report.add(own.fates);
    if (resource === undefined || shadowed !== undefined) missing.push({ rule: at + 1, context });
    else resources.push(resource);
  }
  if (resources.length === 0) return [];
  const item: Item = { tenant, entry: `api#${name}`, apiId: `\${apiId.${name}}`, stage, resources };
  const kept = importItem(item, `rules of ${file}`, report);
  if (kept === undefined) return [];
  report.kept(`rules of ${file}`, `api#${name}: ${resources.length} rules, in their order`);
  report.changed(`rules of ${file}`, `its id at API Gateway is \${apiId.${name}}: an output of the stack, or --values in place of it`);
  return [kept, ...importRuleScopes(tenant, resources, report)];
}

/** Scopes that rules ask for: at WSO2 each stands for the permissions beside it. */
function importRuleScopes(tenant: string, resources: readonly Item[], report: ImportReport): readonly Item[] {
  const permissionsOf = new Map<string, Set<string>>();
  for (const { scopes, permissions } of resources)
    for (const scope of textsIn(scopes)) permissionsOf.set(scope, new Set([...(permissionsOf.get(scope) ?? []), ...textsIn(permissions)]));
  return [...permissionsOf].flatMap(([scope, permissions]) => {
    const of = `scope ${scope}`;
    if (permissions.size === 0) {
      report.lost(of, `a rule asks for it, and no permission stands beside it: write scope#${scope}`);
      return [];
    }
    const kept = importItem({ tenant, entry: `scope#${scope}`, permissions: [...permissions].sort() }, of, report);
    if (kept !== undefined)
      report.changed(of, `is for who has any of ${[...permissions].sort().join(', ')}, which stand beside it in the rules`);
    return kept === undefined ? [] : [kept];
  });
}

/** Whether a path may be of both a template and a pattern: as far as both are plain, they are the same. */
function mayMeet(path: string, context: string): boolean {
  const template = path.replace(/\/\*$/, '').split('/').slice(1);
  const pattern = context
    .replace(/^\^?(?:\(\.[*+]?\)|\.\*)?(?=\/)/, '')
    .split('/')
    .slice(1);
  const shared = Math.min(template.length, pattern.length);
  return Array.from({ length: shared }, (_, at) => at).every((at) => {
    const [one = '', other = ''] = [template[at], pattern[at]];
    return one.startsWith('{') || !/^[A-Za-z0-9_~-]*$/.test(other) || one === other;
  });
}

function parseToml(file: string, text: string): Members {
  try {
    return parse(text);
  } catch (error) {
    // Its message quotes the text, which may hold passwords.
    if (error instanceof TomlError) throw new NotImportable(`${file}: line ${error.line}, column ${error.column}: expected TOML`);
    if (error instanceof RangeError) throw new NotImportable(`${file}: goes too deep`);
    throw error;
  }
}

function importRule(rule: Members, of: string, report: ImportReport): Item | undefined {
  const pattern = readContextPattern(textIn(rule.context) ?? '');
  if ('lost' in pattern) {
    report.lost(of, pattern.lost);
    return undefined;
  }
  const methods = readMethods(rule.http_method, of, report);
  const handlers = readHandlers(rule.allowed_auth_handlers, of, report);
  // Less than all that was listed would be another rule: an open one, or one that asks for less.
  if (methods === undefined || handlers === undefined) return undefined;
  for (const unknown of Object.keys(rule).filter((key) => !KNOWN.has(key))) report.lost(of, `${unknown}: says nothing here`);
  if (rule.cross_tenant === true || rule.cross_tenant === 'true')
    report.lost(of, 'cross_tenant: tenants of the api# entry says who may call, for all of its rules');
  if (isMembers(rule.cross_access_allowed_tenants) || textIn(rule.cross_access_allowed_tenants) !== undefined)
    report.lost(of, 'cross_access_allowed_tenants: see tenants of the api# entry');
  if (pattern.changed !== undefined) report.changed(of, pattern.changed);
  const isOpen = rule.secure === false || rule.secure === 'false';
  const [permissions, scopes] = [readList(rule.permissions), readList(rule.scopes)];
  const resource: Item = {
    path: pattern.path,
    methods,
    ...(isOpen && { secure: false }),
    ...(handlers !== 'all' && { handlers }),
    ...(scopes.length > 0 && { scopes }),
    ...(permissions.length > 0 && { permissions }),
  };
  report.kept(of, `${methods === 'all' ? 'all methods' : methods.join(', ')} ${pattern.path}${isOpen ? ', open to anyone' : ''}`);
  return resource;
}

/** A text with commas, or a list. */
function readList(value: unknown): readonly string[] {
  const texts = typeof value === 'string' ? value.split(',') : textsIn(value);
  return texts.map((one) => one.trim()).filter((one) => one !== '');
}

function readMethods(value: unknown, of: string, report: ImportReport): 'all' | readonly string[] | undefined {
  const named = readList(value).map((method) => method.toUpperCase());
  if (named.length === 0 || named.includes('ALL')) return 'all';
  const unknown = named.filter((method) => !METHODS.has(method));
  if (unknown.length === 0) return named;
  report.lost(of, `left out: ${unknown.join(', ')} is no method that a rule may name`);
  return undefined;
}

function readHandlers(value: unknown, of: string, report: ImportReport): 'all' | readonly string[] | undefined {
  const named = readList(value);
  if (named.length === 0 || named.some((one) => one.toLowerCase() === 'all')) return 'all';
  const handlers = named.map((one) => HANDLERS.get(one.toLowerCase()));
  const kept = handlers.filter((one) => one !== undefined);
  if (kept.length > 0) {
    for (const [at, handler] of handlers.entries())
      if (handler === undefined) report.lost(of, `${named[at]}: there is no handler of this name`);
    return [...new Set(kept)];
  }
  report.lost(of, `left out: there is no handler ${named.join(', ')}`);
  return undefined;
}
