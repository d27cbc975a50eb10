// An API as clients find it that know nothing but its URL (RFC 9728): the URI that tokens are for, the document that says
// who gives them, and where that document is.

import { Token } from 'aws-cdk-lib/core';
import * as v from 'valibot';
import { contextPath, discoveryUrl, httpsUrl, listOf, scopeToken, text } from '../../../functions/configuration/entries/fields.ts';
import { RESOURCE_METADATA_PATH, writeResourceMetadata } from '../../../functions/configuration/resource-metadata.ts';
import { ownIssuerOf } from '../../../functions/shared/token-paths.ts';

export interface ProtectedResourceProps {
  /**
   * Where the root of the API answers: `https://api.example.com` of a custom domain, with the base path of its mapping behind
   * it where it has one. Default: the address of the stage.
   */
  readonly url?: string;
  /** What clients are given, below `url`: `/mcp`. Both together are the canonical URI of the API. Default: the root. */
  readonly path?: string;
  /** Scopes that the API knows (`scopes_supported`). Default: none are named. */
  readonly scopes?: readonly string[];
  /** Those of them that a client is to ask for first: the 401 says so. Default: all of `scopes`. */
  readonly firstScopes?: readonly string[];
  /**
   * Who gives tokens for it: `own`, the issuer of the tenant's own (its entry says `issuer: "own"`); `shared`, the issuer of
   * the deployment; or the URL of an issuer. Default: `own`.
   */
  readonly authorizationServer?: string;
  /** Its name for people (`resource_name`). Default: none. */
  readonly name?: string;
  /** A page for developers (`resource_documentation`). Default: none. */
  readonly documentation?: string;
}

/** What the construct knows of the API and of the deployment. */
export interface ResourceSurroundings {
  /** Address of the stage. Undefined: it answers nobody, or is not known. */
  readonly stageUrl: string | undefined;
  /** Whose API it is. */
  readonly tenant: string | undefined;
  /** Of the deployment. Undefined: not known here. */
  readonly issuer: string | undefined;
}

export interface ProtectedResource {
  /** The API's canonical URI (RFC 8707): `resource` of its entry. */
  readonly uri: string;
  /** Where clients are sent for the document. */
  readonly metadataUrl: string;
  /** Where the API serves it, below its root. */
  readonly paths: readonly string[];
  /** The document, as JSON. */
  readonly document: string;
  /** Parameters of the challenge in 401 (RFC 6750 section 3, RFC 9728 section 5.1). */
  readonly challenge: string;
  /** What the `api#` entry says of it. */
  readonly entry: { readonly resource: string; readonly discovery: DiscoveryAttributes };
}

interface DiscoveryAttributes {
  readonly metadataUrl: string;
  readonly authorizationServer: string;
  readonly scopes?: readonly string[];
  readonly name?: string;
  readonly documentation?: string;
}

/** @throws Error that names the property */
export function openProtectedResource(props: ProtectedResourceProps, surroundings: ResourceSurroundings): ProtectedResource {
  requireProps(props);
  const { path = '', scopes = [], firstScopes = scopes, name, documentation } = props;
  const url = props.url ?? surroundings.stageUrl;
  if (url === undefined) throw new Error('resource: say url, where the root of the API answers: there is no address of a stage to take.');
  const uri = `${url}${path}`;
  // Where the URL of the root has a path, the place of RFC 9728 section 3.1 is above it, where the API answers nothing:
  // clients are told this one, by the challenge (section 5.1).
  const metadataUrl = `${url}${RESOURCE_METADATA_PATH}${path}`;
  const authorizationServer = findAuthorizationServer(props, surroundings);
  const described = {
    ...(scopes.length > 0 && { scopes }),
    ...(name !== undefined && { name }),
    ...(documentation !== undefined && { documentation }),
  };
  const asked = firstScopes.length === 0 ? '' : `, scope="${firstScopes.join(' ')}"`;
  return {
    uri,
    metadataUrl,
    paths: path === '' ? [RESOURCE_METADATA_PATH] : [RESOURCE_METADATA_PATH, `${RESOURCE_METADATA_PATH}${path}`],
    document: writeResourceMetadata({ resource: uri, authorizationServer, ...described }),
    challenge: `${asked}, resource_metadata="${metadataUrl}"`,
    entry: { resource: uri, discovery: { metadataUrl, authorizationServer, ...described } },
  };
}

function findAuthorizationServer(
  { authorizationServer = 'own' }: ProtectedResourceProps,
  { tenant, issuer }: ResourceSurroundings,
): string {
  if (authorizationServer !== 'own' && authorizationServer !== 'shared') return authorizationServer;
  if (issuer === undefined)
    throw new Error(
      `resource: authorizationServer ${authorizationServer} needs the issuer of the Gatehouse. Say issuer in its attributes.`,
    );
  if (authorizationServer === 'shared') return issuer;
  if (tenant === undefined)
    throw new Error("resource: authorizationServer own needs tenant, whose issuer it is. Say tenant, or authorizationServer: 'shared'.");
  return ownIssuerOf(issuer, tenant);
}

/** Apostrophes end a value of a parameter mapping of API Gateway. */
const url = v.pipe(
  discoveryUrl,
  v.check((value) => !value.includes("'") && !value.endsWith('/'), 'no apostrophe, and no slash at its end'),
);

const scopes = v.optional(
  listOf(
    v.pipe(
      scopeToken,
      v.check((scope) => !scope.includes("'"), 'no apostrophe'),
    ),
    50,
  ),
);

const FIELDS = {
  url: v.optional(url),
  path: v.optional(contextPath),
  scopes,
  firstScopes: scopes,
  authorizationServer: v.optional(v.union([v.picklist(['own', 'shared']), url], 'own, shared, or the URL of an issuer')),
  name: v.optional(text(128)),
  documentation: v.optional(httpsUrl),
} as const satisfies Record<keyof ProtectedResourceProps, v.GenericSchema>;

/** What CloudFormation alone knows is not looked at. */
function requireProps(props: ProtectedResourceProps): void {
  const unknown = Object.keys(props).find((name) => !Object.hasOwn(FIELDS, name));
  if (unknown !== undefined) throw new Error(`resource: there is no property ${unknown}; there are ${Object.keys(FIELDS).join(', ')}.`);
  for (const name of Object.keys(FIELDS) as (keyof ProtectedResourceProps)[]) {
    if (Token.isUnresolved(props[name])) continue;
    const { issues } = v.safeParse(FIELDS[name], props[name]);
    if (issues !== undefined) throw new Error(`resource: ${name}: expected ${issues[0].message}.`);
  }
  const { scopes: known = [], firstScopes = [] } = props;
  const strange = firstScopes.find((scope) => !known.includes(scope));
  if (strange !== undefined) throw new Error(`resource: firstScopes: ${strange} is not among scopes.`);
}
