// The `context` of a rule of Identity Server, a regular expression, as a path template: `(.*)/api/orders/(.*)` is
// `/api/orders/*`. What no template can say is not guessed at.

export type ContextPattern =
  | { readonly path: string /** Where the template does not mean quite the same. */; readonly changed?: string }
  | { readonly lost: string };

const ANY = /^(?:\(\.[*+]\)|\.[*+]|\(\.\))$/;
const ONE_SEGMENT = /^(?:\(?\[\^\/\]\+\)?|\(?\[(?:A-Z|a-z|0-9|\\w|_|-)+\]\+\)?|\(?\\[wd]\+\)?)$/;
const PLAIN = /^[A-Za-z0-9._~!&,=:@-]{1,128}$/;

export function readContextPattern(context: string): ContextPattern {
  // What stands before the first slash is where WSO2 is mounted.
  const body = context
    .replace(/^\^/, '')
    .replace(/\$$/, '')
    .replace(/^(?:\(\.[*+]?\)|\.\*)(?=\/)/, '');
  if (body === '' || ANY.test(body)) return { path: '/*' };
  const { segments, rest } = split(body);
  if (segments === undefined) return { lost: 'left out: its context does not begin with a slash' };
  const path: string[] = [];
  for (const [at, segment] of segments.entries()) {
    const isLast = at === segments.length - 1 && rest === undefined;
    if (segment === '' && isLast) continue;
    if (ANY.test(segment)) {
      if (isLast) return withRest(path, false);
      path.push(`{part${at + 1}}`);
    } else if (ONE_SEGMENT.test(segment)) path.push(`{part${at + 1}}`);
    else {
      const plain = segment.replace(/\\([.~-])/g, '$1');
      if (!PLAIN.test(plain) || plain === '.' || plain === '..')
        return { lost: 'left out: its context is a pattern that no path template says. Write the rule by hand' };
      path.push(plain);
    }
  }
  return rest === undefined ? finish(path) : withRest(path, true);
}

/** Segments between slashes that are in no brackets, and whether `(.*)` follows the last of them without a slash. */
function split(body: string): { readonly segments: readonly string[] | undefined; readonly rest?: true } {
  if (!body.startsWith('/')) return { segments: undefined };
  const tail = /^(.*[^/(.*])(?:\(\.\*\)|\.\*)$/s.exec(body);
  const whole = tail?.[1] ?? body;
  const segments: string[] = [];
  let depth = 0;
  let current = '';
  for (const character of whole.slice(1)) {
    if (character === '(' || character === '[') depth++;
    if (character === ')' || character === ']') depth--;
    if (character === '/' && depth === 0) {
      segments.push(current);
      current = '';
    } else current += character;
  }
  segments.push(current);
  return tail === null ? { segments } : { segments, rest: true };
}

const hasAnyInside = (path: readonly string[]): boolean => path.some((segment) => segment.startsWith('{'));

function finish(path: readonly string[]): ContextPattern {
  const whole = `/${path.join('/')}`;
  return hasAnyInside(path)
    ? { path: whole, changed: `${whole}: stands for one segment where the pattern may take several` }
    : { path: whole };
}

/** @param isLoose the rest need not begin with a slash */
function withRest(path: readonly string[], isLoose: boolean): ContextPattern {
  const whole = path.length === 0 ? '/*' : `/${path.join('/')}/*`;
  if (isLoose) return { path: whole, changed: `${whole}: the pattern also takes what goes on without a slash` };
  if (hasAnyInside(path)) return { path: whole, changed: `${whole}: a part in braces stands for one segment` };
  return path.length === 0 ? { path: whole } : { path: whole, changed: `${whole}: takes /${path.join('/')} itself too` };
}
