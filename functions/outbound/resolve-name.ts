// Host name → addresses, by DNS (RFC 1035, 3596) and without the thread pool: a name whose server never answers must
// neither hold back other tenants' names nor the password hashes, which getaddrinfo would.

import { Resolver } from 'node:dns/promises';

/** @throws any error where the name has no address, or none in time */
export type ResolveName = (hostname: string, timeoutMs: number) => Promise<readonly string[]>;

/**
 * `localhost` and names below it are the machine itself (RFC 6761 section 6.3); no other name is read from a hosts file.
 *
 * @param servers of DNS; absent: those of the system
 */
export function createResolveName(servers?: readonly string[]): ResolveName {
  return async (hostname, timeoutMs) => {
    const name = hostname.replace(/\.$/, '').toLowerCase();
    if (name === 'localhost' || name.endsWith('.localhost')) return ['127.0.0.1', '::1'];
    const resolver = new Resolver({ timeout: Math.max(1, Math.ceil(timeoutMs / 2)), tries: 2 });
    if (servers !== undefined) resolver.setServers(servers);
    // Both families, since each address that a name has must be checked. A family that the name lacks is an error of its own.
    const [ipv4, ipv6] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    const addresses = [ipv4, ipv6].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (addresses.length === 0) throw ipv4.status === 'rejected' ? ipv4.reason : new Error('no address');
    return addresses;
  };
}
