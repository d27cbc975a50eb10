// IAM's wildcards in an authorizer's policy (infra/emulator/README.md, "Caching"), against a naive matcher for random
// patterns.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { evaluatePolicy, matchesWildcard, parsePolicy } from '../../../infra/emulator/gateway/policy.ts';

/** Right by its shape, and exponential. */
function naive(pattern: string, value: string): boolean {
  if (pattern === '') return value === '';
  if (pattern[0] === '*') return naive(pattern.slice(1), value) || (value !== '' && naive(pattern, value.slice(1)));
  return value !== '' && (pattern[0] === '?' || pattern[0] === value[0]) && naive(pattern.slice(1), value.slice(1));
}

test('wildcards: * crosses slashes, ? stands for one character, nothing else is special', () => {
  assert.equal(matchesWildcard('a/*/c', 'a/b/x/c'), true);
  assert.equal(matchesWildcard('a/?', 'a/'), false);
  assert.equal(matchesWildcard('a.c', 'abc'), false);
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '?'), maxLength: 9 });
  const values = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*'), maxLength: 9 });
  fc.assert(fc.property(letters, values, (pattern, value) => matchesWildcard(pattern, value) === naive(pattern, value)));
});

test('a pattern of many stars is no denial of service', () => {
  const startedAt = performance.now();
  assert.equal(matchesWildcard(`${'*a'.repeat(200)}b`, 'a'.repeat(2000)), false);
  assert.ok(performance.now() - startedAt < 2000);
});

test('Deny wins whatever the order; without an Allow the answer is no', () => {
  const statement = (effect: string, resource: string) => ({ Action: 'execute-api:Invoke', Effect: effect, Resource: resource });
  const policy = (...statements: object[]) => parsePolicy({ Version: '2012-10-17', Statement: statements }) ?? [];
  const arn = 'arn:aws:execute-api:us-east-1:123456789012:abc/prod/GET/a';
  assert.equal(evaluatePolicy(policy(statement('Allow', '*')), arn), 'allow');
  assert.equal(evaluatePolicy(policy(statement('Allow', '*'), statement('Deny', arn)), arn), 'explicit-deny');
  assert.equal(evaluatePolicy(policy(statement('Deny', arn), statement('Allow', '*')), arn), 'explicit-deny');
  assert.equal(evaluatePolicy(policy(statement('Allow', `${arn}/b`)), arn), 'implicit-deny');
  assert.equal(evaluatePolicy(policy({ ...statement('Allow', '*'), Action: 's3:GetObject' }), arn), 'implicit-deny');
  assert.equal(evaluatePolicy(policy({ ...statement('Allow', '*'), Action: 'execute-api:*' }), arn), 'allow');
});
