// What is found when entries are looked at against each other.

import type { EntryFault } from '../../../functions/configuration/entries/entry-fault.ts';

export interface Finding {
  /** Of the entry that it is about: `Tenants, my_company / api#pizzashack`. */
  readonly label: string;
  readonly fault: EntryFault;
  /** The entry is not obeyed as it stands. Else it is, and hardly meant. */
  readonly isWrong: boolean;
}

export const wrong = (label: string, path: string, expected: string): Finding => ({ label, fault: { path, expected }, isWrong: true });

export const doubtful = (label: string, path: string, expected: string): Finding => ({ label, fault: { path, expected }, isWrong: false });
