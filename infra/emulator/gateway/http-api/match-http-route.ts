// Which route of which HTTP API a request is for: an exact route wins over one with parameters, that over `{proxy+}`,
// and `$default` takes the rest ("Create routes for HTTP APIs in API Gateway" of the API Gateway guide).

import { matchTemplate, pathSegments } from '../path-template.ts';
import type { HttpApi, HttpRoute } from './http-api.ts';

export interface MatchedHttpRoute {
  readonly api: HttpApi;
  readonly route: HttpRoute;
  readonly pathParameters: Readonly<Record<string, string>>;
}

function candidates(api: HttpApi, method: string, segments: readonly string[]) {
  return api.routes.flatMap((route) => {
    if (route.segments === undefined || (route.method !== 'ANY' && route.method !== method)) return [];
    const match = matchTemplate(route.segments, segments);
    // Of two routes for one path the one with the method comes first.
    return match === undefined ? [] : [{ api, route, rank: `${match.rank}${route.method === 'ANY' ? 'b' : 'a'}`, match }];
  });
}

/** A route that names this path; undefined where only `$default` could take it. */
export function matchHttpRoute(apis: readonly HttpApi[], method: string, path: string): MatchedHttpRoute | undefined {
  const segments = pathSegments(path);
  const [best] = apis.flatMap((api) => candidates(api, method, segments)).toSorted((one, other) => (one.rank < other.rank ? -1 : 1));
  return best && { api: best.api, route: best.route, pathParameters: Object.fromEntries(best.match.parameters) };
}

/** The `$default` route of the first API that has one. */
export function matchDefaultRoute(apis: readonly HttpApi[]): MatchedHttpRoute | undefined {
  const [first] = apis.flatMap((api) => api.routes.filter(({ segments }) => segments === undefined).map((route) => ({ api, route })));
  return first && { ...first, pathParameters: {} };
}
