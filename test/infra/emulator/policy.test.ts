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
  const evaluate = (...statements: object[]) => evaluatePolicy(policy(...statements), arn, 0);
  assert.equal(evaluate(statement('Allow', '*')), 'allow');
  assert.equal(evaluate(statement('Allow', '*'), statement('Deny', arn)), 'explicit-deny');
  assert.equal(evaluate(statement('Deny', arn), statement('Allow', '*')), 'explicit-deny');
  assert.equal(evaluate(statement('Allow', `${arn}/b`)), 'implicit-deny');
  assert.equal(evaluate({ ...statement('Allow', '*'), Action: 's3:GetObject' }), 'implicit-deny');
  assert.equal(evaluate({ ...statement('Allow', '*'), Action: 'execute-api:*' }), 'allow');
});

test('a condition on the time ends a statement; any other condition, and one that is none, is malformed', () => {
  const conditioned = (Condition: unknown) =>
    parsePolicy({ Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: '*', Condition }] });
  for (const operator of ['DateLessThan', 'DateLessThanIfExists']) {
    const policy = conditioned({ [operator]: { 'aws:CurrentTime': '2027-01-15T08:00:00Z' } });
    assert.ok(policy !== undefined);
    const endMs = Date.UTC(2027, 0, 15, 8);
    assert.equal(evaluatePolicy(policy, 'arn', endMs - 1), 'allow');
    assert.equal(evaluatePolicy(policy, 'arn', endMs), 'implicit-deny');
  }
  for (const condition of [
    {},
    null,
    'x',
    { DateLessThan: {} },
    { DateLessThan: { 'aws:CurrentTime': 'soon' } },
    { DateLessThan: { 'aws:CurrentTime': 7 } },
    { DateLessThan: { 'aws:EpochTime': '2027-01-15T08:00:00Z' } },
    { DateLessThan: { 'aws:CurrentTime': '2027-01-15T08:00:00Z', 'aws:SourceIp': '192.0.2.1' } },
    { DateGreaterThan: { 'aws:CurrentTime': '2027-01-15T08:00:00Z' } },
    { DateLessThan: { 'aws:CurrentTime': '2027-01-15T08:00:00Z' }, Bool: { 'aws:SecureTransport': 'true' } },
  ])
    assert.equal(conditioned(condition), undefined, JSON.stringify(condition));
});
