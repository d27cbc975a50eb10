// Which stacks of an app are run, and what is said where that can't be known.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseStacks } from '../../../infra/local/choose-stacks.ts';
import type { SynthesisedStack } from '../../../infra/local/read-assembly.ts';

const stack = (name: string, hasGatehouse: boolean, displayName = name): SynthesisedStack => ({
  name,
  displayName,
  assets: new Map(),
  template: { Resources: hasGatehouse ? { Keys: { Type: 'Custom::GatehouseSigningKeys' } } : {} },
});

const namesOf = (stacks: readonly SynthesisedStack[]): readonly string[] => stacks.map(({ name }) => name);

test('all stacks are run where one Gatehouse is among them', () => {
  assert.deepEqual(namesOf(chooseStacks([stack('Platform', true), stack('Orders', false)], [])), ['Platform', 'Orders']);
});

test('a stack whose Gatehouse is that of another app is run as well', () => {
  assert.deepEqual(namesOf(chooseStacks([stack('Dev', true), stack('Web', false)], ['Web'])), ['Web']);
});

test('--stack chooses by the name of the stack and by its name within a stage', () => {
  const all = [stack('Dev-Platform', true, 'Dev/Platform'), stack('Prod-Platform', true, 'Prod/Platform')];
  assert.deepEqual(namesOf(chooseStacks(all, ['Dev/Platform'])), ['Dev-Platform']);
  assert.deepEqual(namesOf(chooseStacks(all, ['Prod-Platform'])), ['Prod-Platform']);
});

test('each choice that can’t be is one line that says what there is', () => {
  const all = [stack('Dev', true), stack('Prod', true), stack('Web', false)];
  assert.throws(() => chooseStacks(all, []), /Several stacks have a Gatehouse of their own: Dev, Prod\. .*--stack NAME/);
  assert.throws(() => chooseStacks(all, ['Test']), /There is no stack Test; the app has Dev, Prod, Web\./);
  assert.throws(() => chooseStacks([], []), /The app has no stack\./);
});
