// Writes what a large deployment has, in batches and straight to the tables.

import { createHash, randomBytes } from 'node:crypto';
import { attributesOf } from '../../../functions/storage/aws/attribute-value.ts';
import type { Item } from '../../../functions/storage/aws/dynamodb.ts';
import { SECRET } from '../end-to-end/secret.ts';
import { otherTenant, type Size } from './size.ts';

const BATCH = 25;
const AT_ONCE = 8;

export async function fillTables(endpoint: string, { tenants, tokens }: Size): Promise<void> {
  const sha256 = createHash('sha256').update(SECRET).digest('hex');
  await writeItems(endpoint, 'Tenants', tenants * 3, (n) => tenantItem(Math.floor(n / 3), n % 3));
  await writeItems(endpoint, 'Clients', tenants, (n) => {
    const { tenant, clientId } = otherTenant(n);
    return { clientId, tenant, secrets: [{ sha256 }], grantTypes: ['client_credentials'], scopes: ['order:write'] };
  });
  await writeItems(endpoint, 'Tokens', tokens, grantItem);
}

function tenantItem(n: number, part: number): Item {
  const { tenant, apiId } = otherTenant(n);
  const api = { apiId, stage: 'prod', context: '/orders/1.0.0', resources: [{ path: '/order', methods: ['POST'] }] };
  const entries = [{ entry: 'tenant', displayName: tenant }, { entry: 'scope#order:write' }, { entry: 'api#orders', ...api }] as const;
  return { tenant, ...(entries[part] ?? entries[0]) };
}

/** As large as a grant of a user is. */
function grantItem(n: number): Item {
  const bytes = randomBytes(48).toString('base64url');
  const { tenant, clientId } = otherTenant(n % 10_000);
  return {
    ...{
      id: `grant#${bytes.slice(0, 22)}`,
      tenant,
      clientId,
      grantType: 'password',
      generation: 0,
      digest: bytes,
      userKey: `${tenant}#${n}`,
    },
    ...{
      user: { tenant, username: `user-${n}`, roles: ['customer'], claims: { emailaddress: `user-${n}@example.org` } },
      scopes: ['order:write'],
    },
    ...{ issuedAt: 1_796_000_000, expiresAt: 1_999_000_000, refresh: { digest: bytes, expiresAtSeconds: 1_999_000_000 } },
  };
}

/** Writes as many items as are said, some batches at once. */
export async function writeItems(endpoint: string, table: string, count: number, itemOf: (n: number) => Item): Promise<void> {
  let next = 0;
  const writer = async (): Promise<void> => {
    while (next < count) {
      const first = next;
      next = Math.min(count, first + BATCH);
      const items = Array.from({ length: next - first }, (_, at) => itemOf(first + at));
      await writeBatch(endpoint, `Gatehouse-${table}`, items);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, writer));
}

async function writeBatch(endpoint: string, table: string, items: readonly Item[]): Promise<void> {
  const headers = {
    'Content-Type': 'application/x-amz-json-1.0',
    'X-Amz-Target': 'DynamoDB_20120810.BatchWriteItem',
    // The embedded DynamoDB wants a signature and doesn't look at it.
    Authorization: 'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00',
    'X-Amz-Date': '20260101T000000Z',
  };
  const RequestItems = { [table]: items.map((item) => ({ PutRequest: { Item: attributesOf(item) } })) };
  const send = () => fetch(endpoint, { method: 'POST', headers, body: JSON.stringify({ RequestItems }) });
  // A kept connection may end under a request: the same items once more are the same items.
  const response = await send().catch(send);
  if (!response.ok) throw new Error(`The tables can't be filled: ${response.status} ${await response.text()}`);
  await response.arrayBuffer();
}
