// Path templates: those of resource rules (`/order/{id}`, `/order/*`) and those of API Gateway's resources
// (`/order/{id}`, `/{proxy+}`). Linear matching, no regular expressions (A81).

export interface PathTemplate {
  /** `undefined` stands for any one segment. */
  readonly segments: readonly (string | undefined)[];
  /** How many segments more may follow. */
  readonly rest: 'none' | 'any' | 'some';
}

/** Parses the path of a resource rule: `{id}` is one segment, a trailing `/*` any number of them, none included. */
export function parseRuleTemplate(path: string): PathTemplate {
  const hasRest = path.endsWith('/*');
  return { segments: segmentsOf(hasRest ? path.slice(0, -2) : path).map(parseSegment), rest: hasRest ? 'any' : 'none' };
}

/** Parses the path of an API Gateway resource or route: `{id}` is one segment, a trailing `{proxy+}` at least one. */
export function parseResourceTemplate(path: string): PathTemplate {
  const greedy = /\/\{[^/{}]*\+\}$/.exec(path);
  return {
    segments: segmentsOf(greedy === null ? path : path.slice(0, greedy.index)).map(parseSegment),
    rest: greedy === null ? 'none' : 'some',
  };
}

function parseSegment(segment: string): string | undefined {
  return segment.startsWith('{') && segment.endsWith('}') ? undefined : segment;
}

/** The segments of a canonical path; none of `/`. */
export function segmentsOf(path: string): readonly string[] {
  return path.length <= 1 ? [] : path.slice(1).split('/');
}

/** Whether a path is an instance of the template. `from`: segments before it belong to the API's context. */
export function isInstance(template: PathTemplate, path: readonly string[], from = 0): boolean {
  const { segments, rest } = template;
  const left = path.length - from - segments.length;
  if (left < 0 || (rest === 'none' && left > 0) || (rest === 'some' && left === 0)) return false;
  for (let at = 0; at < segments.length; at++) {
    const segment = segments[at];
    if (segment !== undefined && segment !== path[from + at]) return false;
  }
  return true;
}
