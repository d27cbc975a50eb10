// `entry = "api#<name>"`: an API of API Gateway, who may call it, and the rules of its resources.

import * as v from 'valibot';
import {
  apiId,
  contextPath,
  discoveryUrl,
  httpsUrl,
  listOf,
  offByDefault,
  onByDefault,
  resourceUri,
  scopeToken,
  someString,
  stageName,
  tenantName,
  text,
} from './fields.ts';
import { permissions } from './role-and-scope-entries.ts';

/** The methods that a rule may name: `*` of IAM has no meaning here, and `all` covers every one of them. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** Template segments `{id}` stand for one segment, a trailing `/*` for any number of them. */
const pathTemplate = v.pipe(
  someString,
  v.maxLength(512, 'at most 512 characters'),
  v.regex(/^(\/|(\/(\{[A-Za-z0-9_.-]{1,64}\}|[A-Za-z0-9._~!$&'()+,=:@-]{1,128}))+(\/\*)?|\/\*)$/, 'a path such as /order/{id} or /order/*'),
);

const handler = v.pipe(
  someString,
  v.regex(/^(oauth2|basic|certificate|lambda:[A-Za-z0-9_-]{1,64})$/, 'oauth2, basic, certificate or lambda:<name>'),
);

const resourceRule = v.object({
  path: pathTemplate,
  methods: v.optional(
    v.union(
      [v.literal('all'), v.pipe(listOf(v.picklist(METHODS), METHODS.length), v.minLength(1))],
      'all, or a list of methods in capitals',
    ),
    'all',
  ),
  secure: onByDefault,
  handlers: v.optional(v.union([v.literal('all'), v.pipe(listOf(handler, 8), v.minLength(1))], 'all, or a list of handlers'), 'all'),
  scopes: v.optional(listOf(scopeToken, 50), []),
  permissions: v.optional(permissions, []),
});

/** What the document of the API says (RFC 9728 section 2), and where it is: clients find by it who signs users in. */
const discovery = v.object({
  metadataUrl: discoveryUrl,
  authorizationServer: v.optional(discoveryUrl),
  scopes: v.optional(listOf(scopeToken, 50), []),
  name: v.optional(text(128)),
  documentation: v.optional(httpsUrl),
});

export const apiEntry = v.object({
  apiId,
  stage: stageName,
  context: v.optional(contextPath),
  resource: v.optional(resourceUri),
  audience: v.optional(v.literal('any', 'any, or no audience at all')),
  discovery: v.optional(discovery),
  version: v.optional(text(64)),
  caseSensitivePaths: offByDefault,
  tenants: v.optional(v.union([v.literal('*'), listOf(v.union([v.literal('*'), tenantName]), 1000)], '* or a list of tenants')),
  requireSubscription: offByDefault,
  countTiers: offByDefault,
  resources: v.optional(listOf(resourceRule, 300), []),
  certificates: v.optional(
    v.object({
      validateIssuer: onByDefault,
      issuerCns: v.optional(listOf(text(256), 50), []),
      exemptPaths: v.optional(listOf(pathTemplate, 50), []),
    }),
  ),
});

export type ApiEntry = v.InferOutput<typeof apiEntry>;
export type ResourceRule = v.InferOutput<typeof resourceRule>;
