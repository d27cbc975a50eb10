// Where the user is who logs in through an application. API Gateway sees the application's server, from which all of its
// users come; only a client whose entry says so is asked, and believed, where its user is (A92).

import { isIP } from 'node:net';
import type { Client } from '../configuration/model.ts';
import { OAuthError } from '../shared/errors.ts';
import type { LoginRequest } from '../userstores/login-request.ts';

/**
 * Address to count a login by, of a client that has authenticated. From any other than such a client the header is ignored,
 * whatever it holds.
 *
 * @param endUserAddresses all values of `Gatehouse-End-User-Address`
 * @throws OAuthError `invalid_request` where the client sends anything but one IPv4 or IPv6 address
 */
export function loginAddress(
  client: Pick<Client, 'sendsEndUserAddress'>,
  { sourceAddress, endUserAddresses }: { readonly sourceAddress: string; readonly endUserAddresses: readonly string[] },
): Pick<LoginRequest, 'sourceAddress' | 'addressSpeaksForMany'> {
  const [address, ...more] = client.sendsEndUserAddress ? endUserAddresses : [];
  if (address === undefined) return { sourceAddress, addressSpeaksForMany: true };
  // A zone means something on one host alone.
  if (more.length > 0 || isIP(address) === 0 || address.includes('%')) throw new OAuthError('invalid_request', 'bad-end-user-address');
  return { sourceAddress: address, addressSpeaksForMany: false };
}
