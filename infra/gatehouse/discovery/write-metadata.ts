// The document of a protected resource (RFC 9728 section 2), as a mapping template of API Gateway has it.

export interface ResourceMetadata {
  readonly resource: string;
  readonly authorizationServer: string;
  readonly scopes?: readonly string[];
  readonly name?: string;
  readonly documentation?: string;
}

/** What begins a reference or a directive of VTL, and what is not ASCII; never what marks a token of CDK. */
const SPECIAL = /\$(?!\{Token\[)|#|[^\x20-\x7e]/g;

/** JSON in which nothing is more than text to a mapping template ("Set up data transformations in API Gateway" of the guide). */
export function writeMetadata({ resource, authorizationServer, scopes, name, documentation }: ResourceMetadata): string {
  const document = {
    resource,
    authorization_servers: [authorizationServer],
    ...(scopes !== undefined && { scopes_supported: scopes }),
    // RFC 6750 section 2: the others, in the body and in the URL, are read by nobody here.
    bearer_methods_supported: ['header'],
    ...(name !== undefined && { resource_name: name }),
    ...(documentation !== undefined && { resource_documentation: documentation }),
  };
  return JSON.stringify(document).replaceAll(SPECIAL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
