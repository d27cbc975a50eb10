// What the local run needs to know of the Gatehouse that an app deploys, read from the variables of its functions.

import { RESOURCE_METADATA_PATH } from '../../functions/configuration/resource-metadata.ts';
import { recordOrEmpty, textsOrEmpty } from '../emulator/template/json.ts';
import type { Template } from '../emulator/template/read-template.ts';

export interface DeployedGatehouse {
  /** As the template has it: the address that it will have once it is deployed. */
  readonly issuer: string;
  /** What the names of its tables and secrets begin with: `--stack` of the command line. */
  readonly prefix: string;
  readonly authorizerArn: string;
  readonly tokenArn: string;
  /** Of the function that keeps api# entries. */
  readonly apiEntriesArn: string;
}

/** As the construct describes its functions. */
const AUTHORIZER = 'Gatehouse: authorizer for API Gateway.';
const TOKEN = 'Gatehouse: token API.';
const API_ENTRIES = 'Gatehouse: writes the api# entries of APIs that are deployed with their tenant.';

/** Undefined: the template has no authorizer of ours. */
export function gatehouseOf(template: Template): DeployedGatehouse | undefined {
  const find = (description: string) =>
    template.resources('AWS::Lambda::Function').find(({ properties }) => properties.Description === description);
  const authorizer = find(AUTHORIZER);
  if (authorizer === undefined) return undefined;
  const { logicalId, properties, attributes } = authorizer;
  const { ISSUER = '', TENANT_SECRETS_PREFIX = '' } = textsOrEmpty(recordOrEmpty(properties.Environment, logicalId).Variables, logicalId);
  return {
    issuer: ISSUER,
    prefix: TENANT_SECRETS_PREFIX.replace(/\/tenants\/$/, ''),
    authorizerArn: attributes.Arn ?? '',
    tokenArn: find(TOKEN)?.attributes.Arn ?? '',
    apiEntriesArn: find(API_ENTRIES)?.attributes.Arn ?? '',
  };
}

/** Functions of a Gatehouse elsewhere that the stack names: on this machine, the one of the run takes their place. */
export function elsewhereFunctions(template: Template, gatehouse: DeployedGatehouse): ReadonlyMap<string, string> {
  const { authorizerArn, apiEntriesArn, tokenArn } = gatehouse;
  const authorizers = [...template.resources('AWS::ApiGateway::Authorizer'), ...template.resources('AWS::ApiGatewayV2::Authorizer')];
  const uris = authorizers.map(({ properties }) => String(properties.AuthorizerUri ?? ''));
  const arns = uris.flatMap((uri) => /\/functions\/(arn:.*)\/invocations$/.exec(uri)?.[1] ?? []);
  const tokens = template.resources('Custom::GatehouseApiEntry').map(({ properties }) => String(properties.ServiceToken));
  return new Map([
    ...arns.map((arn) => [arn, authorizerArn] as const),
    ...tokens.map((token) => [token, apiEntriesArn] as const),
    ...documentFunctions(template).map((arn) => [arn, tokenArn] as const),
  ]);
}

/** Functions that answer the documents of HTTP APIs. */
function documentFunctions(template: Template): readonly string[] {
  const routes = template.resources('AWS::ApiGatewayV2::Route').map(({ properties }) => properties);
  const targets = new Set(
    routes.filter(({ RouteKey }) => String(RouteKey).includes(RESOURCE_METADATA_PATH)).map(({ Target }) => String(Target)),
  );
  const integrations = template.resources('AWS::ApiGatewayV2::Integration').filter(({ ref }) => targets.has(`integrations/${ref}`));
  return integrations.map(({ properties }) => String(properties.IntegrationUri));
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
