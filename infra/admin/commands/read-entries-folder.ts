// The folder of `plan` and `apply`, read whole or refused whole.

import { FolderNotReadable } from '../folders/entry-document.ts';
import { readGivenValues } from '../folders/given-values.ts';
import { readFolder } from '../folders/read-folder.ts';
import { createFindVariable } from '../folders/variables.ts';
import type { OperatorItem } from '../operator-item.ts';
import { CommandFailed, listOption, type Operator, type Option, type Options, textOption } from './command.ts';
import { counted } from './counted.ts';

export const FOLDER_OPTIONS: Readonly<Record<string, Option>> = {
  values: {
    type: 'string',
    takes: 'FILE',
    explains: 'a JSON or YAML file with values of variables: {"apiId.orders": "a1b2c3d4e5"}; they go before outputs and environment',
  },
  outputs: {
    type: 'string',
    multiple: true,
    takes: 'STACK',
    explains: 'a stack with APIs, whose outputs variables mean too; else those of the stack of Gatehouse alone',
  },
  prune: {
    type: 'boolean',
    explains: 'also delete what the tenants of the folder have beyond it, in the tables of which it has entries of theirs',
  },
};

/** @throws CommandFailed with the faults of all files at once */
export async function readEntriesFolder(operator: Operator, typed: string, options: Options): Promise<readonly OperatorItem[]> {
  const valuesOption = textOption(options, 'values');
  const valuesFile = valuesOption === undefined ? undefined : operator.pathOf(valuesOption);
  const { items, faults } = await readOrRefuse(async () => {
    const given = valuesFile === undefined ? {} : await readGivenValues(valuesFile);
    const openVariables = async (needsOutputs: boolean) => {
      const outputs = needsOutputs ? await findOutputs(operator, listOption(options, 'outputs')) : {};
      return createFindVariable({ stackName: operator.stackName, environment: operator.environment, outputs, given });
    };
    return await readFolder(operator.pathOf(typed), { openVariables, valuesFile });
  });
  if (faults.length > 0) throw new CommandFailed([...faults, `${counted(faults.length, 'fault')}. Nothing was written.`].join('\n'));
  if (items.length === 0) throw new CommandFailed(`${typed}: has no .json or .yaml file with an entry.`);
  return items;
}

async function readOrRefuse<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof FolderNotReadable) throw new CommandFailed(error.message);
    throw error;
  }
}

/** Of the stack and of those that are named besides. @throws CommandFailed where one can't be read, or two say different things */
async function findOutputs({ findStackOutputs }: Operator, stacks: readonly string[]) {
  const all: Record<string, string> = {};
  const own = await findStackOutputs();
  if (own === undefined && stacks.length === 0) return undefined;
  for (const [stack, outputs] of [
    ['', own ?? {}] as const,
    ...(await Promise.all(stacks.map(async (name) => [name, await findStackOutputs(name)] as const))),
  ]) {
    if (outputs === undefined)
      throw new CommandFailed(`The outputs of the stack ${stack} can't be read: there is none, no right to see it, or no answer.`);
    for (const [key, value] of Object.entries(outputs)) {
      if (Object.hasOwn(all, key) && all[key] !== value)
        throw new CommandFailed(`${key} is an output of two stacks, and says two things: leave one of them out of --outputs.`);
      all[key] = value;
    }
  }
  return all;
}
