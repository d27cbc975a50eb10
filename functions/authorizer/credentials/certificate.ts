// The client certificate of the connection (RFC 8705 calls it mutual TLS), verified by API Gateway against the trust
// store of the domain, and read from API Gateway's own context alone (A74). What it says is read from the certificate
// itself (A110). Its CN names a user, who must exist.

import type { Api, Tenant } from '../../configuration/model.ts';
import { parseUsername, type Username } from '../../configuration/username.ts';
import type { CredentialRefusal } from '../../shared/reasons/authorizer.ts';
import type { TenantStore } from '../../storage/stores.ts';
import type { UserFinder } from '../../userstores/userstore.ts';
import type { ClientCertificate } from '../authorizer-request.ts';
import { isExemptPath } from '../match-rules.ts';
import { chooseRuleMatch } from '../resource-rules.ts';
import type { RuleMatch } from '../rule-match.ts';
import { type Authentication, type AuthenticationCase, type CredentialHandler, refused } from './index.ts';

export interface CertificateDependencies {
  readonly tenants: TenantStore;
  /** Opened when the first certificate comes. */
  readonly userstores: () => Promise<UserFinder>;
}

export function createCertificate(dependencies: CertificateDependencies): CredentialHandler {
  return {
    name: 'certificate',
    authenticate(given) {
      const { clientCertificate } = given.request;
      // An API whose entry says nothing of certificates takes none, whatever the domain in front of it does.
      const isTaken = given.matches.some(({ api }) => api.certificates !== undefined);
      return clientCertificate !== undefined && isTaken ? authenticate(dependencies, clientCertificate, given) : undefined;
    },
  };
}

async function authenticate(
  { tenants, userstores }: CertificateDependencies,
  { pem }: ClientCertificate,
  given: AuthenticationCase,
): Promise<Authentication> {
  const { commonNameOf, isCurrent, readCertificate } = await import('../../keys/client-certificate.ts');
  const certificate = readCertificate(pem);
  if (certificate === undefined) return refused('client-certificate-malformed');
  if (!isCurrent(certificate, given.nowSeconds)) return refused('client-certificate-expired');
  const username = parseCommonName(commonNameOf(certificate.subject));
  if (username === undefined) return refused('certificate-names-nobody');
  // `john` without a tenant is a user of the one who owns the API: all entries for a path are one tenant's.
  const tenantName = username.tenant ?? given.matches[0]?.api.owner ?? '';
  const fault = issuerFault(commonNameOf(certificate.issuer), chooseRuleMatch(given.matches, tenantName), given);
  if (fault !== undefined) return refused(fault);
  const tenant = await tenants.findTenant(tenantName);
  if (tenant?.status !== 'active') return refused(tenant === undefined ? 'no-such-tenant' : 'tenant-suspended');
  return findPrincipal(await userstores(), { tenant, username, endsAtSeconds: Math.floor(certificate.validToMs / 1000) });
}

/**
 * A name that is a user's as it stands. `ｊｏｈｎ` in full width is `john` to whoever types it, and `／` a slash, but to a CA
 * they are names that somebody else may have asked for: one that compatibility would turn into another is nobody's (A75).
 */
function parseCommonName(commonName: string | undefined): Username | undefined {
  if (commonName === undefined || commonName.normalize('NFC') !== commonName.normalize('NFKC')) return undefined;
  return parseUsername(commonName);
}

/** Finds why this certificate is not one of those that the entry takes. */
function issuerFault(
  issuer: string | undefined,
  match: RuleMatch | undefined,
  { request }: AuthenticationCase,
): CredentialRefusal | undefined {
  // No entry lets the tenant in: that is said when it is known who calls.
  if (match === undefined) return undefined;
  const { certificates } = match.api;
  if (certificates === undefined) return 'no-certificates-here';
  if (!certificates.validateIssuer || isExemptPath(match.api, request)) return undefined;
  return issuer !== undefined && isListed(certificates, issuer) ? undefined : 'issuer-not-listed';
}

function isListed({ issuerCns }: NonNullable<Api['certificates']>, issuer: string): boolean {
  return issuerCns.includes(issuer);
}

interface NamedUser {
  readonly tenant: Tenant;
  readonly username: Username;
  /** End of the certificate. */
  readonly endsAtSeconds: number;
}

async function findPrincipal(
  userstores: UserFinder,
  { tenant, username: { domain, name }, endsAtSeconds }: NamedUser,
): Promise<Authentication> {
  const found = await userstores.findUser(tenant, { domain, name });
  if (found.kind === 'unknown') return refused('unknown-user');
  if (found.kind === 'refused') return found;
  return { kind: 'authenticated', principal: { handler: 'certificate', tenant, user: found.user, endsAtSeconds } };
}
