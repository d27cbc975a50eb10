// A secret in memory that refuses what Secrets Manager refuses: a version id that is taken with another content.

import { setTimeout as delay } from 'node:timers/promises';
import type { VersionedSecret } from '../../../functions/signing-keys/rotate-keys.ts';

export interface MemorySecret extends VersionedSecret {
  readonly versions: ReadonlyMap<string, string>;
  currentId(): string | undefined;
  /** UpdateSecretVersionStage by hand. */
  moveCurrentTo(versionId: string): void;
}

export function openMemorySecret(initial?: string): MemorySecret {
  const versions = new Map<string, string>(initial === undefined ? [] : [['by-hand', initial]]);
  let current = initial === undefined ? undefined : 'by-hand';
  const read = (versionId: string | undefined) => {
    const value = versionId === undefined ? undefined : versions.get(versionId);
    return versionId === undefined || value === undefined ? undefined : { versionId, value, isCurrent: versionId === current };
  };
  return {
    versions,
    currentId: () => current,
    moveCurrentTo: (versionId) => {
      current = versionId;
    },
    readCurrent: async () => {
      await delay(0);
      return read(current);
    },
    readVersion: async (versionId) => {
      await delay(0);
      return read(versionId);
    },
    writeVersion: async (versionId, value) => {
      await delay(0);
      if (versions.has(versionId)) return versions.get(versionId) === value;
      versions.set(versionId, value);
      current = versionId;
      return true;
    },
  };
}
