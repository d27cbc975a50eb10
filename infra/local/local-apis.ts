// The APIs of a run as somebody who wants to call them needs them: ids and stages, as entries name them, and addresses.

import type { Apis } from '../emulator/gateway/handle-request.ts';
import type { Template } from '../emulator/template/read-template.ts';

export interface LocalApi {
  readonly kind: 'REST' | 'HTTP';
  readonly name: string;
  readonly apiId: string;
  readonly stage: string;
  /** Of this API alone. All APIs share the gateway's root as well, as behind one custom domain. */
  readonly url: string;
  /** Methods and paths. */
  readonly routes: readonly string[];
  readonly isTokenApi: boolean;
  /** Has routes that ask the authorizer. */
  readonly isProtected: boolean;
}

/** Where each API has an address of its own, below the pages of the local run. */
const API_PATH = '/_gatehouse/apis/';

/** Path of that address. */
export const apiAddress = (apiId: string, stage: string): string => `${API_PATH}${apiId}/${stage}`;

const namesOf = (template: Template, type: string): ReadonlyMap<string, string> =>
  new Map(template.resources(type).map(({ ref, properties, logicalId }) => [ref, String(properties.Name ?? logicalId)]));

export function describeApis({ rest, http }: Apis, template: Template, gatewayUrl: string): readonly LocalApi[] {
  const names = new Map([...namesOf(template, 'AWS::ApiGateway::RestApi'), ...namesOf(template, 'AWS::ApiGatewayV2::Api')]);
  const common = ({ apiId, stage, logicalId }: { readonly apiId: string; readonly stage: string; readonly logicalId: string }) => ({
    apiId,
    stage,
    name: names.get(apiId) ?? logicalId,
    url: `${gatewayUrl}${apiAddress(apiId, stage)}`,
  });
  return [
    ...rest.map((api) => ({
      kind: 'REST' as const,
      ...common(api),
      routes: api.routes.map(({ method, resourcePath }) => `${method} ${resourcePath}`),
      isTokenApi: api.routes.some(({ resourcePath }) => resourcePath === '/oauth2/token'),
      isProtected: api.routes.some(({ authorizer }) => authorizer !== undefined),
    })),
    ...http.map((api) => ({
      kind: 'HTTP' as const,
      ...common(api),
      routes: api.routes.map(({ routeKey }) => routeKey),
      isTokenApi: false,
      isProtected: api.routes.some(({ authorizer }) => authorizer !== undefined),
    })),
  ];
}

/** The API that a request below `API_PATH` is for, and its path there; undefined where there is none. */
export function addressedApi({ rest, http }: Apis, path: string): { readonly apis: Apis; readonly path: string } | undefined {
  const [, apiId, stage, below = ''] = /^\/_gatehouse\/apis\/([^/]+)\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  const isIt = (api: { readonly apiId: string; readonly stage: string }): boolean => api.apiId === apiId && api.stage === stage;
  const apis = { rest: rest.filter(isIt), http: http.filter(isIt) };
  return apis.rest.length + apis.http.length === 0 ? undefined : { apis, path: below === '' ? '/' : below };
}

/** For a terminal: one line for each API, and one for its address. */
export function apiLines(apis: readonly LocalApi[]): readonly string[] {
  return apis.flatMap(({ name, kind, apiId, stage, url, routes, isTokenApi }) => [
    `${name}   ${kind} API, id ${apiId}, stage ${stage}${isTokenApi ? ', the token API' : ''}`,
    `    ${url}`,
    ...(isTokenApi ? [] : routes.filter((route) => !route.startsWith('OPTIONS ')).map((route) => `    ${route}`)),
  ]);
}
