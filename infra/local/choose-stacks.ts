// Which stacks of an app are run: those that `--stack` names with all that they need, else all. One Gatehouse may be among them; where there is none,
// the app protects its APIs by that of another app.

import { isRecord } from '../emulator/template/json.ts';
import type { SynthesisedStack } from './read-assembly.ts';

/** Each deployment of Gatehouse has one. */
const MARK = 'Custom::GatehouseSigningKeys';

export function hasGatehouse({ template }: Pick<SynthesisedStack, 'template'>): boolean {
  const resources = isRecord(template) && isRecord(template.Resources) ? Object.values(template.Resources) : [];
  return resources.some((resource) => isRecord(resource) && resource.Type === MARK);
}

const isNamed = ({ name, displayName }: SynthesisedStack, wanted: string): boolean => name === wanted || displayName === wanted;
const listOf = (stacks: readonly SynthesisedStack[]): string => stacks.map(({ displayName }) => displayName).join(', ') || 'none';

/**
 * @param all in the order in which one needs the other
 * @param wanted names; none: all
 * @throws Error that says what to name
 */
export function chooseStacks(all: readonly SynthesisedStack[], wanted: readonly string[]): SynthesisedStack[] {
  const unknown = wanted.filter((name) => !all.some((stack) => isNamed(stack, name)));
  if (unknown.length > 0) throw new Error(`There is no stack ${unknown.join(', ')}; the app has ${listOf(all)}.`);
  if (all.length === 0) throw new Error('The app has no stack.');
  const chosen = wanted.length === 0 ? [...all] : all.filter((stack) => wanted.some((name) => isNamed(stack, name)));
  const ours = chosen.filter(hasGatehouse);
  if (ours.length > 1)
    throw new Error(
      `Several stacks have a Gatehouse of their own: ${listOf(ours)}. Choose those that belong together: --stack NAME, as often as needed.`,
    );
  return chosen;
}
