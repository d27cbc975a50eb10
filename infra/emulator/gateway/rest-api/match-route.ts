// Which method of which REST API a request is for: all APIs of the template share one port, as behind one custom domain.

import { matchTemplate, pathSegments } from '../path-template.ts';
import type { RestApi, RestRoute } from './rest-api.ts';

export interface MatchedRoute {
  readonly api: RestApi;
  readonly route: RestRoute;
  /** Decoded values of `{name}` and `{name+}`. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

/**
 * The route of a request; undefined where no API has it, which API Gateway answers with 403 (infra/emulator/README.md,
 * "What a caller gets").
 */
export function matchRoute(apis: readonly RestApi[], method: string, path: string): MatchedRoute | undefined {
  const segments = pathSegments(path);
  const candidates = apis.flatMap((api) =>
    api.routes.flatMap((route) => {
      const match = matchTemplate(route.segments, segments);
      return match === undefined ? [] : [{ api, route, match }];
    }),
  );
  // The resource is chosen first, its method after: API Gateway does not look for another resource with the method.
  const best = candidates.reduce<string | undefined>(
    (least, { match }) => (least === undefined || match.rank < least ? match.rank : least),
    undefined,
  );
  const ofBest = candidates.filter(({ match }) => match.rank === best);
  const chosen = ofBest.find(({ route }) => route.method === method) ?? ofBest.find(({ route }) => route.method === 'ANY');
  return chosen && { api: chosen.api, route: chosen.route, pathParameters: Object.fromEntries(chosen.match.parameters) };
}

/** How many leading segments of a path a route shares with it. */
function commonSegments(route: RestRoute, segments: readonly string[]): number {
  const differs = route.segments.findIndex((segment, at) => segment !== segments[at]);
  return differs < 0 ? route.segments.length : differs;
}

const score = (api: RestApi, path: string): number => Math.max(0, ...api.routes.map((route) => commonSegments(route, pathSegments(path))));

/** Whether a path begins like a resource of one of the APIs. */
export const sharesPath = (apis: readonly RestApi[], path: string): boolean => apis.some((api) => score(api, path) > 0);

/** Whose gateway responses answer a request that no route takes: the API that shares most of the path. */
export function nearestApi(apis: readonly RestApi[], path: string): RestApi | undefined {
  return apis.toSorted((one, other) => score(other, path) - score(one, path))[0];
}
