// Resources: the APIs that a token is for (RFC 8707), each named by the URI in its entry.

import { OAuthError } from '../shared/errors.ts';
import type { Api, Client, ResourceApi, Tenant } from './model.ts';
import { canonicalResource } from './resource-uri.ts';

const MAX_RESOURCES = 10;
/**
 * Parses `resource` (RFC 8707 section 2), which may be sent several times.
 *
 * @param sent all values, with a blank between: no URI has one
 * @throws OAuthError `invalid_target`
 */
export function parseResources(sent: string | undefined): readonly string[] {
  if (sent === undefined) return [];
  const resources = new Set<string>();
  for (const uri of sent.split(' ')) {
    const resource = canonicalResource(uri);
    if (resource === undefined) throw new OAuthError('invalid_target', 'malformed-resource');
    resources.add(resource);
    if (resources.size > MAX_RESOURCES) throw new OAuthError('invalid_target', 'too-many-resources');
  }
  return [...resources];
}

/**
 * Requires that the tenant has an API of each name, and that the client may have tokens for it.
 *
 * @throws OAuthError `invalid_target`
 */
export function requireResources(tenant: Tenant, client: Client, asked: readonly string[]): void {
  for (const resource of asked) {
    const apis = tenant.resources?.get(resource);
    if (apis === undefined) throw new OAuthError('invalid_target', 'unknown-resource');
    const isFor = apis.some((api) => isTenantAllowed(api, tenant.name) && (!api.requireSubscription || isSubscribed(client, api)));
    if (!isFor) throw new OAuthError('invalid_target', 'resource-not-of-this-client');
  }
}

/**
 * Narrows the resources of a grant to those asked (RFC 8707 section 2.2, A140); none asked: all of them.
 *
 * @throws OAuthError `invalid_target` for one that was not granted
 */
export function narrowResources(granted: readonly string[] = [], asked: readonly string[]): readonly string[] {
  if (asked.some((resource) => !granted.includes(resource))) throw new OAuthError('invalid_target', 'resource-not-granted');
  return asked.length === 0 ? granted : asked;
}

/** Whether a tenant may call: the entry lists the tenants, or it is the owner alone. */
export function isTenantAllowed({ tenants, owner }: Pick<Api, 'tenants' | 'owner'>, tenant: string): boolean {
  if (tenants === undefined) return owner === tenant;
  return tenants === '*' || tenants.includes('*') || tenants.includes(tenant);
}

const isSubscribed = (client: Client, { name }: ResourceApi): boolean => Object.hasOwn(client.subscriptions, name);
