// What the local run needs to know of the Gatehouse that an app deploys, read from the variables of its functions.

import { recordOrEmpty, textsOrEmpty } from '../emulator/template/json.ts';
import type { Template } from '../emulator/template/read-template.ts';

export interface DeployedGatehouse {
  /** As the template has it: the address that it will have once it is deployed. */
  readonly issuer: string;
  /** What the names of its tables and secrets begin with: `--stack` of the command line. */
  readonly prefix: string;
  readonly authorizerArn: string;
}

/** As the construct calls its authorizer. */
const AUTHORIZER = 'Gatehouse: authorizer for API Gateway.';

/** Undefined: the template has no authorizer of ours. */
export function gatehouseOf(template: Template): DeployedGatehouse | undefined {
  const authorizer = template.resources('AWS::Lambda::Function').find(({ properties }) => properties.Description === AUTHORIZER);
  if (authorizer === undefined) return undefined;
  const { logicalId, properties, attributes } = authorizer;
  const { ISSUER = '', TENANT_SECRETS_PREFIX = '' } = textsOrEmpty(recordOrEmpty(properties.Environment, logicalId).Variables, logicalId);
  return { issuer: ISSUER, prefix: TENANT_SECRETS_PREFIX.replace(/\/tenants\/$/, ''), authorizerArn: attributes.Arn ?? '' };
}

/** On this machine the issuer is where the gateway listens: metadata, tokens and keys then name an address that answers. */
export function issuerRewriter(issuer: string, localUrl: string) {
  return (variables: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
    Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [
        name,
        value === issuer || value.startsWith(`${issuer}/`) ? `${localUrl}${value.slice(issuer.length)}` : value,
      ]),
    );
}
