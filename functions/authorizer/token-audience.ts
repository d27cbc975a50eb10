// Whether a token is for the API that it is shown to (RFC 8707, RFC 9700 section 2.3, A139).

import type { Api } from '../configuration/model.ts';
import type { AudienceFault } from '../shared/reasons/authorizer.ts';

/**
 * An API with a `resource` takes tokens for it alone, unless its entry says `audience: "any"`; a token with a resource is
 * good for no other API.
 *
 * @param resources what the token is for; empty: no resource. Undefined: the credential is no token of ours.
 */
export function audienceFault({ resource, audience }: Api, resources: readonly string[] | undefined): AudienceFault | undefined {
  if (resources === undefined) return undefined;
  if (resources.length > 0) return resource !== undefined && resources.includes(resource) ? undefined : 'token-for-another-resource';
  return resource === undefined || audience === 'any' ? undefined : 'token-for-no-resource';
}
