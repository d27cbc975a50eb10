// How much there is beside the tenant that is measured, and in it.

export interface Size {
  /** Other tenants, each with a client and an API. */
  readonly tenants: number;
  /** Grants of others. */
  readonly tokens: number;
  /** Of the tenant that is measured: roles that nobody has, rules before the one that matches, stores after the one that knows the user. */
  readonly roles: number;
  readonly rules: number;
  readonly userstores: number;
  /** Scopes, APIs and issuers that nobody asks for. Absent: none. */
  readonly scopes?: number;
  readonly apis?: number;
  readonly issuers?: number;
}

export const SMALL: Size = { tenants: 0, tokens: 0, roles: 0, rules: 0, userstores: 0 };
export const LARGE: Size = { tenants: 10_000, tokens: 1_000_000, roles: 500, rules: 200, userstores: 50 };

/** A tenant of ten entries and one of a thousand, the six that the measured requests need among them. */
export const TEN: Size = { ...SMALL, roles: 2, scopes: 1, userstores: 1 };
export const THOUSAND: Size = { ...SMALL, roles: 499, scopes: 299, apis: 149, userstores: 25, issuers: 22 };

/** The n-th of the other tenants. */
export const otherTenant = (n: number) => ({ tenant: `other-${n}`, apiId: `o${String(n).padStart(9, '0')}`, clientId: `client-${n}` });
