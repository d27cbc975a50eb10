// Address networks, by which callers are told apart: an IPv4 address, or the /64 of an IPv6 address, of which every
// host has 2^64 to choose from.

import { isIPv6 } from 'node:net';

export function addressNetwork(address: string): string {
  if (!isIPv6(address)) return address;
  // The URL parser writes IPv6 addresses in one way (RFC 5952), the zone taken off since it is no part of the address.
  const canonical = URL.parse(`http://[${address.replace(/%.*$/, '')}]/`)?.hostname.slice(1, -1) ?? address;
  const [head = '', tail = ''] = canonical.split('::');
  const headGroups = head === '' ? [] : head.split(':');
  const tailGroups = tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - headGroups.length - tailGroups.length }, () => '0');
  const groups = [...headGroups, ...(canonical.includes('::') ? zeros : []), ...tailGroups];
  // IPv4-mapped: the caller is an IPv4 host.
  if (groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff') return groups.slice(6).map(dotted).join('.');
  return `${groups.slice(0, 4).join(':')}::/64`;
}

/** `7f00` → `127.0` */
function dotted(group: string): string {
  const value = Number.parseInt(group, 16);
  return `${value >> 8}.${value & 255}`;
}
