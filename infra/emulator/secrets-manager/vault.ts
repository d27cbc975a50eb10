// The secrets of the local Secrets Manager: versions, staging labels and ARNs as AWS keeps them
// (infra/emulator/README.md, "Secrets").

import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface SecretVersion {
  readonly id: string;
  readonly createdAtSeconds: number;
  /** `AWSCURRENT`, `AWSPREVIOUS`, `AWSPENDING` and the caller's own. A version without any is deprecated. */
  stages: string[];
  readonly secretString?: string;
  /** base64. */
  readonly secretBinary?: string;
}

export interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly createdAtSeconds: number;
  changedAtSeconds: number;
  description?: string;
  kmsKeyId?: string;
  tags: { Key: string; Value: string }[];
  /** Absent: the secret lives. */
  deletedAtSeconds?: number;
  versions: SecretVersion[];
}

/** An error as Secrets Manager words it: `type` is what SDKs turn into the error's name. */
export class SecretsManagerError extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.name = 'SecretsManagerError';
    this.type = type;
  }
}

export interface Vault {
  readonly secrets: ReadonlyMap<string, Secret>;
  /** By name, ARN, or ARN without its random characters. @throws SecretsManagerError ResourceNotFoundException */
  require(secretId: string): Secret;
  /** The same, and refuses a secret that is marked for deletion. @throws SecretsManagerError */
  requireLive(secretId: string): Secret;
  /** @param arn absent: one with an ending of its own */
  newSecret(name: string, arn?: string): Secret;
  remove(secret: Secret): void;
  /** Seconds since the epoch. */
  now(): number;
  /** To be called after every change. */
  save(): void;
}

const SUFFIX_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

const arnSuffix = (): string => Array.from(randomBytes(6), (byte) => SUFFIX_CHARACTERS[byte % SUFFIX_CHARACTERS.length]).join('');

/** @param file where the secrets are kept; undefined: in memory alone */
export function openVault(options: { region: string; accountId: string; file: string | undefined; clock: () => number }): Vault {
  const { region, accountId, file, clock } = options;
  const secrets = new Map<string, Secret>(read(file).map((secret) => [secret.name, secret]));

  function find(secretId: string): Secret | undefined {
    const byName = secrets.get(secretId);
    if (byName !== undefined || !secretId.startsWith('arn:')) return byName;
    return [...secrets.values()].find(({ arn }) => arn === secretId || arn.slice(0, -7) === secretId);
  }

  function require(secretId: string): Secret {
    const secret = find(secretId);
    if (secret === undefined)
      throw new SecretsManagerError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    return secret;
  }

  return {
    secrets,
    require,
    requireLive(secretId) {
      const secret = require(secretId);
      if (secret.deletedAtSeconds !== undefined) {
        const message = "You can't perform this operation on the secret because it was marked for deletion.";
        throw new SecretsManagerError('InvalidRequestException', message);
      }
      return secret;
    },
    newSecret(name, arn = `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}-${arnSuffix()}`) {
      const now = clock() / 1000;
      const secret: Secret = { name, arn, createdAtSeconds: now, changedAtSeconds: now, tags: [], versions: [] };
      secrets.set(name, secret);
      return secret;
    },
    remove(secret) {
      secrets.delete(secret.name);
    },
    now: () => clock() / 1000,
    save() {
      if (file === undefined) return;
      mkdirSync(dirname(file), { recursive: true });
      // Written aside and renamed: a crash leaves the old file or the new one.
      writeFileSync(`${file}.new`, JSON.stringify([...secrets.values()], null, 2), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    },
  };
}

function read(file: string | undefined): readonly Secret[] {
  if (file === undefined) return [];
  try {
    // Only `save` writes this file.
    return JSON.parse(readFileSync(file, 'utf8')) as readonly Secret[];
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new Error(`${file} can't be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
