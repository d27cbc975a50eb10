// Operations on secrets as such: describe, list, delete.

import * as v from 'valibot';
import { operation, optionalText, secretId } from './operation.ts';
import type { Secret } from './vault.ts';
import { invalidParameter } from './versions.ts';

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

export const describeSecret = operation(v.object({ SecretId: secretId }), ({ SecretId }, vault) => {
  const secret = vault.require(SecretId);
  return { ...describe(secret), VersionIdsToStages: stagesByVersion(secret) };
});

const page = { MaxResults: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(100)), 100), NextToken: optionalText };

export const listSecrets = operation(
  v.object({
    ...page,
    IncludePlannedDeletion: v.optional(v.boolean(), false),
    Filters: v.optional(v.array(v.object({ Key: optionalText, Values: v.optional(v.array(v.string()), []) })), []),
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

export const deleteSecret = operation(
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
