// Request parameter mapping of an HTTP integration: `integration.request.…` from what the request and its
// authorizer say (infra/emulator/README.md, "Mappings").

import { TemplateError } from '../../template/json.ts';
import { type HeaderList, withoutHeader, withoutHopByHop } from '../http-message.ts';
import type { BackendRequest } from '../http-proxy.ts';
import { forwardedHeaders } from '../passing-headers.ts';
import type { MatchedRoute } from './match-route.ts';
import type { RestIntegration } from './rest-api.ts';
import { type ParameterSource, parameterValue } from './rest-parameters.ts';

type HttpProxy = Extract<RestIntegration, { kind: 'http-proxy' }>;

interface Mapped {
  readonly place: string;
  readonly name: string;
  readonly value: string;
}

/**
 * Mappings whose source has no value do nothing, nor do those with an empty one: what the client sent under that name then
 * goes through. AWS does not say what an empty value does, and this is the worst that it could do.
 */
function mappedValues(parameters: Readonly<Record<string, string>>, source: ParameterSource): readonly Mapped[] {
  return Object.entries(parameters).flatMap(([target, expression]) => {
    const [, place, name] = /^integration\.request\.(header|querystring|path)\.(.+)$/.exec(target) ?? [];
    if (place === undefined || name === undefined) throw new TemplateError(target, 'this mapping is not known to the local run');
    const value = parameterValue(expression, source);
    return value === undefined || value === '' ? [] : [{ place, name, value }];
  });
}

/** A mapped header replaces the client's, in whatever case and however often it came. */
function mapHeaders(headers: HeaderList, mapped: readonly Mapped[]): HeaderList {
  return mapped.reduce<HeaderList>((list, { name, value }) => [...withoutHeader(list, name), [name, value]], headers);
}

/** The call to a backend behind a proxy: the client's own, with what is mapped in its place. */
export function mapRequest(integration: HttpProxy, source: Source): BackendRequest {
  const { request } = source;
  const headers: HeaderList = withoutHopByHop(forwardedHeaders(request));
  return { ...build(integration, source, { headers, query: request.query }), body: request.body };
}

/** The call to a backend that gets what is mapped, and nothing else of the client's. */
export function mapCustomRequest(integration: Omit<HttpProxy, 'kind'>, source: Source, body: Buffer): BackendRequest {
  return { ...build(integration, source, { headers: [], query: '' }), body };
}

type Source = ParameterSource & { readonly matched: MatchedRoute };

function build(
  integration: Omit<HttpProxy, 'kind'>,
  source: Source,
  passed: { readonly headers: HeaderList; readonly query: string },
): Omit<BackendRequest, 'body'> {
  const mapped = mappedValues(integration.requestParameters, source);
  const at = (place: string) => mapped.filter((each) => each.place === place);
  const paths = new Map(at('path').map(({ name, value }) => [name, value]));
  const uri = integration.uri.replace(/\{([^}+]+)\+?\}/g, (whole, name: string) => {
    const value = paths.get(name);
    return value === undefined ? whole : value.split('/').map(encodeURIComponent).join('/');
  });
  const query = [passed.query, ...at('querystring').map(({ name, value }) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)];
  const queryString = query.filter((part) => part !== '').join('&');
  const headers: HeaderList = [...passed.headers, ['x-amzn-apigateway-api-id', source.matched.api.apiId]];
  return {
    url: queryString === '' ? uri : `${uri}${uri.includes('?') ? '&' : '?'}${queryString}`,
    method: integration.method === 'ANY' ? source.request.method : integration.method,
    headers: mapHeaders(headers, at('header')),
    timeoutMs: integration.timeoutMs,
  };
}
