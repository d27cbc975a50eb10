// `urn:ietf:params:oauth:grant-type:saml2-bearer`: an identity provider of the tenant vouches for a user (RFC 7522
// sections 2.1 and 3, RFC 7521 section 4.1). The user becomes an end user of the tenant, with the issuer as its store.

import type { SamlIssuerEntry } from '../../configuration/entries/issuer-entry.ts';
import type { EndUser, Tenant } from '../../configuration/model.ts';
import { issuerDomain, parseAssertedName } from '../../configuration/username.ts';
import { mapClaims } from '../../external-issuers/map-claims.ts';
import type { ReplayStore } from '../../storage/stores.ts';
import { claimAssertion } from '../claim-assertion.ts';
import { refuseAssertion, SAML_DESCRIPTIONS } from '../saml/assertion-fault.ts';
import type { Assertion } from '../saml/read-assertion.ts';
import type { VerifiedAssertion } from '../saml/verify-assertion.ts';
import { requireParameter } from '../token-request.ts';
import { describeRefusal } from './describe-refusal.ts';
import { type Redeem, requireTenant } from './grant-variant.ts';

export function createSaml2Bearer({ replays }: { readonly replays: ReplayStore }): Redeem {
  return async ({ parameters, tenant: maybeTenant, nowSeconds, trace }) => {
    const encoded = requireParameter(parameters, 'assertion');
    const tenant = requireTenant({ tenant: maybeTenant });
    // 280 kB of XML that no other request needs.
    const { verifyAssertion } = await import('../saml/verify-assertion.ts');
    return describeRefusal(trace, SAML_DESCRIPTIONS, async () => {
      const verified = verifyAssertion(encoded, tenant, nowSeconds);
      trace.note({ issuer: verified.assertion.issuer });
      const user = userOf(tenant, verified);
      await requireFirstUse(replays, verified);
      // No refresh token, and no access beyond the assertion but for the skew: RFC 7521 section 4.1 advises both.
      return { kind: 'new', tenant, user, renewable: false, notAfterSeconds: verified.endsAtSeconds };
    });
  };
}

function userOf(tenant: Tenant, { assertion, entry }: VerifiedAssertion): EndUser {
  // A NameID that a blank could cut in two is refused, not repaired (A47).
  const name = /\s/.test(assertion.nameId) ? undefined : parseAssertedName(assertion.nameId);
  if (name === undefined) return refuseAssertion('username');
  return { tenant: tenant.name, domain: issuerDomain(assertion.issuer), username: name, id: name, ...mappedClaims(assertion, entry) };
}

/** Roles come from the attribute that the entry names, and from a mapping to `role`. */
function mappedClaims({ attributes }: Assertion, { claims, rolesAttribute }: SamlIssuerEntry) {
  const mapping = Object.entries(claims).map(([local, remote]) => ({ local, remote }));
  const mapped = mapClaims((remote) => oneOrMany(attributes.get(remote)), mapping);
  const asserted = rolesAttribute === undefined ? [] : (attributes.get(rolesAttribute) ?? []);
  return { claims: mapped.claims, roles: [...new Set([...asserted, ...mapped.roles])] };
}

function oneOrMany(values: readonly string[] | undefined): string | readonly string[] | undefined {
  return values?.length === 1 ? values[0] : values;
}

/** Until it expires, and written after the signature is checked (A35, A52). The key is part of it: see jwt-bearer. */
async function requireFirstUse(replays: ReplayStore, { assertion, keyFingerprint, endsAtSeconds }: VerifiedAssertion): Promise<void> {
  const parts = [assertion.issuer, keyFingerprint, assertion.id];
  const isFirst = await claimAssertion(replays, { purpose: 'saml2-bearer', parts, expiresAtSeconds: endsAtSeconds });
  if (!isFirst) refuseAssertion('replayed');
}
