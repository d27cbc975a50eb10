// Parameter mapping of an HTTP API's integration: `append`, `overwrite` and `remove` (infra/emulator/README.md,
// "Mappings").

import { type GatewayRequest, type HeaderList, queryParameters, withoutHeader, withoutHopByHop } from '../http-message.ts';
import type { BackendRequest } from '../http-proxy.ts';
import { forwardedHeaders } from '../passing-headers.ts';
import type { HttpIntegration, ParameterMapping } from './http-api.ts';
import type { HttpSource } from './http-context.ts';
import { mappedValue } from './http-values.ts';

type HttpProxy = Extract<HttpIntegration, { kind: 'http-proxy' }>;

interface Mapped {
  readonly headers: HeaderList;
  readonly query: HeaderList;
  readonly path: string | undefined;
}

/** What an `append` does to a client's own value is to keep it in front: it is no way to set what a backend believes. */
function applyToList(
  list: HeaderList,
  { action, name }: ParameterMapping,
  value: string | undefined,
  without: typeof withoutHeader,
): HeaderList {
  if (action === 'remove') return without(list, name);
  // A source without a value does nothing, nor does an empty one: what the client sent under that name goes through.
  if (value === undefined || value === '') return list;
  const kept = action === 'append' ? list.filter((pair) => !without([pair], name).length).map(([, own]) => own) : [];
  return [...without(list, name), [name, [...kept, value].join(',')]];
}

const withoutParameter = (list: HeaderList, name: string): HeaderList => list.filter(([candidate]) => candidate !== name);

function apply(mapped: Mapped, mapping: ParameterMapping, source: HttpSource): Mapped {
  const value = mapping.action === 'remove' ? undefined : mappedValue(mapping.value, source);
  switch (mapping.place) {
    case 'header':
      return { ...mapped, headers: applyToList(mapped.headers, mapping, value, withoutHeader) };
    case 'querystring':
      return { ...mapped, query: applyToList(mapped.query, mapping, value, withoutParameter) };
    case 'path':
      return { ...mapped, path: value };
  }
}

/** `{name}` of the integration's URI; `overwrite:path` replaces its whole path. */
function targetUrl(integration: HttpProxy, source: HttpSource, mapped: Mapped, request: GatewayRequest): string {
  const uri = integration.uri.replace(/\{([^}+]+)\+?\}/g, (whole, name: string) => source.matched.pathParameters[name] ?? whole);
  const url = new URL(uri);
  if (mapped.path !== undefined) url.pathname = mapped.path;
  const unchanged = integration.mappings.every(({ place }) => place !== 'querystring');
  const query = unchanged ? request.query : new URLSearchParams(mapped.query.map(([name, value]) => [name, value])).toString();
  if (query !== '') url.search = url.search === '' ? query : `${url.search}&${query}`;
  return url.href;
}

/** The call to the backend. */
export function mapHttpRequest(integration: HttpProxy, source: HttpSource): BackendRequest {
  const { request } = source;
  const via: HeaderList = [['Via', `${request.protocol} AmazonAPIGateway`]];
  const start: Mapped = {
    headers: [...withoutHopByHop(forwardedHeaders(request)), ...via],
    query: queryParameters(request.query),
    path: undefined,
  };
  const mapped = integration.mappings.reduce((so, mapping) => apply(so, mapping, source), start);
  return {
    url: targetUrl(integration, source, mapped, request),
    method: integration.method === 'ANY' ? request.method : integration.method,
    headers: mapped.headers,
    body: request.body,
    timeoutMs: integration.timeoutMs,
  };
}
