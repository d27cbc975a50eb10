// An option as the help and the page of the commands have it.

import type { Option } from './commands/command.ts';

/** `--expire-others-in SECONDS` */
export function writeOption(name: string, { type, takes }: Option): string {
  return `--${name}${type === 'string' ? ` ${takes ?? name.toUpperCase()}` : ''}`;
}

export function explainOption({ explains, choices, multiple }: Option): string {
  const values = choices === undefined ? '' : `: ${choices.join(', ')}`;
  return `${explains}${values}${multiple === true ? ' (may be given more than once)' : ''}`;
}
