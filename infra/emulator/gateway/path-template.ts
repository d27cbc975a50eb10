// Path templates as REST and HTTP APIs write them: `/order/{id}`, `/files/{proxy+}`.

/** Segments of a path as sent; none for `/`. */
export const pathSegments = (path: string): readonly string[] => (path === '/' ? [] : path.split('/').slice(1));

/** Literal segments win over `{name}`, and `{name}` over `{name+}`, from left to right. */
export function matchTemplate(
  template: readonly string[],
  path: readonly string[],
): { rank: string; parameters: [string, string][] } | undefined {
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
