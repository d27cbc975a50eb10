// What an operator is asked: whether something is to end, and secrets.

import type { Operator } from './commands/command.ts';
import { UsageFailed } from './commands/command.ts';
import type { Terminal } from './terminal.ts';

/** Whether an answer to `[y/N]` means yes. */
const isYes = (answer: string): boolean => /^y(es)?$/i.test(answer.trim());

/** What is said where there is nobody to ask. */
const CANT_ASK = 'Nobody can be asked here, since this is no terminal: add --yes. Nothing was done.';

/** @param isAnswered whether --yes is there */
export function createConfirm(terminal: Terminal, isAnswered: boolean): Operator['confirm'] {
  return async (question) => {
    if (isAnswered) return true;
    if (!terminal.isInteractive) throw new UsageFailed(`${question} ${CANT_ASK}`);
    return isYes(await terminal.ask(`${question} [y/N] `, false));
  };
}

export function createReadSecret(terminal: Terminal): Operator['readSecret'] {
  return async (prompt) => {
    if (terminal.isInteractive) return terminal.ask(`${prompt}: `, true);
    // One line end belongs to how it was passed, not to the secret.
    return (await terminal.readInput()).replace(/\r?\n$/, '');
  };
}
