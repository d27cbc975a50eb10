// The secrets of the template, and those that it says exist elsewhere, made once: a value that is there already stays.

import { recordOrEmpty, requireText } from '../template/json.ts';
import { physicalName } from '../template/physical-resource.ts';
import type { Resource, Template } from '../template/read-template.ts';
import { randomPassword } from './random-password.ts';
import type { Secret, Vault } from './vault.ts';
import { addVersion } from './versions.ts';

/** Undefined: the secret has no value until somebody writes one. */
function initialValue({ logicalId, properties }: Resource): string | undefined {
  if (properties.SecretString !== undefined) return requireText(properties.SecretString, logicalId);
  if (properties.GenerateSecretString === undefined) return undefined;
  const { SecretStringTemplate, GenerateStringKey, ...options } = recordOrEmpty(properties.GenerateSecretString, logicalId);
  const password = randomPassword(options).RandomPassword;
  if (GenerateStringKey === undefined) return password;
  const template: unknown = JSON.parse(requireText(SecretStringTemplate ?? '{}', logicalId));
  return JSON.stringify({ ...recordOrEmpty(template, logicalId), [requireText(GenerateStringKey, logicalId)]: password });
}

function create(resource: Resource, name: string, vault: Vault): Secret {
  const secret = vault.newSecret(name);
  const value = initialValue(resource);
  if (value !== undefined)
    addVersion(secret, { SecretString: value }, { token: undefined, stages: ['AWSCURRENT'], nowSeconds: vault.now() });
  vault.save();
  return secret;
}

/** `arn:aws:secretsmanager:…:secret:name-AbCdEf` → `name`. */
const nameOf = (nameOrArn: string): string => (nameOrArn.startsWith('arn:') ? (nameOrArn.split(':')[6] ?? '').slice(0, -7) : nameOrArn);

/** Creates them and tells the template their ARNs. */
export function createSecrets(template: Template, vault: Vault): void {
  for (const existing of template.existing.secrets) {
    const name = nameOf(existing);
    if (!vault.secrets.has(name)) vault.newSecret(name, existing === name ? undefined : existing);
  }
  for (const resource of template.resources('AWS::SecretsManager::Secret')) {
    const { Name } = resource.properties;
    const name = Name === undefined ? physicalName(template.deployment, resource.logicalId) : requireText(Name, resource.logicalId);
    const secret = vault.secrets.get(name) ?? create(resource, name, vault);
    template.learn(resource.logicalId, { ref: secret.arn, attributes: { Id: secret.arn } });
  }
}
