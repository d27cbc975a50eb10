// Serves the document of a protected REST API: API Gateway answers it by itself, so that no function starts for it.

import {
  AuthorizationType,
  type CfnMethod,
  ContentHandling,
  type CorsOptions,
  type IResource,
  MockIntegration,
  PassthroughBehavior,
  Resource,
} from 'aws-cdk-lib/aws-apigateway';
import { Duration } from 'aws-cdk-lib/core';
import { acknowledge } from '../acknowledge.ts';
import type { AuthorizerParts } from '../authorizers/authorizer-parts.ts';
import type { ProtectRestApiProps } from '../authorizers/protect-rest-api-props.ts';
import { type AnyRestApi, findStage, findStageName, findStageUrl } from '../authorizers/rest-api.ts';
import { openProtectedResource, type ProtectedResource } from './protected-resource.ts';

/** As long as that of the authorization server. */
const METADATA_SECONDS = 300;

/** Anybody may read it, a page of any origin too. Values as parameter mappings write them. */
export const METADATA_HEADERS: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Origin': "'*'",
  'Cache-Control': `'public, max-age=${METADATA_SECONDS}'`,
};

/** Nobody is asked for anything: CDK takes the defaults of the API but for an authorizer that is none. */
const OPEN = {
  authorizer: { authorizerId: '', authorizationType: AuthorizationType.NONE },
  authorizationType: AuthorizationType.NONE,
  apiKeyRequired: false,
} as const;

/** Undefined: the API says nothing of itself. @throws Error that names the property */
export function openRestResource(
  api: AnyRestApi,
  { resource, tenant, stage }: ProtectRestApiProps,
  { issuer }: AuthorizerParts,
): ProtectedResource | undefined {
  if (resource === undefined) return undefined;
  return openProtectedResource(resource, { stageUrl: findStageUrl(api, stage ?? findStageName(findStage(api))), tenant, issuer });
}

/** @throws Error where the API has such a route already */
export function addRestDiscovery(api: AnyRestApi, { paths, document }: Pick<ProtectedResource, 'paths' | 'document'>): void {
  for (const path of paths) {
    const resource = resourceAt(api.root, path);
    if (resource.node.tryFindChild('GET') !== undefined)
      throw new Error(`GET ${path}: the API has this route already. Take it away, or leave resource out.`);
    const method = resource.addMethod('GET', metadataIntegration(document), {
      ...OPEN,
      methodResponses: [
        {
          statusCode: '200',
          responseParameters: Object.fromEntries(Object.keys(METADATA_HEADERS).map((name) => [`method.response.header.${name}`, true])),
        },
      ],
    });
    acknowledge(method, { 'AwsSolutions-APIG4': 'Public: clients read it to learn who gives tokens (RFC 9728).' });
    addPreflight(resource);
  }
}

/** A client of MCP names the version of its protocol in a header of its own, for which browsers ask leave. */
function addPreflight(resource: IResource): void {
  const known = resource.node.tryFindChild('OPTIONS');
  if (known !== undefined && resource.defaultCorsPreflightOptions !== PREFLIGHT) return;
  const { node } = known ?? resource.addCorsPreflight(PREFLIGHT);
  const method = node.defaultChild as CfnMethod;
  for (const place of ['Integration', 'Integration.IntegrationResponses.0'])
    method.addPropertyOverride(`${place}.ContentHandling`, ContentHandling.CONVERT_TO_TEXT);
}

const PREFLIGHT: CorsOptions = { allowOrigins: ['*'], allowMethods: ['GET', 'OPTIONS'], allowHeaders: ['*'], maxAge: Duration.minutes(10) };

/** The same, written out. */
export const PREFLIGHT_HEADERS: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Origin': "'*'",
  'Access-Control-Allow-Methods': "'GET,OPTIONS'",
  'Access-Control-Allow-Headers': "'*'",
  'Access-Control-Max-Age': "'600'",
};

function metadataIntegration(document: string): MockIntegration {
  const parameters = Object.entries(METADATA_HEADERS).map(([name, value]) => [`method.response.header.${name}`, value]);
  return new MockIntegration({
    requestTemplates: { 'application/json': '{"statusCode": 200}' },
    passthroughBehavior: PassthroughBehavior.NEVER,
    // Else an API whose binaryMediaTypes are */* would take the text for base64, and answer 500.
    contentHandling: ContentHandling.CONVERT_TO_TEXT,
    integrationResponses: [
      {
        statusCode: '200',
        contentHandling: ContentHandling.CONVERT_TO_TEXT,
        responseParameters: Object.fromEntries(parameters),
        responseTemplates: { 'application/json': asPlainText(document) },
      },
    ],
  });
}

/** What begins a reference or a directive of VTL, and what is not ASCII; never what marks a token of CDK. */
const SPECIAL = /\$(?!\{Token\[)|#|[^\x20-\x7e]/g;

/** JSON of which nothing is more than text to a mapping template ("Set up data transformations in API Gateway" of the guide). */
export function asPlainText(json: string): string {
  return json.replaceAll(SPECIAL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * Not by `addResource`, which an API refuses whose root is a proxy, though a route of its own goes before `{proxy+}`. The
 * preflights of an API may be for pages of some origins alone.
 */
function resourceAt(root: IResource, path: string): IResource {
  const open = (parent: IResource, pathPart: string): IResource =>
    new Resource(parent, pathPart, { parent, pathPart, ...(parent !== root && { defaultCorsPreflightOptions: PREFLIGHT }) });
  return path
    .split('/')
    .slice(1)
    .reduce((parent, pathPart) => parent.getResource(pathPart) ?? open(parent, pathPart), root);
}
