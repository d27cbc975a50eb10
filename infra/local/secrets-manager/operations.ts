// The operations of the Secrets Manager API that operators, functions and tools use, by name.

import * as v from 'valibot';
import { randomPassword } from './random-password.ts';
import { type Secret, SecretsManagerError, type Vault } from './vault.ts';
import { addVersion, findVersion, invalidParameter, invalidRequest, moveStage } from './versions.ts';

type Operation = (input: unknown, vault: Vault) => object;

const text = v.optional(v.string());
const secretId = v.pipe(v.string(), v.minLength(1), v.maxLength(2048));
const tags = v.optional(v.array(v.object({ Key: v.string(), Value: v.string() })), []);
const value = {
  ClientRequestToken: v.optional(v.pipe(v.string(), v.minLength(32), v.maxLength(64))),
  SecretString: text,
  SecretBinary: text,
};

/** An operation of which `schema` says the input. */
function operation<S extends v.GenericSchema>(schema: S, run: (input: v.InferOutput<S>, vault: Vault) => object): Operation {
  return (input, vault) => {
    const parsed = v.safeParse(schema, input);
    if (!parsed.success) {
      const [issue] = parsed.issues;
      throw new SecretsManagerError('ValidationException', `${v.getDotPath(issue) ?? 'input'}: ${issue.message}`);
    }
    return run(parsed.output, vault);
  };
}

const createSecret = operation(
  v.object({ Name: v.string(), Description: text, KmsKeyId: text, Tags: tags, ...value }),
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

const getSecretValue = operation(v.object({ SecretId: secretId, VersionId: text, VersionStage: text }), (input, vault) => {
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
});

const putSecretValue = operation(
  v.object({ SecretId: secretId, VersionStages: v.optional(v.array(v.string()), ['AWSCURRENT']), ...value }),
  ({ SecretId, VersionStages, ClientRequestToken, ...given }, vault) => {
    if (given.SecretString === undefined && given.SecretBinary === undefined)
      throw invalidParameter('You must provide either SecretString or SecretBinary.');
    const secret = vault.requireLive(SecretId);
    const version = addVersion(secret, given, { token: ClientRequestToken, stages: VersionStages, nowSeconds: vault.now() });
    return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: version.stages };
  },
);

const updateSecret = operation(
  v.object({ SecretId: secretId, Description: text, KmsKeyId: text, ...value }),
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

const updateSecretVersionStage = operation(
  v.object({ SecretId: secretId, VersionStage: v.string(), MoveToVersionId: text, RemoveFromVersionId: text }),
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

function describe(secret: Secret): object {
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    KmsKeyId: secret.kmsKeyId,
    CreatedDate: secret.createdAtSeconds,
    LastChangedDate: secret.changedAtSeconds,
    DeletedDate: secret.deletedAtSeconds,
    Tags: secret.tags,
  };
}

const stagesByVersion = ({ versions }: Secret): object =>
  Object.fromEntries(versions.filter(({ stages }) => stages.length > 0).map(({ id, stages }) => [id, stages]));

const describeSecret = operation(v.object({ SecretId: secretId }), ({ SecretId }, vault) => {
  const secret = vault.require(SecretId);
  return { ...describe(secret), VersionIdsToStages: stagesByVersion(secret) };
});

const page = { MaxResults: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(100)), 100), NextToken: text };

const listSecrets = operation(
  v.object({
    ...page,
    IncludePlannedDeletion: v.optional(v.boolean(), false),
    Filters: v.optional(v.array(v.object({ Key: text, Values: v.optional(v.array(v.string()), []) })), []),
  }),
  ({ MaxResults, NextToken, IncludePlannedDeletion, Filters }, vault) => {
    const unknown = Filters.find(({ Key }) => Key !== 'name');
    if (unknown !== undefined) throw invalidParameter(`The filter ${unknown.Key} is not known here; name is.`);
    const from = Number(NextToken ?? 0);
    const found = [...vault.secrets.values()].filter(
      ({ name, deletedAtSeconds }) =>
        (IncludePlannedDeletion || deletedAtSeconds === undefined) &&
        Filters.every(({ Values }) =>
          Values.some((prefix) => (prefix.startsWith('!') ? !name.startsWith(prefix.slice(1)) : name.startsWith(prefix))),
        ),
    );
    const list = found
      .slice(from, from + MaxResults)
      .map((secret) => ({ ...describe(secret), SecretVersionsToStages: stagesByVersion(secret) }));
    return { SecretList: list, ...(found.length > from + MaxResults && { NextToken: String(from + MaxResults) }) };
  },
);

const listSecretVersionIds = operation(
  v.object({ SecretId: secretId, ...page, IncludeDeprecated: v.optional(v.boolean(), false) }),
  ({ SecretId, IncludeDeprecated }, vault) => {
    const secret = vault.require(SecretId);
    const versions = secret.versions.filter(({ stages }) => IncludeDeprecated || stages.length > 0);
    const list = versions.map(({ id, stages, createdAtSeconds }) => ({
      VersionId: id,
      VersionStages: stages,
      CreatedDate: createdAtSeconds,
    }));
    return { ARN: secret.arn, Name: secret.name, Versions: list };
  },
);

const deleteSecret = operation(
  v.object({
    SecretId: secretId,
    RecoveryWindowInDays: v.optional(v.pipe(v.number(), v.minValue(7), v.maxValue(30))),
    ForceDeleteWithoutRecovery: v.optional(v.boolean(), false),
  }),
  ({ SecretId, RecoveryWindowInDays, ForceDeleteWithoutRecovery }, vault) => {
    if (ForceDeleteWithoutRecovery && RecoveryWindowInDays !== undefined) {
      throw invalidParameter("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
    }
    const secret = vault.requireLive(SecretId);
    const days = ForceDeleteWithoutRecovery ? 0 : (RecoveryWindowInDays ?? 30);
    secret.deletedAtSeconds = vault.now() + days * 86_400;
    if (ForceDeleteWithoutRecovery) vault.remove(secret);
    return { ARN: secret.arn, Name: secret.name, DeletionDate: secret.deletedAtSeconds };
  },
);

const restoreSecret = operation(v.object({ SecretId: secretId }), ({ SecretId }, vault) => {
  const secret = vault.require(SecretId);
  delete secret.deletedAtSeconds;
  return { ARN: secret.arn, Name: secret.name };
});

const tagResource = operation(v.object({ SecretId: secretId, Tags: tags }), ({ SecretId, Tags }, vault) => {
  const secret = vault.requireLive(SecretId);
  const replaced = new Set(Tags.map(({ Key }) => Key));
  secret.tags = [...secret.tags.filter(({ Key }) => !replaced.has(Key)), ...Tags];
  return {};
});

export const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ['CreateSecret', createSecret],
  ['DeleteSecret', deleteSecret],
  ['DescribeSecret', describeSecret],
  ['GetRandomPassword', randomPassword],
  ['GetSecretValue', getSecretValue],
  ['ListSecretVersionIds', listSecretVersionIds],
  ['ListSecrets', listSecrets],
  ['PutSecretValue', putSecretValue],
  ['RestoreSecret', restoreSecret],
  ['TagResource', tagResource],
  ['UpdateSecret', updateSecret],
  ['UpdateSecretVersionStage', updateSecretVersionStage],
]);
