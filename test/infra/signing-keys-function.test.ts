// The deployed signing-keys function against Secrets Manager over HTTP: what CloudFormation, the schedule and an operator
// start at the same moment ends in one set of keys.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSigningKeys } from '../../functions/own-tokens/signing-keys.ts';
import { call, openGuardedStack } from './support/guarded-stack.ts';

interface Summary {
  readonly keys: readonly { readonly kid: string }[];
  readonly created: readonly string[];
}

test('four at once on a secret without a value agree on the keys; four at once that announce lose none', async (t) => {
  const { functions, guard, vault } = await openGuardedStack(t);
  const invoke = async (event: unknown): Promise<Summary> => {
    const answer = await call(functions.SigningKeys, event);
    assert.ok(Array.isArray(answer.keys), JSON.stringify(answer));
    return answer as unknown as Summary;
  };
  const atOnce = (event: unknown) => Promise.all([1, 2, 3, 4].map(() => invoke(event)));
  const kidsOf = ({ keys }: Summary): string[] => keys.map(({ kid }) => kid).sort();
  const secret = () => vault.require('Gatehouse/signing-keys');

  const first = await atOnce({ source: 'aws.events' });
  for (const summary of first) assert.deepEqual(kidsOf(summary), kidsOf(first[0] as Summary));
  assert.equal(first.filter(({ created }) => created.length > 0).length, 1);
  assert.equal(secret().versions.length, 1);

  const second = await atOnce({ rotate: 'now' });
  const announced = kidsOf(second[0] as Summary);
  for (const summary of second) assert.deepEqual(kidsOf(summary), announced);
  for (const kid of kidsOf(first[0] as Summary)) assert.ok(announced.includes(kid), 'no key is lost');
  assert.equal(announced.length, 10);
  assert.equal(secret().versions.length, 2);

  const current = secret().versions.find(({ stages }) => stages.includes('AWSCURRENT'));
  const now = Math.floor(Date.now() / 1000);
  const parsed = parseSigningKeys(current?.secretString ?? '');
  assert.equal(parsed.jwks.keys.length, 10);
  assert.ok(parsed.signer('access-token', 'RS256', now) !== undefined && parsed.signer('end-user-jwt', 'ES256', now) !== undefined);
  assert.deepEqual(guard.denied, []);
});
