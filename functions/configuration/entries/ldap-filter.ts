// Search filters of LDAP as operators write them (RFC 4515), with placeholders. What a caller typed is never part of
// the text that is parsed here: it becomes a value of a filter that has its shape already (A02, A04).

/** What may stand in a value: bytes, or a placeholder. */
export type FilterValue = readonly (Buffer | { readonly placeholder: string })[];

export type LdapFilter =
  | { readonly kind: 'and' | 'or'; readonly filters: readonly LdapFilter[] }
  | { readonly kind: 'not'; readonly filter: LdapFilter }
  | { readonly kind: 'equal'; readonly attribute: string; readonly value: FilterValue }
  | { readonly kind: 'greater' | 'less' | 'approx'; readonly attribute: string; readonly value: FilterValue }
  | { readonly kind: 'present'; readonly attribute: string }
  | { readonly kind: 'substrings'; readonly attribute: string; readonly parts: readonly FilterValue[] }
  | { readonly kind: 'extensible'; readonly attribute: string; readonly rule: string; readonly dn: boolean; readonly value: FilterValue };

/** What is wrong with a filter, as a fault says it. */
export class FilterFault extends Error {}

const MAX_DEPTH = 16;
const ATTRIBUTE = /^[A-Za-z0-9][A-Za-z0-9.-]*(;[A-Za-z0-9-]+)*$/;
const EXTENSIBLE = /^([A-Za-z0-9][A-Za-z0-9.;-]*)?(:dn)?(?::([A-Za-z0-9][A-Za-z0-9.-]*))?:$/i;

/**
 * @param placeholders the names that may stand in braces
 * @throws FilterFault
 */
export function parseLdapFilter(text: string, placeholders: readonly string[]): LdapFilter {
  const { filter, end } = readFilter(text, 0, 0, placeholders);
  if (end !== text.length) throw new FilterFault('one filter, with nothing after its closing parenthesis');
  return filter;
}

interface Read<T> {
  readonly filter: T;
  readonly end: number;
}

function readFilter(text: string, at: number, depth: number, placeholders: readonly string[]): Read<LdapFilter> {
  if (text[at] !== '(') throw new FilterFault('a filter in parentheses, such as (uid={username})');
  if (depth > MAX_DEPTH) throw new FilterFault(`a filter at most ${MAX_DEPTH} deep`);
  const operator = text[at + 1];
  if (operator === '&' || operator === '|' || operator === '!') {
    const { filter: filters, end } = readList(text, at + 2, depth + 1, placeholders);
    if (operator !== '!') return { filter: { kind: operator === '&' ? 'and' : 'or', filters }, end };
    const [filter, more] = filters;
    if (filter === undefined || more !== undefined) throw new FilterFault('one filter after !');
    return { filter: { kind: 'not', filter }, end };
  }
  const close = text.indexOf(')', at);
  if (close === -1) throw new FilterFault('a closing parenthesis for each that opens');
  return { filter: readItem(text.slice(at + 1, close), placeholders), end: close + 1 };
}

function readList(text: string, start: number, depth: number, placeholders: readonly string[]): Read<LdapFilter[]> {
  const filters: LdapFilter[] = [];
  let at = start;
  while (text[at] === '(') {
    const { filter, end } = readFilter(text, at, depth, placeholders);
    filters.push(filter);
    at = end;
  }
  if (text[at] !== ')') throw new FilterFault('a closing parenthesis for each that opens');
  if (filters.length === 0) throw new FilterFault('at least one filter after & and |');
  return { filter: filters, end: at + 1 };
}

const COMPARISONS: ReadonlyMap<string, 'greater' | 'less' | 'approx'> = new Map([
  ['>', 'greater'],
  ['<', 'less'],
  ['~', 'approx'],
]);

/** What stands between two parentheses: RFC 4515 section 3, `item`. */
function readItem(text: string, placeholders: readonly string[]): LdapFilter {
  const equals = text.indexOf('=');
  if (equals === -1) throw new FilterFault('attribute=value between parentheses');
  const parts = text
    .slice(equals + 1)
    .split('*')
    .map((part) => readValue(part, placeholders));
  const [value = []] = parts;
  const left = text.slice(0, equals);
  const comparison = COMPARISONS.get(left.at(-1) ?? '');
  if (parts.length > 1 && (comparison !== undefined || left.endsWith(':'))) throw new FilterFault('* in a value written as \\2a');
  if (comparison !== undefined) return { kind: comparison, attribute: attributeName(left.slice(0, -1)), value };
  if (left.endsWith(':')) return readExtensible(left, value);
  const attribute = attributeName(left);
  if (parts.length === 1) return { kind: 'equal', attribute, value };
  if (parts.length === 2 && parts.every((part) => part.length === 0)) return { kind: 'present', attribute };
  return { kind: 'substrings', attribute, parts };
}

function readExtensible(left: string, value: FilterValue): LdapFilter {
  const [, attribute = '', dn, rule = ''] = EXTENSIBLE.exec(left) ?? [];
  if (attribute === '' && rule === '') throw new FilterFault('attribute:rule:=value');
  return { kind: 'extensible', attribute, rule, dn: dn !== undefined, value };
}

function attributeName(text: string): string {
  if (!ATTRIBUTE.test(text)) throw new FilterFault('attribute=value, with the name of an attribute before =');
  return text;
}

/** RFC 4515 section 3, `assertionvalue`: `\` and two hex digits stand for a byte. */
function readValue(text: string, placeholders: readonly string[]): FilterValue {
  const parts: (Buffer | { readonly placeholder: string })[] = [];
  for (const [token, placeholder, hex, wrong] of text.matchAll(/\{([^{}]+)\}|\\([0-9a-fA-F]{2})|([\\{}(])|[^\\{}(]+/gu)) {
    if (wrong !== undefined) throw new FilterFault(`${wrong} in a value written as \\${Buffer.from(wrong).toString('hex')}`);
    if (placeholder !== undefined && !placeholders.includes(placeholder)) {
      throw new FilterFault(`no other placeholder than ${placeholders.map((name) => `{${name}}`).join(' and ')}`);
    }
    if (placeholder !== undefined) parts.push({ placeholder });
    else parts.push(hex === undefined ? Buffer.from(token) : Buffer.from(hex, 'hex'));
  }
  return parts;
}

/** Every filter in `filter`, itself included, each with whether it stands below a `!`. */
export function listFilters(filter: LdapFilter, negated = false): readonly { readonly filter: LdapFilter; readonly negated: boolean }[] {
  const here = { filter, negated };
  if (filter.kind === 'and' || filter.kind === 'or') return [here, ...filter.filters.flatMap((inner) => listFilters(inner, negated))];
  return filter.kind === 'not' ? [here, ...listFilters(filter.filter, true)] : [here];
}

/** Whether the value of this very filter has the placeholder. */
export function hasPlaceholder(filter: LdapFilter, name: string): boolean {
  const values = filter.kind === 'substrings' ? filter.parts : 'value' in filter ? [filter.value] : [];
  return values.flat().some((part) => !Buffer.isBuffer(part) && part.placeholder === name);
}
