// Says of each route of an HTTP API whether a client's own end-user JWT could reach the backend through it (A72).

import { CfnIntegration, CfnRoute, type HttpApi, type HttpRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import { Stack } from 'aws-cdk-lib/core';
import { hasResourceType } from '../has-resource-type.ts';
import { HTTP_SOURCES } from './backend-headers.ts';

/**
 * Reads every route of the API that this app defines, whoever added it.
 *
 * @param contextReaders Lambda backends that were declared to read the JWT from the request context
 * @returns one sentence per fault, beginning with the route
 */
export function findHttpRouteFaults(api: HttpApi, header: string, authorizerId: string, contextReaders: ReadonlySet<HttpRoute>): string[] {
  const resources = api.node.root.node.findAll();
  // By the reference itself, since logical ids of two stacks may be the same; written out otherwise, within the API's stack.
  const ofApi = (resource: CfnRoute | CfnIntegration): boolean =>
    resource.apiId === api.apiId ||
    (Stack.of(resource) === Stack.of(api) && resolved(resource, resource.apiId) === resolved(resource, api.apiId));
  const integrations = resources.filter((resource) => hasResourceType(resource, CfnIntegration)).filter(ofApi);
  const trusted = new Set([...contextReaders].map((route) => route.node.defaultChild));
  return resources
    .filter((resource) => hasResourceType(resource, CfnRoute))
    .filter(ofApi)
    .filter((route) => !trusted.has(route))
    .flatMap((route) => {
      const isProtected = resolved(route, route.authorizerId) === resolved(route, authorizerId);
      const integration = integrations.find((candidate) => resolved(route, route.target).includes(resolved(candidate, candidate.ref)));
      const fault = faultOf(integration, header, isProtected);
      return fault === undefined ? [] : [`${route.routeKey}: ${fault}`];
    });
}

/** As the template of its own stack has it. */
function resolved(resource: CfnRoute | CfnIntegration, value: unknown): string {
  return JSON.stringify(Stack.of(resource).resolve(value)) ?? '';
}

function faultOf(integration: CfnIntegration | undefined, header: string, isProtected: boolean): string | undefined {
  if (integration === undefined) return 'its integration is not in this app, so that nothing can be said of it.';
  if (integration.integrationType !== 'HTTP_PROXY')
    return `a Lambda function would see the client's own ${header}. Use protect or open with a backend of kind lambda.`;
  const parameters = Stack.of(integration).resolve(integration.requestParameters) as Readonly<Record<string, string>> | undefined;
  const mapped = Object.entries(parameters ?? {}).filter(([name]) => name.toLowerCase().endsWith(`:header.${header.toLowerCase()}`));
  const [[name, value] = ['', ''], ...others] = mapped;
  const wanted = isProtected ? HTTP_SOURCES.jwt : HTTP_SOURCES.none;
  // `append` would put ours behind the client's own.
  if (others.length === 0 && name.startsWith('overwrite:') && value === wanted) return undefined;
  return `must overwrite header ${header} by ${wanted}, or the client's own reaches the backend. Use protect or open.`;
}
