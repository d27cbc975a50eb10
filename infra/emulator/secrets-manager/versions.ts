// New versions and the staging labels that move between them (PutSecretValue and UpdateSecretVersionStage of the
// Secrets Manager API reference).

import { randomUUID } from 'node:crypto';
import { type Secret, SecretsManagerError, type SecretVersion } from './vault.ts';

export interface SecretValue {
  readonly SecretString?: string | undefined;
  /** base64. */
  readonly SecretBinary?: string | undefined;
}

/** Bytes of a value (infra/emulator/README.md, "Secrets"). */
const MAX_SECRET_BYTES = 65_536;

export const invalidParameter = (message: string): SecretsManagerError => new SecretsManagerError('InvalidParameterException', message);
export const invalidRequest = (message: string): SecretsManagerError => new SecretsManagerError('InvalidRequestException', message);

/** A label is on one version at a time; the one that loses AWSCURRENT becomes AWSPREVIOUS. */
export function moveStage(secret: Secret, stage: string, to: SecretVersion | undefined): void {
  const from = secret.versions.find(({ stages }) => stages.includes(stage));
  if (from === to) return;
  if (from !== undefined) from.stages = from.stages.filter((label) => label !== stage);
  if (to !== undefined) to.stages = [...to.stages, stage];
  if (stage === 'AWSCURRENT' && from !== undefined) moveStage(secret, 'AWSPREVIOUS', from);
}

/**
 * Adds a version, or finds the one that an earlier call with the same token made.
 *
 * @throws SecretsManagerError ResourceExistsException where the token stands for another value
 */
export function addVersion(
  secret: Secret,
  value: SecretValue,
  options: { token: string | undefined; stages: readonly string[]; nowSeconds: number },
): SecretVersion {
  const { SecretString, SecretBinary } = value;
  if (SecretString !== undefined && SecretBinary !== undefined)
    throw invalidParameter("You can't specify both a binary and a string secret value.");
  if (Buffer.byteLength(SecretString ?? SecretBinary ?? '') > MAX_SECRET_BYTES) throw invalidParameter('The secret value is too long.');
  const known = secret.versions.find(({ id }) => id === options.token);
  if (known !== undefined) {
    if (known.secretString === SecretString && known.secretBinary === SecretBinary) return known;
    const message = `A resource with the ID you requested already exists: ${known.id}`;
    throw new SecretsManagerError('ResourceExistsException', message);
  }
  const version: SecretVersion = {
    id: options.token ?? randomUUID(),
    createdAtSeconds: options.nowSeconds,
    stages: [],
    ...(SecretString !== undefined && { secretString: SecretString }),
    ...(SecretBinary !== undefined && { secretBinary: SecretBinary }),
  };
  secret.versions.push(version);
  // The first version is current, whatever was asked.
  const stages = secret.versions.length === 1 ? new Set([...options.stages, 'AWSCURRENT']) : new Set(options.stages);
  for (const stage of stages) moveStage(secret, stage, version);
  secret.changedAtSeconds = options.nowSeconds;
  return version;
}

/** @throws SecretsManagerError ResourceNotFoundException */
export function findVersion(secret: Secret, versionId: string | undefined, stage: string | undefined): SecretVersion {
  const wanted = stage ?? (versionId === undefined ? 'AWSCURRENT' : undefined);
  const version = secret.versions.find(
    ({ id, stages }) => (versionId === undefined || id === versionId) && (wanted === undefined || stages.includes(wanted)),
  );
  if (version !== undefined) return version;
  const label = versionId === undefined ? `staging label: ${wanted}` : `VersionId: ${versionId}`;
  throw new SecretsManagerError('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for ${label}`);
}
