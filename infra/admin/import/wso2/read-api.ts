// An API as API Manager exports it, in one form: `api.yaml` with `type`, `version` and `data` of 4.x, and the API itself in
// `Meta-information/api.yaml` or `.json` of 2.x and 3.x.

import { isMembers, listIn, type Members, membersOf, textIn, textsIn } from '../documents.ts';

export interface ForeignApi {
  readonly name: string;
  readonly version: string | undefined;
  /** `/pizzashack`, or with the version in it. */
  readonly context: string;
  readonly operations: readonly ForeignOperation[];
  readonly scopes: readonly ForeignScope[];
  /** `oauth2`, `basic_auth`, `mutualssl`, `api_key`, and which of them must be there; none: not said. */
  readonly securitySchemes: readonly string[];
}

interface ForeignOperation {
  readonly target: string;
  readonly verb: string;
  readonly isOpen: boolean;
  readonly scopes: readonly string[];
}

/** A scope, and the roles that WSO2 binds it to; none: it is everybody's. */
export interface ForeignScope {
  readonly name: string;
  readonly description: string | undefined;
  readonly roles: readonly string[];
}

/** @returns undefined for a document that is no API */
export function readApi(document: unknown): ForeignApi | undefined {
  const outer = membersOf(document);
  if (outer.type === 'api' && isMembers(outer.data)) return readNew(outer.data);
  return isMembers(outer.id) && textIn(outer.id.apiName) !== undefined ? readOld(outer, outer.id) : undefined;
}

function readNew(data: Members): ForeignApi | undefined {
  const name = textIn(data.name);
  const context = textIn(data.context);
  if (name === undefined || context === undefined) return undefined;
  return {
    name,
    version: textIn(data.version),
    context,
    operations: listIn(data.operations).map(membersOf).map(readOperation),
    scopes: listIn(data.scopes).map(membersOf).flatMap(readScope),
    securitySchemes: textsIn(data.securityScheme),
  };
}

function readOperation({ target, verb, authType, scopes }: Members): ForeignOperation {
  return { target: textIn(target) ?? '/*', verb: textIn(verb) ?? 'GET', isOpen: authType === 'None', scopes: textsIn(scopes) };
}

function readScope(listed: Members): readonly ForeignScope[] {
  const scope = isMembers(listed.scope) ? listed.scope : listed;
  const name = textIn(scope.name) ?? textIn(scope.id);
  return name === undefined
    ? []
    : [{ name, description: textIn(scope.description) ?? textIn(scope.displayName), roles: textsIn(scope.bindings) }];
}

function readOld(api: Members, id: Members): ForeignApi | undefined {
  const context = textIn(api.contextTemplate) ?? textIn(api.context);
  if (context === undefined) return undefined;
  return {
    name: String(id.apiName),
    version: textIn(id.version),
    context,
    operations: listIn(api.uriTemplates).map(membersOf).flatMap(readUriTemplate),
    scopes: listIn(api.scopes).map(membersOf).flatMap(readOldScope),
    securitySchemes: (textIn(api.apiSecurity) ?? '').split(',').filter((scheme) => scheme !== ''),
  };
}

function readUriTemplate(template: Members): readonly ForeignOperation[] {
  const target = textIn(template.uriTemplate);
  if (target === undefined) return [];
  const keys = [template.scope, ...listIn(template.scopes)].flatMap((scope) => textIn(membersOf(scope).key) ?? []);
  const verb = textIn(template.httpVerb) ?? textIn(template.HTTPVerb) ?? 'GET';
  return [{ target, verb, isOpen: template.authType === 'None', scopes: [...new Set(keys)] }];
}

/** Roles are one text with commas. */
function readOldScope(scope: Members): readonly ForeignScope[] {
  const name = textIn(scope.key) ?? textIn(scope.name);
  const roles = (textIn(scope.roles) ?? '').split(',').map((role) => role.trim());
  return name === undefined ? [] : [{ name, description: textIn(scope.description), roles: roles.filter((role) => role !== '') }];
}
