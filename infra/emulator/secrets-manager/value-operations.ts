// Operations on the value of a secret: create, read, write, and the labels that move.

import * as v from 'valibot';
import { operation, optionalText, secretId, tagList } from './operation.ts';
import { type Secret, SecretsManagerError } from './vault.ts';
import { addVersion, findVersion, invalidParameter, invalidRequest, moveStage } from './versions.ts';

const value = {
  ClientRequestToken: v.optional(v.pipe(v.string(), v.minLength(32), v.maxLength(64))),
  SecretString: optionalText,
  SecretBinary: optionalText,
};

export const createSecret = operation(
  v.object({ Name: v.string(), Description: optionalText, KmsKeyId: optionalText, Tags: tagList, ...value }),
  ({ Name, Description, KmsKeyId, Tags, ClientRequestToken, ...given }, vault) => {
    if (!/^[A-Za-z0-9/_+=.@!-]{1,512}$/.test(Name)) {
      throw invalidParameter('Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!');
    }
    const known = vault.secrets.get(Name);
    if (known !== undefined && !isRepetition(known, ClientRequestToken, given)) throw alreadyThere(known);
    const secret = known ?? vault.newSecret(Name);
    if (Description !== undefined) secret.description = Description;
    if (KmsKeyId !== undefined) secret.kmsKeyId = KmsKeyId;
    secret.tags = Tags;
    if (given.SecretString === undefined && given.SecretBinary === undefined) return { ARN: secret.arn, Name };
    const version = addVersion(secret, given, { token: ClientRequestToken, stages: ['AWSCURRENT'], nowSeconds: vault.now() });
    return { ARN: secret.arn, Name, VersionId: version.id };
  },
);

/** The same call again, as SDKs send it after a lost answer. */
const isRepetition = (secret: Secret, token: string | undefined, given: { SecretString?: string | undefined }): boolean =>
  token !== undefined && secret.versions.some(({ id, secretString }) => id === token && secretString === given.SecretString);

function alreadyThere(secret: Secret): SecretsManagerError {
  if (secret.deletedAtSeconds === undefined) {
    return new SecretsManagerError('ResourceExistsException', `The operation failed because the secret ${secret.name} already exists.`);
  }
  return invalidRequest("You can't create this secret because a secret with this name is already scheduled for deletion.");
}

export const getSecretValue = operation(
  v.object({ SecretId: secretId, VersionId: optionalText, VersionStage: optionalText }),
  (input, vault) => {
    const secret = vault.requireLive(input.SecretId);
    const version = findVersion(secret, input.VersionId, input.VersionStage);
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: version.id,
      VersionStages: version.stages,
      CreatedDate: version.createdAtSeconds,
      SecretString: version.secretString,
      SecretBinary: version.secretBinary,
    };
  },
);

export const putSecretValue = operation(
  v.object({ SecretId: secretId, VersionStages: v.optional(v.array(v.string()), ['AWSCURRENT']), ...value }),
  ({ SecretId, VersionStages, ClientRequestToken, ...given }, vault) => {
    if (given.SecretString === undefined && given.SecretBinary === undefined)
      throw invalidParameter('You must provide either SecretString or SecretBinary.');
    const secret = vault.requireLive(SecretId);
    const version = addVersion(secret, given, { token: ClientRequestToken, stages: VersionStages, nowSeconds: vault.now() });
    return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: version.stages };
  },
);

export const updateSecret = operation(
  v.object({ SecretId: secretId, Description: optionalText, KmsKeyId: optionalText, ...value }),
  ({ SecretId, Description, KmsKeyId, ClientRequestToken, ...given }, vault) => {
    const secret = vault.requireLive(SecretId);
    if (Description !== undefined) secret.description = Description;
    if (KmsKeyId !== undefined) secret.kmsKeyId = KmsKeyId;
    secret.changedAtSeconds = vault.now();
    if (given.SecretString === undefined && given.SecretBinary === undefined) return { ARN: secret.arn, Name: secret.name };
    const version = addVersion(secret, given, { token: ClientRequestToken, stages: ['AWSCURRENT'], nowSeconds: vault.now() });
    return { ARN: secret.arn, Name: secret.name, VersionId: version.id };
  },
);

export const updateSecretVersionStage = operation(
  v.object({ SecretId: secretId, VersionStage: v.string(), MoveToVersionId: optionalText, RemoveFromVersionId: optionalText }),
  ({ SecretId, VersionStage, MoveToVersionId, RemoveFromVersionId }, vault) => {
    const secret = vault.requireLive(SecretId);
    const holder = secret.versions.find(({ stages }) => stages.includes(VersionStage));
    if (holder !== undefined && MoveToVersionId !== holder.id && RemoveFromVersionId !== holder.id) {
      throw invalidParameter(
        `The parameter RemoveFromVersionId can't be empty. Staging label ${VersionStage} is currently attached to version ${holder.id}`,
      );
    }
    if (VersionStage === 'AWSCURRENT' && MoveToVersionId === undefined) throw invalidParameter('AWSCURRENT can be moved, not removed.');
    moveStage(secret, VersionStage, MoveToVersionId === undefined ? undefined : findVersion(secret, MoveToVersionId, undefined));
    secret.changedAtSeconds = vault.now();
    return { ARN: secret.arn, Name: secret.name };
  },
);
