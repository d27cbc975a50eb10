// Which method of which REST API a request is for: all APIs of the template share one port, as behind one custom domain.

import type { RestApi, RestRoute } from './rest-api.ts';

export interface MatchedRoute {
  readonly api: RestApi;
  readonly route: RestRoute;
  /** Decoded values of `{name}` and `{name+}`. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** Literal segments win over `{name}`, and `{name}` over `{name+}`, from left to right. */
function matchSegments(template: readonly string[], path: readonly string[]): { rank: string; parameters: [string, string][] } | undefined {
  const parameters: [string, string][] = [];
  let rank = '';
  for (const [at, segment] of template.entries()) {
    const name = /^\{([^}+]+)(\+?)\}$/.exec(segment);
    const actual = path[at];
    if (actual === undefined || actual === '') return undefined;
    if (name === null) {
      if (segment !== actual) return undefined;
      rank += '0';
    } else if (name[2] === '+') {
      return { rank: `${rank}2`, parameters: [...parameters, [name[1] ?? '', decode(path.slice(at).join('/'))]] };
    } else {
      parameters.push([name[1] ?? '', decode(actual)]);
      rank += '1';
    }
  }
  return template.length === path.length ? { rank, parameters } : undefined;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** The route of a request; undefined where no API has it, which API Gateway answers with 403 (aws.md 2.5). */
export function matchRoute(apis: readonly RestApi[], method: string, path: string): MatchedRoute | undefined {
  const segments = path === '/' ? [] : path.split('/').slice(1);
  const candidates = apis.flatMap((api) =>
    api.routes.flatMap((route) => {
      const match = matchSegments(route.segments, segments);
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

/** Whose gateway responses answer a request that no route takes: the API with the longest piece of the path. */
export function nearestApi(apis: readonly RestApi[], path: string): RestApi | undefined {
  const segments = path.split('/').slice(1);
  const common = (route: RestRoute): number => {
    const differs = route.segments.findIndex((segment, at) => segment !== segments[at]);
    return differs < 0 ? route.segments.length : differs;
  };
  const scored = apis.map((api) => ({ api, score: Math.max(0, ...api.routes.map(common)) }));
  return scored.reduce<(typeof scored)[number] | undefined>(
    (best, next) => (best === undefined || next.score > best.score ? next : best),
    undefined,
  )?.api;
}
