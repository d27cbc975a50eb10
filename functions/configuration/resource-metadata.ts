// The document of a protected API, by which clients find who gives tokens for it (RFC 9728 section 2).

/** Where it is, below the root of the API (RFC 9728 section 3.1). */
export const RESOURCE_METADATA_PATH = '/.well-known/oauth-protected-resource';

export interface DescribedResource {
  /** Canonical URI of the API. */
  readonly resource: string;
  /** Its issuer. */
  readonly authorizationServer: string;
  /** Absent, or none: the document names none. */
  readonly scopes?: readonly string[] | undefined;
  readonly name?: string | undefined;
  readonly documentation?: string | undefined;
}

/** As JSON. */
export function writeResourceMetadata({ resource, authorizationServer, scopes = [], name, documentation }: DescribedResource): string {
  return JSON.stringify({
    resource,
    authorization_servers: [authorizationServer],
    // RFC 9728 section 3.2: what has no elements is left out.
    ...(scopes.length > 0 && { scopes_supported: scopes }),
    // RFC 6750 section 2: the others, in the body and in the URL, are read by nobody here.
    bearer_methods_supported: ['header'],
    ...(name !== undefined && { resource_name: name }),
    ...(documentation !== undefined && { resource_documentation: documentation }),
  });
}
