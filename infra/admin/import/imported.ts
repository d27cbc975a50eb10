// What an import makes of a foreign file: entries as a folder has them, and for each thing that was found a line that says
// whether it is kept, changed or lost.

import type { Item } from '../../../functions/storage/aws/dynamodb.ts';

type FateKind = 'kept' | 'changed' | 'lost';

/** What becomes of one thing. */
interface Fate {
  readonly kind: FateKind;
  /** What it belongs to: `application PizzaApp`, `user anna`. */
  readonly of: string;
  /** A sentence; never a secret or a password. */
  readonly says: string;
}

export interface Imported {
  /** In the form of a folder of entries; a text may hold a variable, such as `${apiId.pizza}`. */
  readonly items: readonly Item[];
  readonly fates: readonly Fate[];
}

/** Gathers what an import finds. */
export interface ImportReport {
  kept(of: string, says: string): void;
  changed(of: string, says: string): void;
  lost(of: string, says: string): void;
  /** Takes over what was gathered apart. */
  add(fates: readonly Fate[]): void;
  readonly fates: readonly Fate[];
}

export function createImportReport(): ImportReport {
  const fates: Fate[] = [];
  const gather =
    (kind: FateKind) =>
    (of: string, says: string): void =>
      void fates.push({ kind, of: printable(of), says: printable(says) });
  return {
    kept: gather('kept'),
    changed: gather('changed'),
    lost: gather('lost'),
    add: (others) => void fates.push(...others),
    fates,
  };
}

/** Names in foreign files are anybody's: what they hold must not steer the terminal, nor fill it. */
export function printable(text: string, maxCharacters = 400): string {
  const shown = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
  return shown.length > maxCharacters ? `${shown.slice(0, maxCharacters)}…` : shown;
}

/** The file can't be read as what it should be; the message says where and why. */
export class NotImportable extends Error {
  override readonly name = 'NotImportable';
}
