// What a large tenant has beside the entries that the measured requests need: as long as such entries are in use.

import type { Item } from '../../../functions/storage/aws/dynamodb.ts';
import type { Size } from './size.ts';

const RULES_OF_AN_API = 8;
/** Every fifth API is known to clients by its URI. */
const APIS_TO_A_RESOURCE = 5;

/** Roles that nobody has, stores that nobody is asked for, and so on. */
export function tenantEntries({ roles, userstores, scopes = 0, apis = 0, issuers = 0 }: Size): readonly Item[] {
  const each = (count: number, make: (n: number) => Item): Item[] => Array.from({ length: count }, (_, n) => make(n));
  return [
    ...each(roles, (n) => ({ entry: `role#role-${n}`, permissions: [`/permission/area-${n}/read`, `/permission/area-${n}/write`] })),
    ...each(userstores, (n) => ({ entry: `userstore#STORE${n}`, type: 'rest', priority: n + 1, url: `https://users-${n}.example/login` })),
    ...each(scopes, (n) => ({
      ...{ entry: `scope#area-${n}:write`, permissions: [`/permission/area-${n}/write`], description: `Change what is in area ${n}` },
    })),
    ...each(apis, apiEntry),
    ...each(issuers, (n) => ({
      ...{ entry: `issuer#https://idp-${n}.example/realms/x`, type: 'jwt', use: ['jwt-bearer'], usernameClaim: 'preferred_username' },
      ...{ jwksUri: `https://idp-${n}.example/realms/x/keys`, audiences: ['https://issuer.example/v1'], algorithms: ['RS256'] },
    })),
  ];
}

function apiEntry(n: number): Item {
  return {
    ...{ entry: `api#area-${n}`, apiId: `x${String(n).padStart(9, '0')}`, stage: 'prod', context: `/area-${n}/1.0.0` },
    ...(n % APIS_TO_A_RESOURCE === 0 && { resource: `https://api.example/area-${n}` }),
    resources: Array.from({ length: RULES_OF_AN_API }, (_, rule) => ({
      ...{ path: `/things-${rule}/{id}`, methods: ['GET', 'PUT'], scopes: [`area-${n}:write`] },
    })),
  };
}
